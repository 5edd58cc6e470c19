import { type References, resolveIntrinsics } from './template/intrinsics.ts';
import type { ParameterValues } from './template/parameters.ts';
import { TemplateError, type TemplateOutput } from './template/template.ts';

export interface Output {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  /** The name by which other stacks of the account and Region import it. */
  readonly exportName?: string;
}

/** The part of a stack that others import from. */
interface Exporting {
  readonly name: string;
  readonly outputs: readonly Output[];
}

interface Importing {
  /** Names of the exports of other stacks that it uses. */
  readonly imports: readonly string[];
}

/** Source: CloudFormation user guide, Outputs section, Export. */
const EXPORT_NAME = /^[A-Za-z0-9:-]{1,255}$/;

/** @throws TemplateError for a value that is not text, and for an invalid export name */
export function outputOf(
  key: string,
  { Value, Description, Export }: TemplateOutput,
  references: References,
  parameters: ParameterValues,
): Output {
  const owner = `output ${key}`;
  const value = resolveIntrinsics(Value, references, owner);
  if (typeof value === 'object' || value === undefined) {
    throw new TemplateError(owner, 'Template format error: The Value field of every Outputs member must be a String.');
  }
  // The name must not come from a resource.
  const plain = { ref: (name: string) => parameters.ref(name), attribute: () => undefined };
  const name = Export && String(resolveIntrinsics(Export.Name, plain, `export of ${owner}`));
  if (name !== undefined && !EXPORT_NAME.test(name)) {
    throw new TemplateError(
      owner,
      `exports the name ${name}; it must have 1 to 255 letters, digits, colons and hyphens.`,
    );
  }
  return {
    key,
    value: String(value),
    ...(Description !== undefined && { description: Description }),
    ...(name !== undefined && { exportName: name }),
  };
}

/** The exports of all stacks: each name exists once in an account and Region. */
export class Exports {
  readonly #values = new Map<string, string>();
  readonly #owners = new Map<string, string>();

  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }

  /** @throws TemplateError for a name that another stack exports */
  add({ name, outputs }: Exporting): void {
    for (const { key, value, exportName } of outputs) {
      if (exportName === undefined) continue;
      const owner = this.#owners.get(exportName);
      if (owner !== undefined) {
        throw new TemplateError(
          `output ${key}`,
          `Export with name ${exportName} is already exported by stack ${owner}.`,
        );
      }
      this.#values.set(exportName, value);
      this.#owners.set(exportName, name);
    }
  }
}

/**
 * Refuses an update that removes or changes an export that a running stack imports, unless that stack goes too. On AWS the
 * importing stack must give up its import first, in an update of its own.
 * Source: CloudFormation user guide, Fn::ImportValue.
 * @throws TemplateError
 */
export function checkExportsInUse(running: readonly (Exporting & Importing)[], wanted: readonly Exporting[]): void {
  const before = exportsOf(running);
  const after = exportsOf(wanted);
  const staying = new Set(wanted.map(({ name }) => name));
  for (const { name: user, imports } of running) {
    if (!staying.has(user)) continue;
    for (const exported of imports) {
      const old = before.get(exported);
      const now = after.get(exported);
      if (old === undefined || old.value === now?.value) continue;
      const what = now === undefined ? 'deleted' : 'updated';
      const advice = `Remove the import from ${user} first, in an update of its own.`;
      throw new TemplateError(old.stack, `Export ${exported} cannot be ${what} as it is in use by ${user}. ${advice}`);
    }
  }
}

function exportsOf(stacks: readonly Exporting[]): Map<string, { readonly stack: string; readonly value: string }> {
  const found = new Map<string, { readonly stack: string; readonly value: string }>();
  for (const { name, outputs } of stacks) {
    for (const { exportName, value } of outputs)
      if (exportName !== undefined) found.set(exportName, { stack: name, value });
  }
  return found;
}

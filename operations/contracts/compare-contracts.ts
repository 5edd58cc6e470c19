import type { CatalogEntry } from '../../schemas/catalog.ts';
import { type BreakingChange, findBreakingChanges } from '../../schemas/compatibility/find-breaking-changes.ts';
import { describeFields, type FieldDescription } from '../../schemas/generator/describe-fields.ts';
import type { JsonSchema } from '../../schemas/generator/read-event-schemas.ts';
import { UsageError } from '../messages/errors.ts';
import { readContracts } from './read-contracts.ts';

/** Two versions of an event, and whether readers of one can read the other. */
export interface ContractComparison {
  /** Such as `user-registered.v1@released`. */
  readonly older: string;
  readonly newer: string;
  /** Of the compatibility gate, which `npm run schemas:compat` runs on each release. */
  readonly verdict: 'same' | 'compatible' | 'breaking';
  /** The verdict in a sentence. */
  readonly text: string;
  readonly differences: readonly FieldDifference[];
}

/** A field that differs between two versions. */
export interface FieldDifference {
  /** Such as `data.userId`; empty for the event as a whole. */
  readonly field: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'reworded';
  /** Type and limits; absent for an added field. */
  readonly before?: string;
  readonly after?: string;
  /** What the gate says against it; none for what breaks no reader. */
  readonly breaking: readonly string[];
}

/** Behind the name of a version, for its schema as it was last released. */
export const RELEASED = '@released';

/**
 * Compares two versions of one event with the gate that guards releases: both ways, since events are archived and replayed.
 * @param older such as `user-registered.v1`, or `user-registered.v1@released` for its last release
 * @param folder of the schemas. @default this checkout's
 * @throws UsageError for a version that there is not, or versions of different events
 */
export async function compareContracts(older: string, newer: string, folder?: string): Promise<ContractComparison> {
  const catalog = await readContracts(folder);
  const [before, after] = [findVersion(catalog, older), findVersion(catalog, newer)];
  if (before.event !== after.event) {
    throw new UsageError(`${older} and ${newer} are different events; compare two versions of one`);
  }
  return { older, newer, ...compareSchemas(before.schema, after.schema) };
}

/** The names by which versions can be compared. */
export function versionNames(catalog: readonly CatalogEntry[]): string[] {
  return catalog.flatMap(({ schemaName, released }) => [...(released ? [schemaName + RELEASED] : []), schemaName]);
}

function findVersion(
  catalog: readonly CatalogEntry[],
  name: string,
): { readonly event: string; readonly schema: JsonSchema } {
  const entry = catalog.find(({ schemaName }) => schemaName === name.replace(RELEASED, ''));
  const schema = name.endsWith(RELEASED) ? entry?.released : entry?.schema;
  if (entry !== undefined && schema !== undefined) return { event: entry.detailType, schema };
  throw new UsageError(`there is no version ${name}; there are ${versionNames(catalog).join(', ')}`);
}

/** Compares two schemas of an event. */
export function compareSchemas(
  before: JsonSchema,
  after: JsonSchema,
): Pick<ContractComparison, 'verdict' | 'text' | 'differences'> {
  const breaking = findBreakingChanges(before, after);
  const differences = differencesOf(before, after, breaking);
  if (breaking.length > 0) {
    const text = `Breaking: ${breaking.length === 1 ? 'a change' : `${breaking.length} changes`} that some reader or archived event would not survive. It needs a version of its own.`;
    return { verdict: 'breaking', text, differences };
  }
  if (differences.length === 0) return { verdict: 'same', text: 'The two say the same.', differences };
  return { verdict: 'compatible', text: 'Compatible: events and readers of both understand each other.', differences };
}

function differencesOf(before: JsonSchema, after: JsonSchema, breaking: readonly BreakingChange[]): FieldDifference[] {
  const [older, newer] = [fieldsByPath(before), fieldsByPath(after)];
  const said = Map.groupBy(breaking, ({ field }) => pathOf(field));
  const paths = [...new Set([...older.keys(), ...newer.keys(), ...said.keys()])];
  return paths.flatMap((field): FieldDifference[] => {
    const [one, other] = [older.get(field), newer.get(field)];
    const messages = (said.get(field) ?? []).map(({ message }) => message);
    const [was, is] = [one && shapeOf(one), other && shapeOf(other)];
    const isReworded = one?.meaning !== other?.meaning;
    if (messages.length === 0 && was === is && !isReworded) return [];
    const kind = changeOf(one, other, was !== is || messages.length > 0);
    return [
      {
        field,
        kind,
        ...(was !== undefined && { before: was }),
        ...(is !== undefined && { after: is }),
        breaking: messages,
      },
    ];
  });
}

function changeOf(
  before: FieldDescription | undefined,
  after: FieldDescription | undefined,
  isChanged: boolean,
): FieldDifference['kind'] {
  if (before === undefined && after !== undefined) return 'added';
  if (before !== undefined && after === undefined) return 'removed';
  return isChanged ? 'changed' : 'reworded';
}

function fieldsByPath(schema: JsonSchema): Map<string, FieldDescription> {
  return new Map(describeFields(schema).map((field) => [field.path, field]));
}

function shapeOf({ type, limits, required }: FieldDescription): string {
  return [type, ...(limits === '' ? [] : [limits]), required ? 'always there' : 'optional'].join(', ');
}

/** The gate's pointer as the table of fields has it: `data.lines[]` for `/data/lines/*`. */
function pathOf(pointer: string): string {
  const steps = pointer.split('/').slice(1);
  const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.join('.').replaceAll('.*', '[]');
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A function of the stack. */
export interface SynthesizedFunction {
  /** Of its service, such as `uri-recorder`. */
  readonly name: string;
  /** Its bundle. */
  readonly file: string;
  /** With names in place of what only a deployment knows. */
  readonly variables: Readonly<Record<string, string>>;
}

interface FunctionResource {
  readonly Type: string;
  readonly Properties: {
    readonly Code: { readonly S3Key: string };
    readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  };
}

/** The functions of an assembly's stacks. */
export async function functionsIn(assembly: string): Promise<SynthesizedFunction[]> {
  const templates = (await readdir(assembly)).filter((name) => name.endsWith('.template.json'));
  const resources = await Promise.all(
    templates.map(async (name) => Object.values(JSON.parse(await readFile(join(assembly, name), 'utf8')).Resources)),
  );
  return (resources.flat() as FunctionResource[])
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties: { Code, Environment } }) => ({
      name: String(Environment.Variables.POWERTOOLS_SERVICE_NAME),
      file: join(assembly, `asset.${Code.S3Key.replace('.zip', '')}`, 'index.mjs'),
      variables: Object.fromEntries(
        Object.entries(Environment.Variables).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : '123456789012',
        ]),
      ),
    }));
}

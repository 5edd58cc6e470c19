import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testAssembly } from './assembly.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template's properties have as many shapes as there are resources
type Properties = Record<string, any>;
export type Resources = Record<string, { Type: string; Properties: Properties }>;

/** A copy of the synthesized assembly whose template was changed, and what removes it again. */
export async function changedAssembly(
  edit: (resources: Resources) => unknown,
): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-changed-'));
  await cp(testAssembly(), folder, { recursive: true });
  const file = join(folder, 'user-bucket-pipeline-dev.template.json');
  const template = JSON.parse(await readFile(file, 'utf8'));
  edit(template.Resources);
  await writeFile(file, JSON.stringify(template));
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** Properties of the first resource of a type. */
export function ofType(resources: Resources, type: string): Properties {
  const found = Object.values(resources).find((resource) => resource.Type === type);
  if (found === undefined) throw new Error(`The template has no ${type}.`);
  return found.Properties;
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Paths of all JavaScript in a folder, in an order that never changes. */
export function scriptsOf(folder: string): Promise<string[]> {
  return filesOf(folder, '.js');
}

/** Paths of all declarations in a folder, in an order that never changes. */
export function declarationsOf(folder: string): Promise<string[]> {
  return filesOf(folder, '.d.ts');
}

async function filesOf(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './folders.ts';

/** Where a name is made when it runs, so that it may be any. */
const ANY = 'any';

/**
 * The test files for the sources of a folder: those that load anything of it, directly or through what they share in `test/`. A test
 * that loads only what uses the folder is for that. One that makes a name when it runs, such as `import(file)`, may load any source.
 *
 * @param sources from the root of the project, as all names here
 */
export function testsOf(sources: readonly string[], tests: readonly string[], root: string = ROOT): string[] {
  const folders = new Set(sources.map((source) => dirname(source)));
  const known = new Map<string, readonly string[]>();
  const loadsOf = (file: string): readonly string[] => {
    const loads = known.get(file) ?? readLoads(file, root);
    known.set(file, loads);
    return loads;
  };
  return tests.filter((test) => {
    const reached = new Set([test]);
    for (const file of reached) {
      if (file === ANY || folders.has(dirname(file))) return true;
      if (file.startsWith('test/')) for (const loaded of loadsOf(file)) reached.add(loaded);
    }
    return false;
  });
}

function readLoads(file: string, root: string): string[] {
  const path = join(root, file);
  if (!file.endsWith('.ts') || !existsSync(path)) return [];
  const code = readFileSync(path, 'utf8').replaceAll(/^(?:import|export) type [^;]*;$/gm, '');
  const named = [...code.matchAll(/\bfrom '(\.[^']+)'|\bimport\(?\s*'(\.[^']+)'/g)].map(
    ([, from, name]) => from ?? name ?? '',
  );
  const loads = named.map((name) => join(dirname(file), name.replace(/\?.*$/, '')));
  return /\bimport\((?!\s*')/.test(code) ? [...loads, ANY] : loads;
}

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './folders.ts';

/** What a file of the project loads: files of the project, and `unknown` where a name is made when it runs. */
type Loads = readonly (string | 'unknown')[];

/**
 * The test files that can run any of these sources, since they load it, directly or through other files. One that makes a name when it
 * runs, such as `import(file)`, may load any source.
 *
 * @param files from the root of the project, as all names here
 */
export function testsThatReach(files: readonly string[], tests: readonly string[], root: string = ROOT): string[] {
  const known = new Map<string, Loads>();
  const loadsOf = (file: string): Loads => {
    const loads = known.get(file) ?? readLoads(file, root);
    known.set(file, loads);
    return loads;
  };
  return tests.filter((test) => {
    const reached = new Set([test]);
    for (const file of reached) {
      if (file === 'unknown' || files.includes(file)) return true;
      for (const loaded of loadsOf(file)) {
        // Only tests load by names that they make; what a source loads so, such as a service that a path names, is not under test.
        if (loaded !== 'unknown' || file.startsWith('test/')) reached.add(loaded);
      }
    }
    return false;
  });
}

function readLoads(file: string, root: string): Loads {
  const path = join(root, file);
  if (!file.endsWith('.ts') || !existsSync(path)) return [];
  const code = readFileSync(path, 'utf8').replaceAll(/^(?:import|export) type [^;]*;$/gm, '');
  const named = [...code.matchAll(/\bfrom '(\.[^']+)'|\bimport\(?\s*'(\.[^']+)'/g)].map(
    ([, from, name]) => from ?? name ?? '',
  );
  const loads: string[] = named.map((name) => join(dirname(file), name.replace(/\?.*$/, '')));
  return /\bimport\((?!\s*')/.test(code) ? [...loads, 'unknown'] : loads;
}

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The files of the project, uncommitted ones included, by their paths from its folder. */
export const FILES: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));

/** Those that import and are imported. */
export const SOURCES: readonly string[] = FILES.filter((file) => /\.(tsx?|mjs|js)$/.test(file));

/** Imports to leave out. */
export interface ImportChoice {
  /** Those by `import(…)`. */
  readonly isLazyLeftOut?: boolean;
  /** Those of types alone. */
  readonly isTypeLeftOut?: boolean;
}

/** What a file imports, statically or by `import(…)`, types included, as written. */
export function importsOf(file: string, { isLazyLeftOut, isTypeLeftOut }: ImportChoice = {}): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  // As the formatter lays them out: on one line, or with `} from` on the last one.
  const statements = /^(?:import|(?:import|export) .* from) '([^']+)';$|^\} from '([^']+)';$|\bimport\('([^']+)'\)/gm;
  const types = /^(?:import|export) type [^;]*;$/gm;
  return (
    [...(isTypeLeftOut ? text.replaceAll(types, '') : text).matchAll(statements)]
      .map(([, oneLine, lastLine, lazy]) => oneLine ?? lastLine ?? (isLazyLeftOut ? '' : lazy) ?? '')
      // Imports that a generator writes into other files.
      .filter((name) => name !== '' && !name.includes('${'))
  );
}

/** The packages that are loaded with a file. @param loadingAtOnce files whose `import(…)` counts too */
export function packagesLoadedBy(entry: string, loadingAtOnce: readonly string[]): Set<string> {
  const packages = new Set<string>();
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const name of importsOf(file, { isLazyLeftOut: !loadingAtOnce.includes(file), isTypeLeftOut: true })) {
      if (name.startsWith('.')) load(join(dirname(file), name));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  };
  load(entry);
  return packages;
}

/** Each source, with the sources that it imports. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** A command's definition loads its work when the command runs, and the work takes its option types from the definition. */
export const isDefinition = (file: string): boolean => /^cli\/commands\/[^/]+\/command\.ts$/.test(file);

/** The imports of each source within the project. @param isLazyLeftOut for which sources `import(…)` does not count */
export function importsBySource(isLazyLeftOut: (file: string) => boolean = () => false): Imports {
  return new Map(
    SOURCES.map((file) => [
      file,
      importsOf(file, { isLazyLeftOut: isLazyLeftOut(file) })
        .filter((name) => name.startsWith('.'))
        .map((name) => join(dirname(file), name)),
    ]),
  );
}

/**
 * What a slice of the project may import besides itself. A slice is named by its folder, or `folder/*` for each folder in
 * it; the longest name that fits a file decides. An allowed target is a folder, as `folder/`, or a file; `*` in it
 * stands for any part of a name.
 */
export type AllowedImports = Readonly<Record<string, readonly string[]>>;

/** The imports that no line of the table allows, in words; none from a file that no line is about. */
export function findForbidden(imports: Imports, allowed: AllowedImports): string[] {
  const names = Object.keys(allowed).sort(
    (one, other) => segments(other) - segments(one) || (one.includes('*') ? 1 : -1),
  );
  const found: string[] = [];
  for (const [file, targets] of imports) {
    const name = names.find((each) => matcherOf(`${each}/`).test(file));
    if (name === undefined) continue;
    const own = `${file.split('/').slice(0, segments(name)).join('/')}/`;
    const rules = [own, ...(allowed[name] ?? [])];
    for (const target of targets) {
      if (rules.some((rule) => matcherOf(rule).test(target))) continue;
      const others = allowed[name]?.length ? ` and ${allowed[name].join(', ')}` : '';
      found.push(`${file} imports ${target}, but ${name} imports only from itself${others}`);
    }
  }
  return found;
}

/** Each group of sources that import each other, as a path that ends where it begins. */
export function findCycles(imports: Imports): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return found;
}

function segments(folder: string): number {
  return folder.split('/').length;
}

/** `folder/` fits what is in the folder, `*` any part of a name. */
function matcherOf(rule: string): RegExp {
  const pattern = rule.replace(/[.]/g, '\\.').replaceAll('*', '[^/]*');
  return new RegExp(`^${pattern}${rule.endsWith('/') ? '' : '$'}`);
}

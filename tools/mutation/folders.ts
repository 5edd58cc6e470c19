import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Folders whose mutants the same tests are for. */
export interface Area {
  /** The test files, from the root of the project. */
  readonly tests: readonly string[];
  readonly folders: readonly MeasuredFolder[];
}

export interface MeasuredFolder {
  /** Such as `services/shared`. */
  readonly name: string;
  /** Its sources that are measured, from the root of the project. */
  readonly files: readonly string[];
}

/** The parts of the engine that decide, by the patterns of their files. */
const ENGINE = {
  'packages/local-engine/event-pattern': 'packages/local-engine/event-pattern/*.ts',
  'packages/local-engine/cloudformation/template': 'packages/local-engine/cloudformation/template/*.ts',
  'packages/local-engine/iam': 'packages/local-engine/iam/*.ts',
  'packages/local-engine/eventbridge/replay': 'packages/local-engine/eventbridge/replay*.ts',
};

/** What decides and has no effects may use these of Node.js: they reach no file, no socket and no process. */
const WITHOUT_EFFECTS = new Set([
  'node:buffer',
  'node:crypto',
  'node:path',
  'node:timers/promises',
  'node:url',
  'node:util',
]);

/** All that is measured: `services/`, what decides in `operations/`, and patterns, templates, IAM and replays of the engine. */
export function readAreas(): Area[] {
  return [
    { tests: testsIn('services'), folders: foldersIn('services', () => true) },
    { tests: testsIn('operations'), folders: foldersIn('operations', (file) => isPure(file) && !isOnlyReexport(file)) },
    {
      tests: testsIn('local-engine/{event-pattern,cloudformation,iam,eventbridge}'),
      folders: Object.entries(ENGINE).map(([name, pattern]) => ({ name, files: find(pattern) })),
    },
  ];
}

/**
 * Whether a source decides and does nothing else, by what it loads: no AWS client, and nothing of Node.js that reaches files, sockets
 * or processes. What it gets as a parameter, or from other sources, does not count.
 */
export function isPure(file: string): boolean {
  const code = readFileSync(join(ROOT, file), 'utf8').replaceAll(/^(?:import|export) type [^;]*;$/gm, '');
  const loaded = [...code.matchAll(/\bfrom '([^']+)'|\bimport\(?\s*'([^']+)'/g)].map(
    ([, from, name]) => from ?? name ?? '',
  );
  const hasEffects = (name: string) =>
    name.startsWith('@aws-sdk/') || (name.startsWith('node:') && !WITHOUT_EFFECTS.has(name));
  return !loaded.some(hasEffects) && !/\bfetch\(/.test(code);
}

/** Whether a source only passes on what is elsewhere: there is nothing in it to change. */
export function isOnlyReexport(file: string): boolean {
  const code = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  return code.replaceAll(/^export (?:type )?\{[^}]*\} from '[^']+';$/gm, '').trim() === '';
}

function foldersIn(parent: string, isMeasured: (file: string) => boolean): MeasuredFolder[] {
  const byFolder = Map.groupBy(find(`${parent}/*/**/*.ts`).filter(isMeasured), (file) =>
    file.split('/').slice(0, 2).join('/'),
  );
  return [...byFolder].map(([name, files]) => ({ name, files }));
}

function testsIn(folder: string): string[] {
  return find(`test/unit/${folder}/**/*.test.ts`).filter((file) => !file.endsWith('.slow.test.ts'));
}

function find(pattern: string): string[] {
  return globSync(pattern, { cwd: ROOT }).sort();
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePatch } from 'diff';
import type { SourcePatch } from '../world/source-patches.ts';

/** A bug that someone could write one day. */
export interface PlantedBug {
  /** What is wrong, in a few words. */
  readonly name: string;
  /** The first seed that found it when it was last looked for. Other seeds do when a kind of fault is added. @default - not known */
  readonly foundBySeed?: string;
  readonly patches: readonly SourcePatch[];
}

const FOUND: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'found-by-seed.json'), 'utf8'),
);

/**
 * The bugs of this folder: a patch each, in the form of `git diff`, below a line that says what is wrong. The simulation finds each of
 * them, or has a hole: see the slow test. To plant another, write the bug, keep `git diff` of it here, and take it back.
 * @throws Error for a file that is no patch
 */
export function plantedBugs(): PlantedBug[] {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.patch'));
  return files.sort().map((file) => readPlantedBug(file, readFileSync(join(import.meta.dirname, file), 'utf8')));
}

function readPlantedBug(file: string, text: string): PlantedBug {
  const name = text.slice(0, text.indexOf('\n')).trim();
  const patches = parsePatch(text.slice(name.length)).flatMap(({ oldFileName, hunks }) =>
    oldFileName === undefined || hunks.length === 0 ? [] : { file: oldFileName.replace(/^a\//, ''), hunks },
  );
  if (name === '' || patches.length === 0) {
    throw new Error(`${file} is no planted bug. Write what is wrong on its first line, and below it the patch.`);
  }
  const foundBySeed = FOUND[file.replace(/\.patch$/, '')];
  return { name, patches, ...(foundBySeed !== undefined && { foundBySeed }) };
}

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePatch } from 'diff';
import type { SourcePatch } from '../world/source-patches.ts';

/** A bug that someone could write one day. */
export interface PlantedBug {
  /** Of its patch, without the ending. */
  readonly file: string;
  /** What is wrong, in a few words. */
  readonly name: string;
  /** A seed that found it when it was last looked for. @default - none did: the simulation has a hole */
  readonly foundBySeed?: string;
  readonly patches: readonly SourcePatch[];
}

/** As promised: a bug that is not found within so many is a hole in the simulation. */
export const MOST_SEEDS = 500;

/** Sign-ups in a day in which a bug is looked for. */
export const EVENTS = 5;

const SEEDS_FILE = join(import.meta.dirname, 'found-by-seed.json');

/**
 * The bugs of this folder: a patch each, in the form of `git diff`, below a line that says what is wrong. The seed that
 * `found-by-seed.json` names finds it, which a slow test holds; a bug without a seed fails that test. To plant another, write the bug,
 * keep `git diff` of it here, take it back, and run `find.ts`.
 * @throws Error for a file that is no patch
 */
export function plantedBugs(): PlantedBug[] {
  const seeds = readSeeds();
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.patch'));
  return files.sort().map((file) => readPlantedBug(file, seeds));
}

/** Notes which seed finds the bug of a file. @param seed undefined if none does */
export function noteSeed(file: string, seed: string | undefined): void {
  const seeds = Object.entries({ ...readSeeds(), [file]: seed }).filter(([, known]) => known !== undefined);
  const sorted = seeds.sort(([one], [other]) => (one < other ? -1 : 1));
  writeFileSync(SEEDS_FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

function readSeeds(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(SEEDS_FILE, 'utf8'));
}

function readPlantedBug(fileName: string, seeds: Readonly<Record<string, string>>): PlantedBug {
  const text = readFileSync(join(import.meta.dirname, fileName), 'utf8');
  const name = text.slice(0, text.indexOf('\n')).trim();
  const patches = parsePatch(text.slice(name.length)).flatMap(({ oldFileName, hunks }) =>
    oldFileName === undefined || hunks.length === 0 ? [] : { file: oldFileName.replace(/^a\//, ''), hunks },
  );
  if (name === '' || patches.length === 0) {
    throw new Error(`${fileName} is no planted bug. Write what is wrong on its first line, and below it the patch.`);
  }
  const file = fileName.replace(/\.patch$/, '');
  const foundBySeed = seeds[file];
  return { file, name, patches, ...(foundBySeed !== undefined && { foundBySeed }) };
}

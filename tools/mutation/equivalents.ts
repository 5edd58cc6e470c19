import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TriedMutant } from './measure.ts';

/** A change that no test can notice, since the program does the same with it. */
export interface Equivalent {
  readonly file: string;
  /** The text of its line, so that it is found wherever the line has moved. */
  readonly lineText: string;
  readonly original: string;
  readonly replacement: string;
  /** Why the program does the same. */
  readonly reason: string;
}

export interface Judged {
  /** Neither killed nor equivalent. */
  readonly survivors: readonly TriedMutant[];
  readonly equivalents: readonly TriedMutant[];
  /** Entries that fit no survivor: the code has changed, or a test kills it. */
  readonly outdated: readonly Equivalent[];
}

/** The folder with a file of entries for each measured folder that has any. */
export const EQUIVALENTS = join(import.meta.dirname, 'equivalents');

/** The entries for a folder. */
export function readEquivalents(folder: string): Equivalent[] {
  const file = equivalentsFile(folder);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

export function equivalentsFile(folder: string): string {
  return join(EQUIVALENTS, `${folder.replaceAll('/', '-')}.json`);
}

/** Which of the mutants that were not killed are equivalent. @param entries those for the files of these mutants */
export function judge(tried: readonly TriedMutant[], entries: readonly Equivalent[]): Judged {
  const alive = tried.filter(
    ({ outcome }) => outcome === 'survived' || outcome === 'uncovered' || outcome === 'broken',
  );
  const fits = (mutant: TriedMutant) => (entry: Equivalent) =>
    (['file', 'lineText', 'original', 'replacement'] as const).every((part) => entry[part] === mutant[part]);
  const isEquivalent = (mutant: TriedMutant) => mutant.outcome === 'survived' && entries.some(fits(mutant));
  return {
    survivors: alive.filter((mutant) => !isEquivalent(mutant)),
    equivalents: alive.filter(isEquivalent),
    outdated: entries.filter((entry) => !alive.some((mutant) => isEquivalent(mutant) && fits(mutant)(entry))),
  };
}

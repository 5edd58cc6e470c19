import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Judged } from './equivalents.ts';
import { type MeasuredFolder, ROOT } from './folders.ts';
import type { TriedMutant } from './measure.ts';

/** Percent of the mutants that tests must kill, in each folder. */
export const LEAST_SCORE = 90;

/** What was measured of a folder. */
export interface FolderScore {
  /** The day of the measurement, such as `2026-11-29`, UTC. */
  readonly date: string;
  /** All but texts for people. */
  readonly mutants: number;
  readonly killed: number;
  /** Killed as well: with the change, the program did not end. */
  readonly timedOut: number;
  readonly survived: number;
  /** Those that survive and change nothing. The reasons are in `tools/mutation/equivalents/`. */
  readonly equivalent: number;
  /** Texts for people, which were not changed. */
  readonly texts: number;
  /** Percent, with one decimal, rounded down: killed and timed out, of all mutants but the equivalent ones. */
  readonly score: number;
  /** The sources, each with the hash of what it was. */
  readonly files: Readonly<Record<string, string>>;
}

/** By folder. */
export type Scores = Readonly<Record<string, FolderScore>>;

export const SCORES_FILE = 'docs/mutation-score.json';

export function readScores(): Scores {
  const file = join(ROOT, SCORES_FILE);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** Keeps the scores of folders that were not measured this time. */
export function writeScores(measured: Scores): void {
  const all = Object.entries({ ...readScores(), ...measured }).sort(([one], [other]) => (one < other ? -1 : 1));
  writeFileSync(join(ROOT, SCORES_FILE), `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}

/** The sources of a folder as they are now, each with the hash of what it is. */
export function hashesOf({ files }: MeasuredFolder): FolderScore['files'] {
  return Object.fromEntries(files.map((file) => [file, hashOf(readFileSync(join(ROOT, file), 'utf8'))]));
}

/**
 * @param date the day, such as `2026-11-29`
 * @param files the sources as they were before the run, since they may have changed meanwhile
 */
export function scoreOf(
  tried: readonly TriedMutant[],
  judged: Judged,
  { date, files }: Pick<FolderScore, 'date' | 'files'>,
): FolderScore {
  const count = (outcome: TriedMutant['outcome']) => tried.filter((mutant) => mutant.outcome === outcome).length;
  const mutants = tried.length - count('ignored');
  const equivalent = judged.equivalents.length;
  const killed = count('killed');
  const timedOut = count('timed out');
  return {
    date,
    mutants,
    killed,
    timedOut,
    survived: judged.survivors.length,
    equivalent,
    texts: count('ignored'),
    score: percent(killed + timedOut, mutants - equivalent),
    files,
  };
}

/** The first 16 digits of the SHA-256 of a source. */
export function hashOf(source: string): string {
  return createHash('sha256').update(source).digest('hex').slice(0, 16);
}

/** A folder without mutants has nothing that could survive. */
function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((part / whole) * 1000) / 10;
}

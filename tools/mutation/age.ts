import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MeasuredFolder, ROOT } from './folders.ts';
import { hashOf, type Scores } from './score.ts';

/** Days that code may be newer than the measurement of its folder. */
export const MOST_DAYS = 90;

const DAY = 24 * 60 * 60 * 1000;

/** A source as it is now. */
export interface Source {
  readonly hash: string;
  /** When it was changed last: milliseconds since the Unix epoch. Asked only of a source that is not as it was measured. */
  changedAt(): number;
}

/**
 * What is wrong with scores, as texts: a folder that was not measured, or whose code has changed more than {@link MOST_DAYS} days after
 * its measurement. Code that is as it was measured has no age, whatever the dates say.
 *
 * @param sources those of a folder, by their paths
 * @param now milliseconds since the Unix epoch
 */
export function findOutdated(
  scores: Scores,
  folders: readonly { readonly name: string; readonly sources: ReadonlyMap<string, Source> }[],
  now: number,
): string[] {
  return folders.flatMap(({ name, sources }) => {
    const score = scores[name];
    if (score === undefined) return [`${name} was never measured. Run npm run mutation -- --folder ${name} --write.`];
    const measuredAt = Date.parse(score.date);
    if (!(measuredAt <= now)) return [`${name} was measured on ${score.date}, which is not a day until now.`];
    const changed = [...sources].filter(([file, { hash }]) => score.files[file] !== hash);
    const late = changed.filter(([, source]) => source.changedAt() - measuredAt > (MOST_DAYS + 1) * DAY);
    if (late.length === 0) return [];
    const files = late.map(([file]) => file).join(', ');
    return [
      `${name} was measured on ${score.date}, more than ${MOST_DAYS} days before its code: ${files}. Run npm run mutation -- --folder ${name} --write.`,
    ];
  });
}

/**
 * The sources of a folder, with when git says that they were changed. What git does not know, or knows in another form, was changed
 * now: a file that is not committed, or a project without its history. A clone without the older history has the day of its oldest
 * commit for them, which is never too early.
 */
export function readSources({ files }: MeasuredFolder, now: number, root: string = ROOT): Map<string, Source> {
  return new Map(
    files.map((file) => {
      const hash = hashOf(readFileSync(join(root, file), 'utf8'));
      return [file, { hash, changedAt: () => committedAt(file, root) ?? now }];
    }),
  );
}

/** @returns undefined for a file that is not as it was committed */
function committedAt(file: string, root: string): number | undefined {
  if (!existsSync(join(root, '.git'))) return undefined;
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  if (git('status', '--porcelain', '--', file) !== '') return undefined;
  const seconds = git('log', '-1', '--format=%ct', '--', file);
  return seconds === '' ? undefined : Number(seconds) * 1000;
}

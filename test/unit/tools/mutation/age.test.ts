import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findOutdated, readSources } from '../../../../tools/mutation/age.ts';
import { hashOf } from '../../../../tools/mutation/score.ts';

const NOW = Date.parse('2027-06-01T12:00:00Z');
const measured = (hash: string, date = '2027-01-01') => ({
  folder: {
    date,
    mutants: 1,
    killed: 1,
    timedOut: 0,
    survived: 0,
    equivalent: 0,
    texts: 0,
    score: 100,
    files: { 'a.ts': hash },
  },
});
const changed = (file: string, hash: string, day: string) => [
  { name: 'folder', sources: new Map([[file, { hash, changedAt: () => Date.parse(day) }]]) },
];

describe('the scores are outdated', () => {
  test.each([
    ['the last day that is allowed', 'a.ts', 'new', '2027-04-01T23:59:59Z', []],
    ['a day later', 'a.ts', 'new', '2027-04-02T00:00:01Z', [expect.stringContaining('before its code: a.ts.')]],
    ['a day later, but not in this file', 'a.ts', 'old', '2027-04-02T00:00:01Z', []],
    ['a day later, by a file that is new', 'b.ts', 'old', '2027-04-02T00:00:01Z', [expect.stringContaining('b.ts')]],
  ])('given code that changed on %s: %s %s', (_given, file, hash, day, outdated) => {
    expect(findOutdated(measured('old'), changed(file, hash, day), NOW)).toEqual(outdated);
  });

  test('given a folder that was never measured', () => {
    expect(findOutdated({}, changed('a.ts', 'old', '2027-01-01'), NOW)).toEqual([
      'folder was never measured. Run npm run mutation -- --folder folder --write.',
    ]);
  });

  test.each(['2027-06-02', 'soon'])('given %s as the day of the measurement', (date) => {
    expect(findOutdated(measured('old', date), changed('a.ts', 'old', '2027-01-01'), NOW)).toEqual([
      `folder was measured on ${date}, which is not a day until now.`,
    ]);
  });
});

describe('a source was changed', () => {
  let root: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
      cwd: root,
      env: { ...process.env, GIT_COMMITTER_DATE: '2027-03-04T05:06:07Z' },
    });
  const changedAt = (file: string, folder = root) =>
    readSources({ name: 'folder', files: [file] }, NOW, folder)
      .get(file)
      ?.changedAt();

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'mutation-age-'));
    for (const file of ['kept.ts', 'edited.ts']) writeFileSync(join(root, file), 'one');
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    writeFileSync(join(root, 'edited.ts'), 'two');
    writeFileSync(join(root, 'added.ts'), 'three');
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test('when git says so', () => {
    expect(changedAt('kept.ts')).toBe(Date.parse('2027-03-04T05:06:07Z'));
    expect(readSources({ name: 'folder', files: ['kept.ts'] }, NOW, root).get('kept.ts')?.hash).toBe(hashOf('one'));
  });

  test.each(['edited.ts', 'added.ts'])('now, if it is not committed: %s', (file) => {
    expect(changedAt(file)).toBe(NOW);
  });

  test('now, in a project without its history', () => {
    const copy = mkdtempSync(join(tmpdir(), 'mutation-age-copy-'));
    writeFileSync(join(copy, 'kept.ts'), 'one');
    expect(changedAt('kept.ts', copy)).toBe(NOW);
    rmSync(copy, { recursive: true });
  });

  test('on the day of its oldest commit, in a clone without the older history', () => {
    git('commit', '--quiet', '--allow-empty', '-m', 'second');
    const clone = mkdtempSync(join(tmpdir(), 'mutation-age-clone-'));
    git('clone', '--quiet', '--depth', '1', `file://${root}`, clone);
    expect(changedAt('kept.ts', clone)).toBe(Date.parse('2027-03-04T05:06:07Z'));
    rmSync(clone, { recursive: true });
  });
});

import { describe, expect, test } from '@jest/globals';
import { LogLines } from '../../../../packages/local-engine/logs/log-lines.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { GROUP, makeLogs } from '../support/logs.ts';
import { makeParts } from '../support/parts.ts';

const EVERYTHING = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 100 };
const messages = (lines: readonly { message: string }[] = []) => lines.map(({ message }) => message);

describe('lines of a group', () => {
  test('given lines, they come in the order in which they were written, with their times', () => {
    const { lines, clock } = makeLogs();
    lines.write(GROUP, 'first');
    clock.skip(5000);
    lines.write(GROUP, 'second');
    lines.write('/aws/lambda/other', 'not mine');
    const [first, second] = lines.find(GROUP)?.read(EVERYTHING) ?? [];
    expect(messages(lines.find(GROUP)?.read(EVERYTHING))).toEqual(['first', 'second']);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(5000);
  });

  test('given many in one millisecond, pages hold each once, forwards and backwards', () => {
    const { lines } = makeLogs();
    const written = Array.from({ length: 25 }, (_, index) => `line ${index}`);
    for (const line of written) lines.write(GROUP, line);
    const group = lines.find(GROUP);
    for (const [read, expected] of [
      [group?.read, written],
      [group?.readBackwards, written.toReversed()],
    ] as const) {
      const found: string[] = [];
      for (let beyond: string | undefined; found.length < written.length; ) {
        const page = read?.({ ...EVERYTHING, limit: 4, ...(beyond !== undefined && { beyond }) }) ?? [];
        expect(page.length).toBeGreaterThan(0);
        found.push(...messages(page));
        beyond = page.at(-1)?.id;
      }
      expect(found).toEqual(expected);
    }
  });

  test('given a range, both its ends belong to it', () => {
    const { lines, clock } = makeLogs();
    for (const message of ['before', 'first', 'last', 'after']) {
      lines.write(GROUP, message);
      clock.skip(1000);
    }
    const group = lines.find(GROUP);
    const [, first, last] = group?.read(EVERYTHING) ?? [];
    const range = { from: first?.at ?? 0, to: last?.at ?? 0, limit: 10 };
    expect(messages(group?.read(range))).toEqual(['first', 'last']);
    expect(messages(group?.readBackwards?.(range))).toEqual(['last', 'first']);
    expect(group?.read({ ...range, from: range.to, to: range.from })).toEqual([]);
  });

  test('given a name without lines, there is no such group', () => {
    const { lines } = makeLogs();
    expect(lines.find('/aws/lambda/other')).toBeUndefined();
    expect(lines.list().map(({ name }) => name)).toEqual([GROUP]);
  });
});

describe('lines that are too many', () => {
  test('given more than are kept, the oldest give way, of whatever group', () => {
    const { lines } = makeLogs({ keptLines: 10 });
    lines.write('/aws/lambda/quiet', 'long ago');
    for (let line = 0; line < 1008; line++) lines.write(GROUP, `line ${line}`);
    expect(messages(lines.find('/aws/lambda/quiet')?.read(EVERYTHING))).toEqual(['long ago']);
    lines.write(GROUP, 'one more');
    const kept = messages(lines.find(GROUP)?.read({ ...EVERYTHING, limit: 2000 }));
    expect(kept).toHaveLength(10);
    expect([kept[0], kept.at(-1)]).toEqual(['line 999', 'one more']);
    expect(lines.find('/aws/lambda/quiet')?.read(EVERYTHING)).toEqual([]);
  });
});

describe('a data folder', () => {
  test('given that it is opened again, groups and lines are there, and new ones follow', () => {
    const folder = dataFolder();
    const before = openStorage(folder);
    const { lines } = makeLogs({ storage: before });
    lines.write(GROUP, 'kept');
    const { createdAt } = lines.find(GROUP) ?? {};
    before.close();
    const { clock } = makeParts();
    clock.skip(60_000);
    const again = new LogLines({ storage: openStorage(folder), clock, keptLines: 10 });
    expect(again.find(GROUP)?.createdAt).toBe(createdAt);
    again.createGroup(GROUP);
    again.write(GROUP, 'new');
    expect(messages(again.find(GROUP)?.read(EVERYTHING))).toEqual(['kept', 'new']);
    for (let line = 0; line < 1010; line++) again.write(GROUP, `line ${line}`);
    expect(messages(again.find(GROUP)?.read(EVERYTHING))[0]).toMatch(/^line /);
  });
});

test('given that the engine has ended, what a function still says is not kept, and nothing fails', () => {
  const { lines, storage } = makeLogs();
  storage.close();
  expect(() => lines.write(GROUP, 'too late')).not.toThrow();
});

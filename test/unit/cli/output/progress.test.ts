import { expect, test } from '@jest/globals';
import { Progress } from '../../../../cli/output/progress.ts';

function started(isTTY: boolean) {
  let now = 0;
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) };
  const progress = new Progress({ stream, label: 'registered', total: 2000, now: () => now });
  const advance = (times: number, ms: number) => {
    for (let i = 0; i < times; i++) {
      now += ms / times;
      progress.advance();
    }
  };
  return { progress, written, advance };
}

test('work that is soon over shows no progress', () => {
  for (const isTTY of [true, false]) {
    const { progress, written, advance } = started(isTTY);
    advance(2000, 200);
    progress.clear();
    expect(written).toEqual([]);
  }
});

test('in a log, work that is over shows no line: its result does', () => {
  const written: string[] = [];
  let now = 0;
  const stream = { write: (text: string) => written.push(text) };
  const progress = new Progress({ stream, label: 'registered', total: 1, now: () => now });
  now = 10_000;
  progress.advance();
  expect(written).toEqual([]);
});

test('in a terminal a bar is redrawn in its place, and removed at the end', () => {
  const { progress, written, advance } = started(true);
  advance(1000, 2000);
  expect(written).toHaveLength(8);
  expect(written.at(-1)).toBe('\r\u001b[K[############............] registered: 1,000 of 2,000 (500/s, 2 s left)');
  progress.clear();
  progress.clear();
  expect(written.slice(8)).toEqual(['\r\u001b[K']);
});

test('in a log there is a line every two seconds', () => {
  const { progress, written, advance } = started(false);
  advance(1000, 4000);
  progress.clear();
  expect(written).toEqual([
    'registered: 500 of 2,000 (250/s, 6 s left)\n',
    'registered: 1,000 of 2,000 (250/s, 4 s left)\n',
  ]);
});

test('in a log the lines of long work are rarer and rarer', () => {
  const { written, advance } = started(false);
  advance(2000, 1_000_000);
  expect(written.length).toBeGreaterThan(20);
  expect(written.length).toBeLessThan(60);
  expect(written[0]).toContain('registered: 4 of');
});

test.each([
  [true, '\r\u001b[Kreading buckets: 1,000 (500/s)'],
  [false, 'reading buckets: 1,000 (500/s)\n'],
])('of work that nobody knows the size of, what is done is shown; in a terminal: %s', (isTTY, expected) => {
  let now = 0;
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) };
  const progress = new Progress({ stream, label: 'reading buckets', now: () => now });
  now = 2000;
  progress.show(1000);
  expect(written).toEqual([expected]);
});

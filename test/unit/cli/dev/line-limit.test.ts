import { expect, test } from '@jest/globals';
import { LineLimit } from '../../../../cli/commands/dev/line-limit.ts';

function limited() {
  const written: string[] = [];
  const due: (() => void)[] = [];
  const lines = new LineLimit({
    write: (line) => written.push(line),
    most: 2,
    describeOthers: (count) => `${count} more`,
    afterInterval: (run) => due.push(run),
  });
  const pass = () => due.shift()?.();
  return { lines, written, due, pass };
}

test('in quiet times every line is written as it comes', () => {
  const { lines, written, due, pass } = limited();
  for (const line of ['a', 'b']) lines.write(line);
  expect(written).toEqual(['a', 'b']);
  pass();
  for (const line of ['c', 'd']) lines.write(line);
  expect(written).toEqual(['a', 'b', 'c', 'd']);
  pass();
  expect(due).toEqual([]);
});

test('under load only the first lines, then once in an interval how many others there were, until it is quiet', () => {
  const { lines, written, pass } = limited();
  for (let i = 0; i < 100; i++) lines.write(`line ${i}`);
  pass();
  for (let i = 0; i < 50; i++) lines.write('more');
  pass();
  expect(written).toEqual(['line 0', 'line 1', '98 more', '50 more']);
  pass();
  lines.write('quiet again');
  expect(written.at(-1)).toBe('quiet again');
});

import { expect, test } from '@jest/globals';
import { LineLimit, ProblemGroups } from '../../../../cli/commands/dev/report.ts';

function grouped() {
  const written: string[] = [];
  const due: (() => void)[] = [];
  const groups = new ProblemGroups({ write: (line) => written.push(line), afterInterval: (run) => due.push(run) });
  const add = (who: string, reason = 'denied') => {
    groups.add({ line: `service: failed: ${reason} (${who})`, what: 'service: failed', who, reason });
  };
  return { add, written, due, pass: () => due.shift()?.() };
}

test('given one missing grant for many users, then its reason is told once, and then the users', () => {
  const { add, written, pass } = grouped();
  for (const who of ['user a', 'user b', 'user b', 'user c']) add(who);
  expect(written).toEqual(['service: failed: denied (user a)']);
  pass();
  expect(written.slice(1)).toEqual(['service: failed, for the same reason (user b; user c)']);
});

test('given that it goes on, then its users are told interval by interval, and its reason no second time', () => {
  const { add, written, pass } = grouped();
  add('user a');
  add('user b');
  pass();
  for (const who of ['user c', 'user b']) add(who);
  pass();
  expect(written).toEqual([
    'service: failed: denied (user a)',
    'service: failed, for the same reason (user b)',
    'service: failed, for the same reason (user c; user b)',
  ]);
});

test('given more users than a line names, then the others are counted', () => {
  const { add, written, pass } = grouped();
  for (let user = 0; user < 10; user++) add(`user ${user}`);
  pass();
  expect(written.at(-1)).toBe(
    'service: failed, for the same reason (user 1; user 2; user 3; user 4; user 5; and 4 others)',
  );
});

test('given users whom the journal no longer names, then the others are told, and without any there are no empty parentheses', () => {
  const { add, written, pass } = grouped();
  for (const who of ['user a', '', 'user b']) add(who);
  pass();
  add('');
  pass();
  expect(written.slice(1)).toEqual([
    'service: failed, for the same reason (user b)',
    'service: failed, for the same reason',
  ]);
});

test('given another reason, then it is told in full at once', () => {
  const { add, written } = grouped();
  add('user a');
  add('user b', 'throttled');
  expect(written).toEqual(['service: failed: denied (user a)', 'service: failed: throttled (user b)']);
});

test('given a quiet interval, then the reason is told in full again', () => {
  const { add, written, due, pass } = grouped();
  add('user a');
  pass();
  expect(due).toEqual([]);
  add('user b');
  expect(written).toEqual(['service: failed: denied (user a)', 'service: failed: denied (user b)']);
});

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

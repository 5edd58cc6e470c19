import { EventEmitter, once } from 'node:events';
import { expect, test } from '@jest/globals';
import { ClosedReader, endingOf } from '../../../../cli/output/run-program.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';

test('a failure ends with exit code 1 and its message alone', () => {
  const cause = new Error('inner');
  expect(endingOf(new CommandFailure('port 1 is in use', { cause }))).toEqual({
    exitCode: 1,
    text: 'error: port 1 is in use',
  });
});

test('wrong usage ends with exit code 2 and its message alone', () => {
  expect(endingOf(new UsageError('a user id must not be empty'))).toEqual({
    exitCode: 2,
    text: 'error: a user id must not be empty',
  });
});

test('anything else is a bug: exit code 1, with the stack', () => {
  const bug = new TypeError('x is not a function');
  expect(endingOf(bug)).toEqual({ exitCode: 1, text: expect.stringContaining(bug.stack as string) });
  expect(endingOf('thrown text')).toEqual({ exitCode: 1, text: expect.stringContaining('thrown text') });
});

function brokenPipe(): Error {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
}

function stdout() {
  const stream = new EventEmitter();
  const ends: string[] = [];
  return { stream, ends, reader: new ClosedReader(stream, () => ends.push('end')) };
}

test('given a reader that goes, then the command ends', () => {
  const { stream, ends } = stdout();
  stream.emit('error', brokenPipe());
  expect(ends).toEqual(['end']);
});

test('given a command that waits to write on, then what it throws is known as the end of its reader', async () => {
  const { stream, ends, reader } = stdout();
  const error = brokenPipe();
  const drained = once(stream, 'drain');
  stream.emit('error', error);
  await expect(drained).rejects.toBe(error);
  expect(ends).toEqual([]);
  expect(reader.isBehind(error)).toBe(true);
});

test('given other errors, those of the stream are thrown, and none is taken for the end of its reader', () => {
  const { stream, ends, reader } = stdout();
  const full = Object.assign(new Error('disk full'), { code: 'ENOSPC' });
  expect(() => stream.emit('error', full)).toThrow(full);
  for (const error of [full, brokenPipe(), undefined]) expect(reader.isBehind(error)).toBe(false);
  expect(ends).toEqual([]);
});

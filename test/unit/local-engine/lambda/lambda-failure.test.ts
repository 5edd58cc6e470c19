import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { failureReport } from '../../../../packages/local-engine/lambda/lambda-function.ts';
import { makeFunction } from '../support/lambda.ts';
import { entriesOf } from '../support/parts.ts';
import { childHasEnded } from '../support/process.ts';

/** Fails in the way of the first event; the state would show if its environment served again. */
const failingOnce = (failure: string) =>
  `let calls = 0;
   export const handler = async (event) => { calls += 1; if (event.fail) { ${failure} } return calls; };`;

describe('given an invocation in which the environment dies', () => {
  test.each([
    {
      when: 'the handler takes too long',
      failure: 'console.log("busy"); await new Promise(() => setInterval(() => {}, 1000));',
      settings: { timeoutMs: 150 },
      error: { errorType: 'Sandbox.Timedout', message: 'service: Task timed out after 0.15 seconds' },
    },
    {
      when: 'the handler never lets go of the processor',
      failure: 'for (;;) {}',
      settings: { timeoutMs: 150 },
      error: { errorType: 'Sandbox.Timedout' },
    },
    {
      when: 'the process exits',
      failure: 'process.exit(3);',
      settings: {},
      error: { errorType: 'Runtime.ExitError', message: expect.stringContaining('code 3') },
    },
    {
      when: 'an error escapes',
      failure: 'setTimeout(() => { throw new Error("escaped"); }); await new Promise(() => {});',
      settings: {},
      error: { errorType: 'Runtime.UnhandledError', message: 'service: escaped' },
    },
    {
      when: 'a rejection escapes',
      failure: 'void Promise.reject(new Error("escaped")); await new Promise(() => setInterval(() => {}, 1000));',
      settings: {},
      error: { errorType: 'Runtime.UnhandledError', message: 'service: escaped' },
    },
    {
      when: 'memory runs out',
      // 120 MB: a larger limit than that of the function would let it pass.
      failure: 'const kept = []; while (kept.length < 150) kept.push(Array(100000).fill(kept.length));',
      settings: { memoryMb: 24 },
      error: { errorType: 'Runtime.OutOfMemory', message: 'service: ran out of its 24 MB of memory.' },
    },
    {
      when: 'the process aborts',
      failure: 'process.abort();',
      settings: {},
      error: { errorType: 'Runtime.ExitError', message: expect.stringContaining('SIGABRT') },
    },
  ])('when $when, it fails with $error.errorType, and the next has a fresh environment', async (given) => {
    const { fn, ...parts } = makeFunction(failingOnce(given.failure), given.settings);
    await expect(fn.invoke({ fail: true })).rejects.toMatchObject({ name: 'FunctionError', ...given.error });
    expect(entriesOf(parts, 'invocation')).toMatchObject([{ outcome: 'failed', ...given.error }]);
    await expect(fn.invoke({})).resolves.toBe(1);
  });

  test('when the clock skips past the timeout, it fails at once', async () => {
    const { fn, clock, journal } = makeFunction(
      'export const handler = async () => { console.log("busy"); await new Promise(() => setInterval(() => {}, 1000)); };',
      { timeoutMs: 900_000 },
    );
    const invoked = fn.invoke({});
    invoked.catch(() => {});
    await journal.waitFor('the handler', ({ line }) => line === 'busy');
    clock.skip(900_000);
    await expect(invoked).rejects.toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  test('when it is killed, what runs in it fails, and the next has a fresh environment', async () => {
    const { fn, journal } = makeFunction(
      failingOnce('console.log("busy"); await new Promise(() => setInterval(() => {}, 1000));'),
    );
    const invoked = fn.invoke({ fail: true });
    invoked.catch(() => {});
    await journal.waitFor('the handler', ({ line }) => line === 'busy');
    await fn.kill();
    await expect(invoked).rejects.toMatchObject({ name: 'FunctionError', errorType: 'Runtime.Stopped' });
    await expect(fn.invoke({})).resolves.toBe(1);
  });

  test('when it dies between two invocations, the next has a fresh environment', async () => {
    const { fn } = makeFunction(
      `let calls = 0;
       export const handler = () => { setTimeout(() => process.exit(1)); return [process.pid, ++calls]; };`,
    );
    const [pid = 0] = (await fn.invoke({})) as number[];
    await childHasEnded(pid);
    await expect(fn.invoke({})).resolves.toEqual([expect.any(Number), 1]);
  });
});

describe('given a module that cannot be loaded', () => {
  test.each([
    { when: 'it throws', module: 'throw new Error("no settings");', message: 'no settings' },
    { when: 'its syntax is wrong', module: 'export const handler = (', message: '' },
    { when: 'it lacks the handler', module: 'export const other = 1;', message: 'exports no function named handler' },
  ])('when $when, every invocation says so', async ({ module, message }) => {
    const { fn } = makeFunction(module);
    fn.warmUp();
    for (let call = 0; call < 2; call++) {
      await expect(fn.invoke({})).rejects.toMatchObject({
        name: 'FunctionError',
        message: expect.stringContaining(message),
      });
    }
  });

  test('when it exits, the invocation says so', async () => {
    const { fn } = makeFunction('process.exit(1);');
    await expect(fn.invoke({})).rejects.toMatchObject({ name: 'FunctionError', errorType: 'Runtime.ExitError' });
  });
});

describe('given a process that cannot be started', () => {
  const code = 'export const handler = () => 1;';
  const startError = (message: RegExp) => ({
    name: 'FunctionError',
    errorType: 'Runtime.StartError',
    message: expect.stringMatching(message),
  });

  test('when the folder of its code is gone, invocations say so, and both kill and reload end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gone-'));
    writeFileSync(join(folder, 'index.mjs'), code);
    const { fn, props, ...parts } = makeFunction(code, { file: join(folder, 'index.mjs') });
    rmSync(folder, { recursive: true });
    fn.warmUp();
    await expect(fn.invoke({})).rejects.toMatchObject(startError(/there is no folder .*gone-/));
    await expect(fn.invoke({})).rejects.toMatchObject(startError(/ENOENT/));
    fn.warmUp();
    await parts.journal.waitFor('the failed start', ({ outcome }) => outcome === 'init-failed');
    fn.warmUp();
    await fn.kill();
    fn.reconfigure({ ...props, file: makeFunction(code).props.file });
    await expect(fn.invoke({})).resolves.toBe(1);
  });

  test('when its variables are too large for the system, invocations say so', async () => {
    const { fn } = makeFunction(code, { variables: { LARGE: 'x'.repeat(3_000_000) } });
    fn.warmUp();
    await expect(fn.invoke({})).rejects.toMatchObject(startError(/E2BIG/));
    await fn.kill();
  });
});

const AT = Date.parse('2026-11-22T10:20:30.456Z');

test.each([
  { errorType: 'Sandbox.Timedout', status: { status: 'timeout' } },
  { errorType: 'Runtime.ExitError', status: { status: 'failure', errorType: 'Runtime.ExitError' } },
  { errorType: 'TypeError', status: { status: 'error', errorType: 'TypeError' } },
])('given $errorType, the line says it as Lambda does', ({ errorType, status }) => {
  const line = failureReport({ requestId: 'request-1', at: AT, durationMs: 3000.2, memoryMb: 256, errorType });
  expect(JSON.parse(line)).toEqual({
    time: '2026-11-22T10:20:30.456Z',
    type: 'platform.report',
    record: {
      requestId: 'request-1',
      metrics: { durationMs: 3000.2, billedDurationMs: 3001, memorySizeMB: 256 },
      ...status,
    },
  });
});

const HANDLER = `export const handler = async ({ end }) => {
  console.log('begun');
  if (end === 'throw') throw new TypeError('no');
  if (end === 'exit') process.exit(1);
  if (end === 'hang') await new Promise(() => setInterval(() => {}, 1000));
};`;

test.each([
  { end: 'answer', reports: [] },
  { end: 'throw', reports: [{ status: 'error', errorType: 'TypeError' }] },
  { end: 'exit', reports: [{ status: 'failure', errorType: 'Runtime.ExitError' }] },
  { end: 'hang', reports: [{ status: 'timeout' }] },
])('given an invocation that ends by $end, its log has what it said, then the report', async ({ end, reports }) => {
  const { fn, logged, journal, clock } = makeFunction(HANDLER);
  const invoked = fn.invoke({ end }, 'request-1').catch(() => {});
  await journal.waitFor('its line', ({ line }) => line === 'begun');
  if (end === 'hang') clock.skip(10_000);
  await invoked;
  const found = logged.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line).record);
  expect(found).toMatchObject(reports.map((report) => ({ requestId: 'request-1', ...report })));
  expect(logged).toContain('begun');
});

test('given a function that was killed from outside, nothing is said about it', async () => {
  const { fn, logged, journal } = makeFunction(HANDLER);
  const invoked = fn.invoke({ end: 'hang' }).catch(() => {});
  await journal.waitFor('its line', ({ line }) => line === 'begun');
  await fn.kill();
  await invoked;
  expect(logged).toEqual(['begun']);
});

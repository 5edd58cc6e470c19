import { expect, test } from '@jest/globals';
import { failureReport } from '../../../../packages/local-engine/lambda/lambda-function.ts';
import { makeFunction } from '../support/lambda.ts';

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

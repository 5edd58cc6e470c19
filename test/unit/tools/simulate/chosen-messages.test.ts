import { describe, expect, test } from '@jest/globals';
import type { CommandRun } from '../../../../tools/simulate/operators/operators.ts';
import type { SentCall } from '../../../../tools/simulate/operators/sent-call.ts';
import { theChosenAreDeleted } from '../../../../tools/simulate/promises/chosen-messages.ts';
import { broken, called, ran, STARTED_AT } from '../../../support/simulated-commands.ts';

const dlqs = [{ owner: 'bucket-service', url: 'dead', sourceUrl: 'buckets' }];
const body = JSON.stringify({
  'detail-type': 'UserRegistered',
  detail: { metadata: { eventId: 'e' }, data: { userId: 'ada' } },
});

const received = (MessageId: string, ageMs = 0, QueueUrl = 'dead') => {
  const Attributes = { SentTimestamp: String(STARTED_AT - ageMs) };
  return called(
    'ReceiveMessage',
    { QueueUrl },
    { Messages: [{ MessageId, ReceiptHandle: MessageId, Body: body, Attributes }] },
  );
};
const deleted = (ReceiptHandle: string) => called('DeleteMessage', { QueueUrl: 'dead', ReceiptHandle }, {});
const hidden = (VisibilityTimeout: number, QueueUrl = 'dead') =>
  called('ChangeMessageVisibilityBatch', { QueueUrl, Entries: [{ VisibilityTimeout }] }, {});
const both = [received('m'), received('n'), deleted('m')];
const left = [`leaves ${body}`];

const found = (...runs: readonly CommandRun[]) => broken(theChosenAreDeleted, runs, { dlqs });
const redriven = (options: string, calls: readonly SentCall[], more: Partial<CommandRun> = {}) =>
  found(ran(`dlq redrive --yes${options && ` ${options}`}`, { calls, ...more }));

test('a redrive or a purge that ended well has deleted all that it looked at', () => {
  expect(redriven('', [...both, deleted('n')])).toEqual([]);
  expect(redriven('', both)).toEqual(left);
  expect(found(ran('dlq purge --yes', { calls: both }))).toEqual(left);
  const refused = { ...deleted('n'), answer: { status: 500, headers: {}, body: Buffer.from('{}') } };
  expect(redriven('', [...both, refused])).toEqual(left);
  expect(redriven('', [...both, refused, deleted('n')])).toEqual([]);
});

test('of those that its options choose', () => {
  expect(redriven('--user ada', both)).toEqual(left);
  expect(redriven('--user eve', both)).toEqual([]);
});

test.each([
  ['with a limit', '--limit 1', {}],
  ['as a dry run', '--dry-run', {}],
  ['as an edit', '--edit', {}],
  ['with a problem', '', { ending: { at: 0, code: 1 } }],
  ['killed', '', { ending: { at: 0, code: 'killed' as const } }],
  ['interrupted', '', { isInterrupted: true }],
  ['with a lost answer', '', { calls: [...both, called('GetQueueAttributes', {})] }],
])('it may leave some %s', (_how, options, more) => {
  expect(redriven(options, both, more)).toEqual([]);
});

test('it need not take what came after it had looked', () => {
  expect(redriven('', [received('m'), hidden(0), received('n'), deleted('m')])).toEqual([]);
  // Held for longer, or given back to another queue.
  expect(redriven('', [received('m'), hidden(60), received('n'), deleted('m')])).toEqual(left);
  expect(redriven('', [received('m'), hidden(0, 'other'), received('n'), deleted('m')])).toEqual(left);
});

test('nor what another command deleted before it ended, or may have deleted', () => {
  const run = ran('dlq redrive --yes', { calls: both.map((call, place) => ({ ...call, place })) });
  const other = (place: number, answer?: object) =>
    ran('dlq purge --yes', {
      ending: { at: 0, code: 1 },
      calls: [received('n'), { ...called('DeleteMessage', { QueueUrl: 'dead', ReceiptHandle: 'n' }, answer), place }],
    });
  expect(found(run, other(2, {}))).toEqual([]);
  expect(found(run, other(2))).toEqual([]);
  expect(found(run, other(3, {}))).toEqual(left);
});

describe('what options surely choose', () => {
  const aged = (ageMs: number, more: Partial<CommandRun> = {}) =>
    redriven('--older-than 10s', [received('m', ageMs)], more);

  test('is old enough by the earliest time that the command may have counted from', () => {
    expect(aged(11_000)).toEqual(left);
    expect(aged(10_999)).toEqual([]);
    expect(aged(11_000, { clockAheadMs: 60_000 })).toEqual(left);
    expect(aged(13_000, { clockAheadMs: -2000 })).toEqual(left);
    expect(aged(12_999, { clockAheadMs: -2000 })).toEqual([]);
    expect(aged(16_000, { clockAheadMs: -60_000 })).toEqual(left);
    expect(aged(60_000, { isClockSet: true })).toEqual([]);
  });

  test('has the error in each line of the last moment', () => {
    const line = (timestamp: number, problem: string) => ({
      timestamp,
      message: JSON.stringify({ service: 'bucket-service', eventId: 'e', problem }),
    });
    const of = (...events: readonly object[]) =>
      redriven('--error s3', [received('m'), called('FilterLogEvents', {}, { events })]);
    expect(of(line(1, 'a'), line(2, 'S3 is busy'))).toEqual(left);
    expect(of(line(2, 'a'), line(2, 'S3 is busy'))).toEqual([]);
    expect(of(line(1, 'S3 is busy'), line(2, 'a'))).toEqual([]);
  });
});

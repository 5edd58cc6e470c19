import { describe, expect, test } from '@jest/globals';
import { readArchive } from '../../../../operations/events/read-archive.ts';
import { LOCAL_DELAYS } from '../../../../operations/events/session.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';

const BUS = { busName: 'main', busArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/main' };
const ARCHIVE = {
  name: 'all',
  arn: 'arn:aws:events:eu-west-1:123456789012:archive/all',
  ...BUS,
  state: 'ENABLED',
  retentionDays: 0,
  events: 1,
  bytes: 1,
};
const NOW = Date.parse('2026-11-22T10:00:00Z');

/** Reads an archive to its end on an AWS that answers so. */
async function read(answers: ConstructorParameters<typeof FakeAws>[0]) {
  const aws = new FakeAws({
    CreateQueue: () => ({ QueueUrl: 'url' }),
    PutRule: () => ({ RuleArn: 'arn:aws:events:eu-west-1:123456789012:rule/main/temporary' }),
    PutTargets: () => ({ FailedEntryCount: 0 }),
    TagQueue: () => ({}),
    ReceiveMessage: () => ({}),
    CancelReplay: () => ({}),
    RemoveTargets: () => ({}),
    DeleteRule: () => ({}),
    DeleteQueue: () => ({}),
    ...answers,
  });
  const session = {
    on: { clients: aws.clients, target: { stackName: 'mine' }, stack: { name: 'mine', outputs: {} } },
    bus: BUS,
    filter: {},
    delays: LOCAL_DELAYS,
    signal: new AbortController().signal,
    now: () => NOW,
    note: () => {},
  };
  const reading = (async () => {
    for await (const _ of readArchive(session, { archive: ARCHIVE, window: { from: NOW - 60_000, to: NOW } }));
  })();
  const failure = await reading.then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { failure, operations: aws.calls.map(([operation]) => operation) };
}

const refusal = (message: string) => () => {
  throw awsError('InternalException', message);
};
const REMOVED = ['RemoveTargets', 'DeleteRule', 'DeleteQueue'];

describe('the replay that reads an archive', () => {
  test('is cancelled where it is not known whether it has started, and rule and queue go', async () => {
    const { failure, operations } = await read({ StartReplay: refusal('lost on the way') });
    expect(failure).toBe('lost on the way');
    expect(operations.slice(-4)).toEqual(['CancelReplay', ...REMOVED]);
  });

  test('is cancelled where it cannot be followed', async () => {
    const { failure, operations } = await read({ StartReplay: () => ({}), DescribeReplay: refusal('not now') });
    expect(failure).toBe('not now');
    expect(operations.slice(-4)).toEqual(['CancelReplay', ...REMOVED]);
  });

  test('is left alone once it has ended', async () => {
    const { operations } = await read({ StartReplay: () => ({}), DescribeReplay: () => ({ State: 'FAILED' }) });
    expect(operations).not.toContain('CancelReplay');
    expect(operations.slice(-3)).toEqual(REMOVED);
  });
});

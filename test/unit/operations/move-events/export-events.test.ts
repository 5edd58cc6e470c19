import { describe, expect, test } from '@jest/globals';
import { LOCAL_DELAYS } from '../../../../operations/events/session.ts';
import { exportEvents, nothingExported } from '../../../../operations/move-events/index.ts';
import { movedEvent, Tally } from '../../../../operations/move-events/moved-event.ts';
import { BucketCreatedV1, UserDeletedV1, UserRegisteredV1 } from '../../../../schemas/generated/event-contracts.ts';
import { sampleEvent } from '../../../support/sample-event.ts';
import { FakeAws } from '../aws/fake-aws.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
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

/** Exports an archive with these events. */
async function exported(events: readonly object[]) {
  const messages = events.map((event, index) => ({ Body: JSON.stringify(event), ReceiptHandle: `r${index}` }));
  const aws = new FakeAws({
    CreateQueue: () => ({ QueueUrl: 'url' }),
    PutRule: () => ({ RuleArn: 'arn:aws:events:eu-west-1:123456789012:rule/main/temporary' }),
    PutTargets: () => ({ FailedEntryCount: 0 }),
    TagQueue: () => ({}),
    StartReplay: () => ({}),
    DescribeReplay: () => ({ State: messages.length > 0 ? 'RUNNING' : 'COMPLETED' }),
    ReceiveMessage: ({ MaxNumberOfMessages }) => ({ Messages: messages.splice(0, MaxNumberOfMessages) }),
    CancelReplay: () => ({}),
    RemoveTargets: () => ({}),
    DeleteRule: () => ({}),
    DeleteQueue: () => ({}),
  });
  const session = {
    on: { clients: aws.clients, target: { stackName: 'mine' }, stack: { name: 'mine', outputs: {} } },
    bus: BUS,
    filter: {},
    delays: LOCAL_DELAYS,
    signal: new AbortController().signal,
    now: () => NOW,
    onProgress: () => {},
  };
  const counts = nothingExported();
  const lines: string[] = [];
  const window = { from: NOW - 60_000, to: NOW };
  for await (const batch of exportEvents(session, { archive: ARCHIVE, window }, counts)) lines.push(...batch);
  return { lines, counts, replays: aws.inputs('StartReplay') };
}

const sample = sampleEvent(UserRegisteredV1);
const archived = (id: string, detail: object, more: object = {}) => ({
  id,
  'detail-type': 'UserRegistered',
  source: 'users-table',
  time: '2026-11-22T09:59:30Z',
  detail,
  ...more,
});

test('an export has each event that fits its contract, with only what that names, and counts the rest', async () => {
  const personal = { ...sample, data: { ...sample.data, email: 'a@example.com' } };
  const { lines, counts, replays } = await exported([
    archived('1', sample),
    archived('2', personal),
    archived('3', personal),
    archived('4', { ...sample, data: {} }),
    archived('5', sample, { source: 'elsewhere' }),
  ]);
  const parsed = lines.map((line) => {
    expect(line).toMatch(/^\{.*\}\n$/);
    return JSON.parse(line);
  });
  expect(new Set(parsed.map(({ id }) => id))).toEqual(new Set(['1', '2', '3']));
  for (const event of parsed) expect(event).toEqual(archived(event.id, sample));
  expect(counts.events).toBe(3);
  expect([...counts.removed.counts]).toEqual([['UserRegistered detail.data.email', 2]]);
  expect(Object.fromEntries(counts.leftOut.counts)).toEqual({
    'UserRegistered: data.userId is missing; data.registeredAt is missing': 1,
    'UserRegistered: this checkout has no contract for its source and version': 1,
  });
  expect(replays).toMatchObject([{ EventSourceArn: ARCHIVE.arn }]);
});

test('a tally counts each text by itself', () => {
  const tally = new Tally();
  for (const text of ['a', 'b', 'a', 'a']) tally.add(text);
  expect([...tally.counts]).toEqual([
    ['a', 3],
    ['b', 1],
  ]);
});

describe('an event that is moved', () => {
  test.each([
    ['bucket-created.v1', BucketCreatedV1],
    ['user-deleted.v1', UserDeletedV1],
    ['user-registered.v1', UserRegisteredV1],
  ] as const)('keeps all that %s names, and nothing else', (contract, of) => {
    const detail = sampleEvent(of as typeof UserRegisteredV1);
    const { detailType, source } = of;
    const more = { ...detail, data: { ...detail.data, nowhere: 1 }, note: 'x' };
    const moved = movedEvent({ 'detail-type': detailType, source, detail: more });
    expect(moved).toEqual({
      kind: 'good',
      type: detailType,
      source,
      contract,
      detail,
      removed: expect.arrayContaining([`${detailType} detail.data.nowhere`, `${detailType} detail.note`]),
    });
  });

  test.each([undefined, 7, null])('has no type where that is %s', (type) => {
    expect(movedEvent({ 'detail-type': type })).toEqual({
      kind: 'bad',
      type: 'an event without detail-type',
      problem: 'this checkout has no contract for its source and version',
    });
  });
});

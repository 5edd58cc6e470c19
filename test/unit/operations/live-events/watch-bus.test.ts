import { expect, test } from '@jest/globals';
import { watchBus } from '../../../../operations/live-events/index.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';

const BUS = 'arn:aws:events:eu-west-1:123456789012:event-bus/main';
const EVENT = {
  id: '1',
  'detail-type': 'UserRegistered',
  source: 'users-table',
  time: '2026-11-22T10:00:00Z',
  'replay-name': 'again',
  detail: { data: { userId: 'alice' } },
};

/** Watches until the queue has given one event. */
async function watch(answers: ConstructorParameters<typeof FakeAws>[0] = {}) {
  const stop = new AbortController();
  const aws = new FakeAws({
    ListQueues: () => ({}),
    ListRules: () => ({ Rules: [{ Name: 'pipeline-events-20200101T000000Z-aaaaa' }] }),
    CancelReplay: () => ({}),
    CreateQueue: () => ({ QueueUrl: 'url' }),
    PutRule: () => ({}),
    PutTargets: () => ({ FailedEntryCount: 0 }),
    TagQueue: () => ({}),
    ReceiveMessage: () => ({ Messages: [{ Body: JSON.stringify(EVENT), ReceiptHandle: 'r' }] }),
    DeleteMessageBatch: () => ({}),
    RemoveTargets: () => ({}),
    DeleteRule: () => ({}),
    DeleteQueue: () => ({}),
    ...answers,
  });
  const on = {
    clients: aws.clients,
    target: { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' },
    stack: { name: 's', outputs: { EventBusName: 'main', EventBusArn: BUS } },
  };
  const [notes, left, events]: [string[], string[], unknown[]] = [[], [], []];
  const options = {
    signal: stop.signal,
    onNote: (text: string) => notes.push(text),
    onLeftBehind: (text: string) => left.push(text),
  };
  for await (const batch of watchBus(on, options)) {
    events.push(...batch);
    stop.abort();
  }
  return { aws, notes, left, events };
}

test('gives the events as they come, and removes rule and queue at the end', async () => {
  const { aws, notes, left, events } = await watch();
  expect(events).toEqual([
    {
      id: '1',
      at: Date.parse(EVENT.time),
      type: 'UserRegistered',
      source: 'users-table',
      userId: 'alice',
      replay: 'again',
      detail: EVENT.detail,
    },
  ]);
  expect(notes).toEqual([
    'Removed what an earlier run left behind: pipeline-events-20200101T000000Z-aaaaa.',
    'The temporary rule and queue are there; events are shown as they come.',
  ]);
  expect([aws.inputs('DeleteQueue'), left]).toEqual([[{ QueueUrl: 'url' }], []]);
});

test('says what could not be removed, before it and after it', async () => {
  const fail = (name: string) => () => {
    throw awsError(name);
  };
  const { notes, left } = await watch({ ListQueues: fail('InternalError'), DeleteQueue: fail('AccessDenied') });
  expect(notes).toEqual([
    expect.stringMatching(/^Could not remove what earlier runs may have left behind: /),
    'The temporary rule and queue are there; events are shown as they come.',
  ]);
  expect(left).toEqual([
    expect.stringMatching(/^pipeline-events-\S+ could not be removed; another run removes it after an hour: /),
  ]);
});

test('an event of another system has no user and no replay, and where nothing was left behind nothing is said of it', async () => {
  const other = { ...EVENT, detail: 'hello', 'replay-name': undefined };
  const { notes, events } = await watch({
    ListRules: () => ({}),
    ReceiveMessage: () => ({ Messages: [{ Body: JSON.stringify(other), ReceiptHandle: 'r' }] }),
  });
  expect(events).toStrictEqual([
    { id: '1', at: Date.parse(EVENT.time), type: 'UserRegistered', source: 'users-table', detail: 'hello' },
  ]);
  expect(notes).toEqual(['The temporary rule and queue are there; events are shown as they come.']);
});

import { expect, test } from '@jest/globals';
import type { Engine, JournalEntry } from '../../../../packages/local-engine/index.ts';
import { lostByPipes, lostByRules } from '../../../../tools/simulate/day/dead-letters.ts';
import type { SubscriberQueues } from '../../../../tools/simulate/day/stage.ts';

const OUTPUTS = { PipeDlqUrl: 'http://dead', PipeName: 'registrations', DeletionPipeName: 'deletions' };

/** An engine that has nothing but letters of pipes. */
function engineWith(...letters: { pipe: string; from: number; to: number }[]): Engine {
  const arrived = letters.map(({ pipe, from, to }) => ({
    body: JSON.stringify({
      context: { partnerResourceArn: `arn:aws:pipes:eu-west-1:123456789012:pipe/${pipe}` },
      DDBStreamBatchInfo: { startSequenceNumber: String(from), endSequenceNumber: String(to) },
    }),
  }));
  const queues = { at: (url: string) => (url === OUTPUTS.PipeDlqUrl ? { arrived: () => arrived } : undefined) };
  const outputs = Object.entries(OUTPUTS).map(([key, value]) => ({ key, value }));
  return { services: { queues }, stacks: [{ outputs }] } as unknown as Engine;
}

const entry = (hop: JournalEntry['hop'], more: object): JournalEntry => ({ sequence: 1, at: 0, hop, ...more });
const record = (place: number, eventName: string) =>
  entry('stream-record', {
    eventName,
    eventId: `${eventName} ${place}`,
    sequenceNumber: String(place),
    keys: { userId: { S: 'ada' } },
  });

test('given letters of the two pipes, each has given up what it takes from the stream, within its range', () => {
  const entries = [1, 2, 3, 4].flatMap((place) => ['INSERT', 'MODIFY', 'REMOVE'].map((name) => record(place, name)));
  const lost = (...letters: Parameters<typeof engineWith>) =>
    lostByPipes(engineWith(...letters), entries).map(({ eventId }) => eventId);
  expect(lost()).toEqual([]);
  expect(lost({ pipe: 'registrations', from: 2, to: 3 })).toEqual(['INSERT 2', 'INSERT 3']);
  expect(lost({ pipe: 'deletions', from: 1, to: 1 }, { pipe: 'registrations', from: 4, to: 9 })).toEqual([
    'REMOVE 1',
    'INSERT 4',
  ]);
});

test('given a record whose dead letter was refused too, it is given up, and one whose letter was taken is in the queue', () => {
  const dead = (outcome: string, eventId: string) => entry('pipe-dlq', { outcome, eventIds: [eventId] });
  const entries = [record(1, 'INSERT'), record(2, 'INSERT'), dead('lost', 'INSERT 1'), dead('delivered', 'INSERT 2')];
  expect(lostByPipes(engineWith(), entries)).toEqual([{ userId: 'ada', eventId: 'INSERT 1' }]);
});

test('given events that rules could send nowhere, each is lost to the subscriber of its rule', () => {
  const queues = ['uri-recorder', 'bucket-restorer'].map((subscriber) => ({
    subscriber,
    ruleName: `${subscriber}-rule`,
  }));
  const metadata = { eventId: 'r:BucketCreated', correlationId: 'r' };
  const entries = [
    entry('event', { eventId: 'e', detail: { metadata, data: { userId: 'ada' } } }),
    entry('rule-dlq', { eventId: 'e', rule: 'uri-recorder-rule', lost: true }),
    entry('rule-dlq', { eventId: 'e', rule: 'bucket-restorer-rule', lost: false }),
    entry('rule-dlq', { eventId: 'e', rule: 'of-someone-else', lost: true }),
  ];
  expect(lostByRules(entries, queues as unknown as SubscriberQueues[])).toEqual([
    { subscriber: 'uri-recorder', ...metadata },
  ]);
});

import type { Hop, JournalEntry } from '../../../../packages/local-engine/journal/journal.ts';

export const STACK = {
  name: 'app-dev',
  outputs: {
    BucketServiceDlqUrl: 'http://127.0.0.1:1/1/app-dev-BucketServiceDeadLetters-000000000001',
    PipeDlqUrl: 'http://127.0.0.1:1/1/app-dev-PipeDeadLetters-000000000002',
  },
};

/** Numbers entries as a journal does. */
export function journal(...entries: readonly (readonly [Hop, Readonly<Record<string, unknown>>])[]): JournalEntry[] {
  return entries.map(([hop, fields], index) => ({ ...fields, hop, sequence: index + 1, at: 0 }));
}

function detailOf(userId: string): object {
  return { metadata: { eventId: `record-${userId}`, correlationId: `record-${userId}` }, data: { userId } };
}

export function bodyOf(userId: string): string {
  return JSON.stringify({ id: `bus-${userId}`, 'detail-type': 'UserRegistered', detail: detailOf(userId) });
}

/** What the journal holds of a registration up to the message that bucket-service gets. */
export function registration(userId: string): readonly (readonly [Hop, Readonly<Record<string, unknown>>])[] {
  const [eventId, busEventId] = [`record-${userId}`, `bus-${userId}`];
  const rule = 'app-dev-BucketServiceRule0A1B2C3D-000000000003';
  const target = 'arn:aws:sqs:x:1:app-dev-BucketServiceQueue0A1B2C3D-000000000004';
  const event = { eventId: busEventId, detailType: 'UserRegistered', detail: detailOf(userId), dropped: false };
  return [
    ['stream-record', { eventName: 'INSERT', eventId, keys: { id: { S: userId } } }],
    ['pipe-filter', { eventId, eventName: 'INSERT', passed: true }],
    ['event', event],
    ['rule', { rule: 'app-dev-UriRecorderRule0A1B2C3D-000000000005', eventId: busEventId, matched: false }],
    ['rule', { rule, eventId: busEventId, matched: true }],
    ['message', { queue: target.split(':').at(-1), messageId: `message-${userId}`, receives: 0, body: bodyOf(userId) }],
    ['rule-delivery', { rule, target, eventId: busEventId, outcome: 'delivered' }],
  ];
}

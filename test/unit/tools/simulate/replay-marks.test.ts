import { expect, test } from '@jest/globals';
import type { JournalEntry } from '../../../../packages/local-engine/index.ts';
import { ReplayMarks } from '../../../../tools/simulate/promises/index.ts';

const detail = (metadata: object) => ({ metadata, data: { userId: 'ada' } });
const message = (queue: string, metadata: object, envelope: object = {}) => ({
  hop: 'message',
  messageId: 'm',
  queue,
  body: JSON.stringify({ ...envelope, detail: detail(metadata) }),
});
const batch = { hop: 'batch', requestId: 'q', messageIds: ['m'] };
const created = (more: object) => ({
  hop: 'event',
  eventId: 'e',
  detail: detail({ eventId: 'r:BucketCreated', causationId: 'r', ...more }),
});
const replayed = { 'replay-name': 'again' };

/** What is said about these entries. */
const said = (...entries: readonly object[]) => saidOf(entries, []);

function saidOf(entries: readonly object[], putByOperator: readonly string[]): string[] {
  const marks = new ReplayMarks(new Set(['mail']), (eventId) => putByOperator.includes(eventId));
  for (const entry of entries) marks.note(entry as JournalEntry);
  return marks.violations.map(({ what }) => what);
}

test('what comes of a replay says so', () => {
  const received = [message('buckets', { eventId: 'r' }, replayed), batch];
  expect(said(...received, created({ replayName: 'again' }))).toEqual([]);
  expect(said(...received, created({}))).toEqual([
    'has the event r:BucketCreated, which does not say that it comes of a replay',
  ]);
});

test('what is new does not say so', () => {
  const received = [message('buckets', { eventId: 'r' }), batch];
  expect(said(...received, created({}))).toEqual([]);
  expect(said(...received, created({ replayName: 'again' }))).toEqual([
    'has the event r:BucketCreated, which says that it comes of a replay',
  ]);
});

test('what is put while no batch has its cause is of an operator', () => {
  const answered = { hop: 'invocation', requestId: 'q', outcome: 'answered' };
  expect(said(message('buckets', { eventId: 'r' }), batch, answered, created({ replayName: 'reconcile' }))).toEqual([]);
});

test('what an operator puts while its cause is still handled may say so; what a subscriber puts may not', () => {
  const running = [message('buckets', { eventId: 'r' }), batch];
  expect(saidOf([...running, created({ replayName: 'reconcile' })], ['r:BucketCreated'])).toEqual([]);
  expect(saidOf([...running, created({ replayName: 'reconcile' })], ['other'])).toHaveLength(1);
});

test.each<[object, object]>([
  [{ eventId: 'r' }, replayed],
  [{ eventId: 'r', replayName: 'reconcile' }, {}],
])('a subscriber that skips replays gets none, nor what comes of one: %j', (metadata, envelope) => {
  expect(said(message('buckets', metadata, envelope))).toEqual([]);
  expect(said(message('mail', metadata, envelope))).toEqual([
    'has the event r of a replay in mail, which skips replays',
  ]);
});

import { expect, test } from '@jest/globals';
import type { JournalEntry } from '../../../../packages/local-engine/index.ts';
import { registrationsIn } from '../../../../tools/simulate/day/registrations.ts';
import { PERSONAL } from '../../../../tools/simulate/day/sign-ups.ts';

type Row = Readonly<Record<string, { readonly S: string }>>;

const item: Row = { userId: { S: 'ada' }, email: { S: `${PERSONAL}0@example.com` } };
const recorded: Row = { ...item, s3_bucket_uri: { S: 's3://siuada' } };

/** Entries of the stream, a second after each other, with when they were written. */
function stream(...records: (readonly [eventName: string, newImage?: Row])[]) {
  const entries = records.map(([eventName, newImage], place): JournalEntry => {
    const about = { eventId: `r${place}`, eventName, keys: { userId: item.userId } };
    return { sequence: place + 1, at: 0, hop: 'stream-record', ...about, ...(newImage && { newImage }) };
  });
  return { entries, times: new Map(entries.map(({ sequence }) => [sequence, sequence * 1000])) };
}

const overwritten = stream(['INSERT', item], ['MODIFY', recorded], ['MODIFY', item]);
const putOverAt = (...puts: Parameters<typeof registrationsIn>[1]) =>
  registrationsIn(overwritten.entries, puts, overwritten.times).map(({ putOver }) => putOver);

test('given a row that came, was changed and was deleted, its registration has every URI and is gone', () => {
  const { entries, times } = stream(['INSERT', item], ['MODIFY', recorded], ['REMOVE'], ['INSERT', item]);
  const about = { userId: 'ada', registeredAt: 0, isSignUp: true, putOver: [] };
  expect(registrationsIn(entries, [], times)).toEqual([
    { ...about, eventId: 'r0', uris: [undefined, 's3://siuada'], isGone: true, deletionId: 'r2' },
    { ...about, eventId: 'r3', uris: [undefined], isGone: false },
  ]);
});

test('given a put of the row that was answered after its record, or never, the row was put over', () => {
  expect(putOverAt({ item, sentAt: 3000, answeredAt: 3000 })).toEqual([[2]]);
  expect(putOverAt({ item, sentAt: 2500 })).toEqual([[2]]);
});

test('given puts at other times, of other rows, or from before the journal was watched, the row was not put over', () => {
  expect(putOverAt({ item, sentAt: 1000, answeredAt: 2999 }, { item, sentAt: 3001 })).toEqual([[]]);
  expect(putOverAt({ item: { ...item, plan: { S: 'gold' } }, sentAt: 3000 })).toEqual([[]]);
  expect(putOverAt({ item: { ...item, userId: { S: 'bob' } }, sentAt: 3000 })).toEqual([[]]);
  expect(registrationsIn(overwritten.entries, [{ item, sentAt: 0 }], new Map())[0]?.putOver).toEqual([]);
});

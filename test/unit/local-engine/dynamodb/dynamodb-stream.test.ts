import { describe, expect, jest, test } from '@jest/globals';
import type { Item, StreamRecord, StreamViewType } from '../../../../packages/local-engine/dynamodb/items.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { entriesOf, makeParts } from '../support/parts.ts';
import { idsOf, makeStream, recordsOf, register, STREAM_ARN, user } from '../support/stream.ts';

const HOUR_MS = 60 * 60 * 1000;
const BEFORE: Item = user('test4', { name: { S: 'old' } });
const AFTER: Item = user('test4', { name: { S: 'new' } });

describe('which record a change makes', () => {
  test.each([
    { change: 'a new item', oldImage: undefined, newImage: AFTER, eventName: 'INSERT' },
    { change: 'another image', oldImage: BEFORE, newImage: AFTER, eventName: 'MODIFY' },
    { change: 'a deleted item', oldImage: BEFORE, newImage: undefined, eventName: 'REMOVE' },
  ])('given $change, it is $eventName', ({ oldImage, newImage, eventName }) => {
    const parts = makeParts();
    const stream = makeStream(parts);
    stream.append({ keys: user('test4'), oldImage, newImage, sizeBytes: 21 });
    const [record] = recordsOf(stream);
    expect(record).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'ap-northeast-1',
      eventSourceARN: STREAM_ARN,
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { id: { S: 'test4' } },
        ...(oldImage && { OldImage: oldImage }),
        ...(newImage && { NewImage: newImage }),
        SequenceNumber: expect.any(String),
        SizeBytes: 21,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(entriesOf(parts, 'stream-record')).toMatchObject([{ eventName, eventId: record?.eventID }]);
  });

  test.each([
    { change: 'a write of the same image', oldImage: BEFORE, newImage: { ...BEFORE } },
    { change: 'a delete of nothing', oldImage: undefined, newImage: undefined },
  ])('given $change, there is none', ({ oldImage, newImage }) => {
    const parts = makeParts();
    const stream = makeStream(parts);
    stream.append({ keys: user('test4'), oldImage, newImage, sizeBytes: 21 });
    expect(recordsOf(stream)).toEqual([]);
    expect(entriesOf(parts, 'stream-record')).toEqual([]);
  });

  test.each<{ viewType: StreamViewType; images: object }>([
    { viewType: 'KEYS_ONLY', images: {} },
    { viewType: 'NEW_IMAGE', images: { NewImage: AFTER } },
    { viewType: 'OLD_IMAGE', images: { OldImage: BEFORE } },
    { viewType: 'NEW_AND_OLD_IMAGES', images: { OldImage: BEFORE, NewImage: AFTER } },
  ])('given the view type $viewType, the record holds just its images', ({ viewType, images }) => {
    const stream = makeStream(makeParts(), viewType);
    stream.append({ keys: user('test4'), oldImage: BEFORE, newImage: AFTER, sizeBytes: 21 });
    const { NewImage, OldImage, StreamViewType } = recordsOf(stream)[0]?.dynamodb ?? {};
    expect({ NewImage, OldImage }).toEqual(images);
    expect(StreamViewType).toBe(viewType);
  });

  test('given a fraction of a second, the creation time is the second that it is in', () => {
    const parts = makeParts();
    jest.spyOn(parts.clock, 'now').mockReturnValue(1_714_458_435_999);
    const stream = makeStream(parts);
    register(stream, 'test4');
    expect(recordsOf(stream)[0]?.dynamodb.ApproximateCreationDateTime).toBe(1_714_458_435);
  });
});

describe('order', () => {
  test('given many changes, sequence numbers have 21 to 40 digits and rise, across a trim as well', () => {
    const { clock, ...parts } = makeParts();
    const stream = makeStream({ clock, ...parts });
    const numbers: string[] = [];
    stream.onRecord(() => numbers.push(recordsOf(stream).at(-1)?.dynamodb.SequenceNumber ?? ''));
    for (let n = 0; n < 12; n++) register(stream, `user-${n}`);
    clock.skip(25 * HOUR_MS);
    for (let n = 12; n < 15; n++) register(stream, `user-${n}`);
    expect(numbers.every((number) => /^\d{21,40}$/.test(number))).toBe(true);
    expect(new Set(numbers).size).toBe(15);
    expect(numbers).toEqual([...numbers].sort());
  });
});

describe('reading', () => {
  test('given a limit, reads follow on from each other and end with nothing', () => {
    const stream = makeStream(makeParts());
    for (const id of ['a', 'b', 'c']) register(stream, id);
    const first = stream.read(0, 2);
    const second = stream.read(first.next, 2);
    expect([idsOf(first.records), idsOf(second.records)]).toEqual([['a', 'b'], ['c']]);
    expect(stream.read(second.next, 2)).toEqual({ records: [], next: second.next });
  });

  test('given very many records, a reader that is far behind sees each of them, as one that keeps up has', () => {
    const stream = makeStream(makeParts());
    const seen: StreamRecord[] = [];
    stream.onRecord(() => seen.push(...stream.read(stream.latest - 1, 10).records));
    for (let n = 0; n < 1_700; n++) register(stream, `user-${n}`);
    const records: StreamRecord[] = [];
    for (let position = 0; position < stream.latest; position += 90) records.push(...stream.read(position, 90).records);
    expect(idsOf(records)).toEqual(Array.from({ length: 1_700 }, (_, n) => `user-${n}`));
    expect(records).toEqual(seen);
  });

  test('given readers, each is called after every record and none for a change that is none', () => {
    const stream = makeStream(makeParts());
    const readers = [jest.fn(), jest.fn()];
    for (const reader of readers) stream.onRecord(reader);
    register(stream, 'a');
    stream.append({ keys: user('a'), oldImage: user('a'), newImage: user('a'), sizeBytes: 1 });
    register(stream, 'b');
    expect(readers.map((reader) => reader.mock.calls.length)).toEqual([2, 2]);
  });

  test.each([
    { start: 'oldest' as const, ids: ['before', 'after'] },
    { start: 'latest' as const, ids: ['after'] },
  ])('given the $start position, the reader sees $ids', ({ start, ids }) => {
    const stream = makeStream(makeParts());
    register(stream, 'before');
    const position = stream[start];
    register(stream, 'after');
    expect(idsOf(stream.read(position, 10).records)).toEqual(ids);
  });
});

describe('retention', () => {
  test('given records older than 24 hours, they are gone, and the place of a reader stays right', () => {
    const parts = makeParts();
    const stream = makeStream(parts);
    register(stream, 'old');
    const { next } = stream.read(0, 10);
    parts.clock.skip(23 * HOUR_MS);
    register(stream, 'young');
    parts.clock.skip(2 * HOUR_MS);
    register(stream, 'new');
    expect(idsOf(recordsOf(stream))).toEqual(['young', 'new']);
    expect(idsOf(stream.read(next, 10).records)).toEqual(['young', 'new']);
    expect(stream.oldest).toBe(next);
    expect(idsOf(stream.read(stream.oldest + 1, 10).records)).toEqual(['new']);
    expect(stream.read(stream.latest, 10).records).toEqual([]);
  });

  test('given a reader that slept for two days, it continues with what is kept', () => {
    const parts = makeParts();
    const stream = makeStream(parts);
    for (const id of ['a', 'b', 'c']) register(stream, id);
    parts.clock.skip(48 * HOUR_MS);
    register(stream, 'd');
    expect(idsOf(stream.read(1, 10).records)).toEqual(['d']);
    expect(stream.read(1, 10).next).toBe(4);
  });
});

describe('given a folder, after a restart', () => {
  function restart(folder: string) {
    const storage = openStorage(folder);
    const parts = makeParts(storage);
    return { storage, clock: parts.clock, stream: makeStream(parts) };
  }
  const numbersOf = (records: readonly StreamRecord[]) => records.map(({ dynamodb }) => dynamodb.SequenceNumber);

  test('when there are records, they are read as they were, and new ones come after them', () => {
    const folder = dataFolder();
    const before = restart(folder);
    for (const id of ['a', 'b', 'c']) register(before.stream, id);
    const records = recordsOf(before.stream);
    before.storage.close();
    const { stream } = restart(folder);
    expect(recordsOf(stream)).toEqual(records);
    register(stream, 'd');
    expect(idsOf(stream.read(2, 10).records)).toEqual(['c', 'd']);
    const numbers = numbersOf(recordsOf(stream));
    expect(new Set(numbers).size).toBe(4);
    expect(numbers).toEqual([...numbers].sort());
  });

  test('when every record has been dropped, no sequence number is given a second time', () => {
    const folder = dataFolder();
    const before = restart(folder);
    for (const id of ['a', 'b']) register(before.stream, id);
    const last = numbersOf(recordsOf(before.stream)).at(-1) ?? '';
    before.clock.skip(25 * HOUR_MS);
    expect(recordsOf(before.stream)).toEqual([]);
    before.storage.close();
    const { stream } = restart(folder);
    register(stream, 'c');
    expect(BigInt(numbersOf(recordsOf(stream))[0] ?? 0)).toBeGreaterThan(BigInt(last));
    expect([stream.oldest, stream.latest]).toEqual([2, 3]);
  });
});

describe('places', () => {
  test('given the sequence number of a record, its position is where it is read', () => {
    const stream = makeStream(makeParts());
    for (const id of ['a', 'b']) register(stream, id);
    const positions = recordsOf(stream).map(({ dynamodb }) => stream.positionOf(dynamodb.SequenceNumber));
    expect(positions).toEqual([0, 1]);
  });

  test('given the number of a record that is no longer kept, it is before the oldest', () => {
    const parts = makeParts();
    const stream = makeStream(parts);
    register(stream, 'old');
    const number = recordsOf(stream)[0]?.dynamodb.SequenceNumber ?? '';
    parts.clock.skip(25 * HOUR_MS);
    register(stream, 'new');
    expect([stream.positionOf(number), stream.oldest, stream.latest]).toEqual([0, 1, 2]);
  });

  test.each(['', 'x', '1', `${10n ** 23n + 1n}`, '9'.repeat(40), '-100000000000000000000000', '9'.repeat(41)])(
    'given the number %j, which no record had, there is none',
    (number) => {
      const stream = makeStream(makeParts());
      register(stream, 'a');
      expect(stream.positionOf(number)).toBeUndefined();
    },
  );

  test('given its ARN, its label and time are those in it', () => {
    const { label, createdAt } = makeStream(makeParts());
    expect([label, createdAt]).toEqual(['2026-11-22T00:00:00.000', Date.parse('2026-11-22T00:00:00Z')]);
  });
});

test('given a reader that has ended, it is not called any more, and others are', () => {
  const stream = makeStream(makeParts());
  const calls: string[] = [];
  const end = stream.onRecord(() => calls.push('ended'));
  stream.onRecord(() => calls.push('other'));
  end();
  register(stream, 'a');
  expect(calls).toEqual(['other']);
});

import { describe, expect, jest, test } from '@jest/globals';
import type { Item, StreamViewType } from '../../../local/dynamodb-types.ts';
import { entriesOf, makeParts } from './support/parts.ts';
import { idsOf, makeStream, recordsOf, register, STREAM_ARN, user } from './support/stream.ts';

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
    { start: 'TRIM_HORIZON' as const, ids: ['before', 'after'] },
    { start: 'LATEST' as const, ids: ['after'] },
  ])('given the starting position $start, the reader sees $ids', ({ start, ids }) => {
    const stream = makeStream(makeParts());
    register(stream, 'before');
    const position = stream.position(start);
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
    expect(stream.position('TRIM_HORIZON')).toBe(next);
    expect(idsOf(stream.read(stream.position('TRIM_HORIZON') + 1, 10).records)).toEqual(['new']);
    expect(stream.read(stream.position('LATEST'), 10).records).toEqual([]);
  });

  test('given a reader that slept for two days, it goes on with what is kept', () => {
    const parts = makeParts();
    const stream = makeStream(parts);
    for (const id of ['a', 'b', 'c']) register(stream, id);
    parts.clock.skip(48 * HOUR_MS);
    register(stream, 'd');
    expect(idsOf(stream.read(1, 10).records)).toEqual(['d']);
    expect(stream.read(1, 10).next).toBe(4);
  });
});

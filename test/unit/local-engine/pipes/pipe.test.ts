import { describe, expect, test } from '@jest/globals';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/event-pattern.ts';
import { compileInputTemplate } from '../../../../packages/local-engine/pipes/input-template.ts';
import { toEntry } from '../../../../packages/local-engine/pipes/pipe-delivery.ts';
import { entriesOf, makeParts, settle } from '../support/parts.ts';
import { BUS_ARN, PIPE_ARN, startPipe } from '../support/pipe.ts';
import { makeStream, register, STREAM_ARN, user } from '../support/stream.ts';

const onlyInserts = compileEventPattern({ eventName: ['INSERT'] }, { dialect: 'pipes' });
const onlyDeletes = compileEventPattern({ eventName: ['REMOVE'] }, { dialect: 'pipes' });

const names = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `user-${from + n}`);

describe('which records it delivers', () => {
  test.each([
    { filters: [], ids: ['INSERT', 'MODIFY', 'REMOVE'] },
    { filters: [onlyInserts], ids: ['INSERT'] },
    { filters: [onlyInserts, onlyDeletes], ids: ['INSERT', 'REMOVE'] },
  ])('given $filters.length filters, $ids pass', async ({ filters, ids }) => {
    const { stream, bus, ...parts } = startPipe({
      filters,
      target: { render: compileInputTemplate('{"userId": <$.eventName>}') },
    });
    const [before, after] = [user('a', { v: { N: '1' } }), user('a', { v: { N: '2' } })];
    stream.append({ keys: user('a'), oldImage: undefined, newImage: before, sizeBytes: 1 });
    stream.append({ keys: user('a'), oldImage: before, newImage: after, sizeBytes: 1 });
    stream.append({ keys: user('a'), oldImage: after, newImage: undefined, sizeBytes: 1 });
    await settle();
    expect(bus.users.flat()).toEqual(ids);
    const passed = entriesOf(parts, 'pipe-filter').map((entry) => [entry.eventName, entry.passed]);
    expect(passed).toEqual(['INSERT', 'MODIFY', 'REMOVE'].map((name) => [name, ids.includes(name)]));
  });

  test.each([
    { startingPosition: 'TRIM_HORIZON' as const, ids: ['before', 'after'] },
    { startingPosition: 'LATEST' as const, ids: ['after'] },
  ])('given $startingPosition, those are $ids', async ({ startingPosition, ids }) => {
    const parts = makeParts();
    const stream = makeStream(parts);
    register(stream, 'before');
    const { bus } = startPipe({ startingPosition, stream }, parts);
    register(stream, 'after');
    await settle();
    expect(bus.users.flat()).toEqual(ids);
  });

  test('given that it was stopped, it delivers nothing more', async () => {
    const { stream, bus, pipe } = startPipe();
    register(stream, 'a');
    await settle();
    pipe.stop();
    register(stream, 'b');
    await settle();
    expect(bus.users).toEqual([['a']]);
  });
});

describe('batches', () => {
  test.each([
    { batchSize: 10, count: 25, sizes: [10, 10, 5] },
    { batchSize: 10, count: 10, sizes: [10] },
    { batchSize: 1, count: 3, sizes: [1, 1, 1] },
  ])(
    'given $count records and batches of $batchSize, it sends $sizes, in order',
    async ({ batchSize, count, sizes }) => {
      const { stream, bus } = startPipe({ batchSize });
      for (const id of names(count)) register(stream, id);
      await settle();
      expect(bus.users.map(({ length }) => length)).toEqual(sizes);
      expect(bus.users.flat()).toEqual(names(count));
    },
  );

  test('given more records than it reads at a time, all arrive, once and in order', async () => {
    const { stream, bus } = startPipe();
    for (const id of names(250)) register(stream, id);
    await settle();
    for (const id of names(50, 250)) register(stream, id);
    await settle();
    expect(bus.users.flat()).toEqual(names(300));
  });

  test('given records that the filter drops between others, batches hold the others only', async () => {
    const { stream, bus } = startPipe({ filters: [onlyInserts], batchSize: 2 });
    for (const id of ['a', 'b', 'c']) {
      register(stream, id);
      stream.append({ keys: user(id), oldImage: user(id), newImage: undefined, sizeBytes: 1 });
    }
    await settle();
    expect(bus.users).toEqual([['a', 'b'], ['c']]);
  });

  test('given a duplicate in a full batch, the record arrives twice and no request has more than ten', async () => {
    const { stream, bus, faults } = startPipe({ bisects: false });
    faults.duplicate('stream-record', 3);
    for (const id of names(10)) register(stream, id);
    await settle();
    expect(bus.users.flat()).toEqual([...names(3), 'user-2', ...names(7, 3)]);
    expect(Math.max(...bus.users.map(({ length }) => length))).toBeLessThanOrEqual(10);
  });
});

describe('the entry of a record', () => {
  test('given a template and its variables, the detail is rendered with them', async () => {
    const template =
      '{"id": <$.dynamodb.Keys.id.S>, "pipe": "<aws.pipes.pipe-name>", "arns": ["<aws.pipes.pipe-arn>",' +
      ' "<aws.pipes.source-arn>", "<aws.pipes.target-arn>"], "at": "<aws.pipes.event.ingestion-time>"}';
    const { stream, bus } = startPipe({ target: { render: compileInputTemplate(template) } });
    register(stream, 'test"4\\');
    await settle();
    const [entry] = bus.requests.flat();
    expect(entry?.EventBusName).toBe(BUS_ARN);
    expect(JSON.parse(entry?.Detail ?? '')).toEqual({
      id: 'test"4\\',
      pipe: 'registrations',
      arns: [PIPE_ARN, STREAM_ARN, BUS_ARN],
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  test('given no parameters, source, detail-type and resources are AWS’s defaults, and no time is sent', async () => {
    const { stream, bus } = startPipe();
    register(stream, 'a');
    await settle();
    expect(bus.requests.flat()[0]).toEqual({
      EventBusName: BUS_ARN,
      Source: 'Pipe registrations',
      DetailType: 'Event from aws:dynamodb',
      Resources: [],
      Detail: '{"userId": "a"}',
    });
  });

  test('given constants, they are sent as they are', async () => {
    const target = { source: 'users-table', detailType: 'UserRegistered', resources: ['arn:aws:x'] };
    const { stream, bus } = startPipe({ target });
    register(stream, 'a');
    await settle();
    expect(bus.requests.flat()[0]).toMatchObject({
      Source: 'users-table',
      DetailType: 'UserRegistered',
      Resources: ['arn:aws:x'],
    });
  });

  test('given paths, they are read from the record as it was before the template', async () => {
    const target = {
      source: '$.dynamodb.NewImage.origin.S',
      detailType: '$.eventName',
      resources: ['$.eventSourceARN'],
      time: '$.dynamodb.ApproximateCreationDateTime',
      render: compileInputTemplate('{"userId": <$.dynamodb.Keys.id.S>, "eventName": "shadowed"}'),
    };
    const { stream, bus } = startPipe({ target });
    register(stream, 'a', { origin: { S: 'web' } });
    await settle();
    expect(bus.requests.flat()[0]).toMatchObject({
      Source: 'web',
      DetailType: 'INSERT',
      Resources: [STREAM_ARN],
      Time: stream.read(0, 1).records[0]?.dynamodb.ApproximateCreationDateTime,
    });
  });
});

test.each([
  { form: 'epoch seconds', at: { N: '1714458435' }, path: '$.dynamodb.NewImage.at.N', time: 1714458435 },
  {
    form: 'ISO 8601',
    at: { S: '2024-04-30T06:27:15Z' },
    path: '$.dynamodb.NewImage.at.S',
    time: '2024-04-30T06:27:15Z',
  },
  { form: 'nothing', at: { S: 'x' }, path: '$.dynamodb.NewImage.missing.S', time: undefined },
])("given a dynamic time that is $form in the record, the entry's time is $time", ({ at, path, time }) => {
  const stream = makeStream(makeParts());
  stream.append({ keys: user('a'), oldImage: undefined, newImage: { ...user('a'), at }, sizeBytes: 1 });
  const [record] = stream.read(0, 1).records;
  if (record === undefined) throw new Error('no record');
  const target = { busArn: 'bus', time: path, render: compileInputTemplate('{}') };
  expect(toEntry(record, target, {}).Time).toBe(time);
});

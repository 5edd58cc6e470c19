import { describe, expect, test } from '@jest/globals';
import { InvalidEventPatternError } from '../../../local/events/event-pattern.ts';
import { BUS_ARN, ENTRY, makeEventBridge, rule } from './support/event-bridge.ts';
import { entriesOf } from './support/parts.ts';
import { queueArn } from './support/queues.ts';

describe('given a request of several entries', () => {
  test('when some are bad, each gets its own answer, in order, and the good ones are published', () => {
    const { events, deliveries, ...parts } = makeEventBridge();
    events.putRule(rule('users'));
    const { DetailType: _left, ...incomplete } = ENTRY;
    const result = events.putEvents([
      ENTRY,
      incomplete,
      { ...ENTRY, Source: 'aws.s3' },
      { ...ENTRY, Detail: '[]' },
      ENTRY,
    ]);
    expect(result).toEqual({
      FailedEntryCount: 3,
      Entries: [
        { EventId: expect.any(String) },
        { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringContaining('DetailType') },
        { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: expect.any(String) },
        { ErrorCode: 'MalformedDetail', ErrorMessage: expect.any(String) },
        { EventId: expect.any(String) },
      ],
    });
    const published = [result.Entries[0]?.EventId, result.Entries[4]?.EventId];
    expect(deliveries.map(({ eventId }) => eventId)).toEqual(published);
    expect(entriesOf(parts, 'event').map(({ eventId, code }) => eventId ?? code)).toEqual([
      published[0],
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      'MalformedDetail',
      published[1],
    ]);
  });

  test('when there are too many, the whole request is refused and nothing is published', () => {
    const { events, deliveries } = makeEventBridge();
    events.putRule(rule('users'));
    expect(() => events.putEvents(Array(11).fill(ENTRY))).toThrow(
      expect.objectContaining({ code: 'ValidationException' }),
    );
    expect(deliveries).toEqual([]);
  });
});

describe('which bus an entry reaches', () => {
  test.each([
    { given: 'a name', EventBusName: 'main', reaches: ['on-main'] },
    { given: 'an ARN', EventBusName: BUS_ARN, reaches: ['on-main'] },
    { given: 'the default bus', EventBusName: 'default', reaches: ['on-default'] },
  ])('given $given, its rules and no others see the event', ({ EventBusName, reaches }) => {
    const { events, deliveries } = makeEventBridge();
    events.putRule(rule('on-main'));
    events.putRule(rule('on-default', { busName: 'default' }));
    events.putEvents([{ ...ENTRY, EventBusName }]);
    expect(deliveries.map(({ ruleName }) => ruleName)).toEqual(reaches);
  });

  test('given no name, it is the default bus', () => {
    const { events, deliveries } = makeEventBridge();
    events.putRule(rule('on-default', { busName: 'default' }));
    const { EventBusName: _left, ...entry } = ENTRY;
    events.putEvents([entry]);
    expect(deliveries).toHaveLength(1);
  });

  test('given a bus that does not exist, the entry counts as put, and is dropped', () => {
    const { events, deliveries, ...parts } = makeEventBridge();
    events.putRule(rule('users'));
    const result = events.putEvents([{ ...ENTRY, EventBusName: 'nowhere' }]);
    expect(result).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(deliveries).toEqual([]);
    expect(entriesOf(parts, 'event')).toMatchObject([{ bus: 'nowhere', dropped: true }]);
  });
});

describe('which rules an event meets', () => {
  test('given several rules, each that matches delivers the whole event to each of its targets', () => {
    const { events, deliveries } = makeEventBridge();
    const [target] = rule('x').targets;
    const targets = ['one', 'two'].map((name) => ({ ...(target as NonNullable<typeof target>), arn: queueArn(name) }));
    events.putRule(rule('both', { targets }));
    events.putRule(rule('users'));
    events.putRule(rule('buckets', { pattern: { 'detail-type': ['BucketCreated'] } }));
    const [result] = events.putEvents([ENTRY]).Entries;
    expect(deliveries.map(({ ruleName, target: { arn } }) => [ruleName, arn])).toEqual([
      ['both', queueArn('one')],
      ['both', queueArn('two')],
      ['users', queueArn('users')],
    ]);
    expect(JSON.parse(deliveries[0]?.body ?? '')).toMatchObject({
      id: result?.EventId,
      'detail-type': 'UserRegistered',
      detail: { data: { userId: 'test4' } },
    });
  });

  test('given a disabled rule, it delivers nothing', () => {
    const { events, deliveries, ...parts } = makeEventBridge();
    events.putRule(rule('users', { isEnabled: false }));
    events.putEvents([ENTRY]);
    expect(deliveries).toEqual([]);
    expect(entriesOf(parts, 'rule')).toMatchObject([{ rule: 'users', matched: false, reason: 'the rule is disabled' }]);
  });

  test('given rules that match and rules that do not, the journal says which', () => {
    const { events, ...parts } = makeEventBridge();
    events.putRule(rule('users'));
    events.putRule(rule('buckets', { pattern: { source: ['bucket-service'] } }));
    const [result] = events.putEvents([ENTRY]).Entries;
    expect(entriesOf(parts, 'rule')).toMatchObject([
      { rule: 'users', eventId: result?.EventId, matched: true },
      { rule: 'buckets', eventId: result?.EventId, matched: false, reason: expect.stringContaining('source') },
    ]);
  });

  test('given a pattern that AWS would refuse, so does the bus', () => {
    const { events } = makeEventBridge();
    expect(() => events.putRule(rule('broken', { pattern: { source: 'not a list' } }))).toThrow(
      InvalidEventPatternError,
    );
  });
});

describe('what it tells of itself', () => {
  const pattern = { 'detail-type': ['UserRegistered'] };

  test('given its buses, it lists and describes them', async () => {
    const { events } = makeEventBridge();
    await expect(events.handle('ListEventBuses', {})).resolves.toMatchObject({
      EventBuses: [{ Name: 'default' }, { Name: 'main', Arn: BUS_ARN }],
    });
    await expect(events.handle('DescribeEventBus', { Name: BUS_ARN })).resolves.toEqual({ Name: 'main', Arn: BUS_ARN });
  });

  test.each([
    { form: 'an object', given: pattern },
    { form: 'JSON text', given: JSON.stringify(pattern) },
  ])('given a rule whose pattern is $form, it is described with its pattern as JSON text', async ({ given }) => {
    const { events } = makeEventBridge();
    events.putRule(rule('users', { pattern: given }));
    const described = { Name: 'users', EventBusName: 'main', State: 'ENABLED', EventPattern: JSON.stringify(pattern) };
    await expect(events.handle('ListRules', { EventBusName: 'main' })).resolves.toMatchObject({ Rules: [described] });
    await expect(events.handle('DescribeRule', { EventBusName: 'main', Name: 'users' })).resolves.toMatchObject(
      described,
    );
    await expect(events.handle('ListTargetsByRule', { EventBusName: 'main', Rule: 'users' })).resolves.toEqual({
      Targets: [{ Id: 'queue', Arn: queueArn('users') }],
    });
  });

  test.each([
    { operation: 'DescribeEventBus', request: { Name: 'nowhere' }, code: 'ResourceNotFoundException' },
    { operation: 'DescribeRule', request: { EventBusName: 'main', Name: 'none' }, code: 'ResourceNotFoundException' },
    { operation: 'DescribeArchive', request: { ArchiveName: 'none' }, code: 'ResourceNotFoundException' },
    { operation: 'PutPartnerEvents', request: {}, code: 'UnknownOperationException' },
    { operation: 'toString', request: {}, code: 'UnknownOperationException' },
    { operation: 'PutEvents', request: {}, code: 'ValidationException' },
  ])('given $operation of $request, the answer is $code', async ({ operation, request, code }) => {
    await expect(makeEventBridge().events.handle(operation, request)).rejects.toMatchObject({ code, status: 400 });
  });
});

test('given a bus of that name, another one is refused, and the first keeps its rules', () => {
  const { events } = makeEventBridge();
  events.createBus('twice');
  expect(() => events.createBus('twice')).toThrow(/already exists/);
});

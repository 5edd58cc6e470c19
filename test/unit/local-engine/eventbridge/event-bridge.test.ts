import { describe, expect, test } from '@jest/globals';
import { InvalidEventPatternError } from '../../../../packages/local-engine/event-pattern/event-pattern.ts';
import { BUS_ARN, ENTRY, makeEventBridge, rule } from '../support/event-bridge.ts';
import { entriesOf } from '../support/parts.ts';
import { queueArn } from '../support/queues.ts';

describe('given a request of several entries', () => {
  test('when some are bad, each gets its own answer, in order, and the good ones are published', () => {
    const { events, deliveries, ...parts } = makeEventBridge();
    events.rules.deploy(rule('users'));
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

  test.each([
    { given: 'too many', Entries: Array(11).fill(ENTRY) },
    { given: 'too large', Entries: [ENTRY, { ...ENTRY, Detail: JSON.stringify({ text: 'x'.repeat(1_048_576) }) }] },
  ])('when they are $given, the whole request is refused and nothing is published', async ({ Entries }) => {
    const { events, deliveries } = makeEventBridge();
    events.rules.deploy(rule('users'));
    await expect(events.handle('PutEvents', { Entries })).rejects.toMatchObject({ code: 'ValidationException' });
    expect(deliveries).toEqual([]);
  });

  test('when none has all that it needs, each is refused on its own, as on AWS', async () => {
    const { events, ...parts } = makeEventBridge();
    const refused = (name: string) => ({
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    });
    const Entries = [{}, { Source: 'a' }, { Source: 'a', DetailType: 'b' }];
    await expect(events.handle('PutEvents', { Entries })).resolves.toEqual({
      FailedEntryCount: 3,
      Entries: [refused('Source'), refused('DetailType'), refused('Detail')],
    });
    expect(entriesOf(parts, 'event').map(({ code }) => code)).toEqual(Array(3).fill('InvalidArgument'));
  });

  test('when a detail is malformed, the journal says why; the answer says what AWS says', () => {
    const { events, ...parts } = makeEventBridge();
    const { Entries } = events.putEvents([{ ...ENTRY, Detail: '[]' }]);
    expect(Entries).toEqual([{ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }]);
    expect(entriesOf(parts, 'event')).toMatchObject([{ code: 'MalformedDetail', reason: 'it must be a JSON object' }]);
  });
});

describe('which bus an entry reaches', () => {
  test.each([
    { given: 'a name', EventBusName: 'main', reaches: ['on-main'] },
    { given: 'an ARN', EventBusName: BUS_ARN, reaches: ['on-main'] },
    { given: 'the default bus', EventBusName: 'default', reaches: ['on-default'] },
  ])('given $given, its rules and no others see the event', ({ EventBusName, reaches }) => {
    const { events, deliveries } = makeEventBridge();
    events.rules.deploy(rule('on-main'));
    events.rules.deploy(rule('on-default', { busName: 'default' }));
    events.putEvents([{ ...ENTRY, EventBusName }]);
    expect(deliveries.map(({ ruleName }) => ruleName)).toEqual(reaches);
  });

  test('given no name, it is the default bus', () => {
    const { events, deliveries } = makeEventBridge();
    events.rules.deploy(rule('on-default', { busName: 'default' }));
    const { EventBusName: _left, ...entry } = ENTRY;
    events.putEvents([entry]);
    expect(deliveries).toHaveLength(1);
  });

  test.each([
    { given: 'a bus that does not exist', EventBusName: 'nowhere', bus: 'nowhere' },
    { given: 'the ARN of one', EventBusName: BUS_ARN.replace('main', 'nowhere'), bus: 'nowhere' },
    { given: "another account's bus of that name", EventBusName: BUS_ARN.replace('111122223333', '999999999999') },
    { given: "another Region's bus of that name", EventBusName: BUS_ARN.replace('ap-northeast-1', 'us-east-1') },
    { given: 'a name that only ends so', EventBusName: 'other/main', bus: 'other/main' },
  ])('given $given, the entry counts as put, and is dropped', ({ EventBusName, bus = 'main' }) => {
    const { events, deliveries, ...parts } = makeEventBridge();
    events.rules.deploy(rule('users'));
    const result = events.putEvents([{ ...ENTRY, EventBusName }]);
    expect(result).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(deliveries).toEqual([]);
    expect(entriesOf(parts, 'event')).toMatchObject([{ bus, dropped: true }]);
  });
});

describe('which rules an event meets', () => {
  test('given several rules, each that matches delivers the whole event to each of its targets', () => {
    const { events, deliveries } = makeEventBridge();
    const [target] = rule('x').targets;
    const targets = ['one', 'two'].map((name) => ({ ...(target as NonNullable<typeof target>), arn: queueArn(name) }));
    events.rules.deploy(rule('both', { targets }));
    events.rules.deploy(rule('users'));
    events.rules.deploy(rule('buckets', { pattern: { 'detail-type': ['BucketCreated'] } }));
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
    events.rules.deploy(rule('users', { isEnabled: false }));
    events.putEvents([ENTRY]);
    expect(deliveries).toEqual([]);
    expect(entriesOf(parts, 'rule')).toMatchObject([{ rule: 'users', matched: false, reason: 'the rule is disabled' }]);
  });

  test('given rules that match and rules that do not, the journal says which', () => {
    const { events, ...parts } = makeEventBridge();
    events.rules.deploy(rule('users'));
    events.rules.deploy(rule('buckets', { pattern: { source: ['bucket-service'] } }));
    const [result] = events.putEvents([ENTRY]).Entries;
    expect(entriesOf(parts, 'rule')).toMatchObject([
      { rule: 'users', eventId: result?.EventId, matched: true },
      { rule: 'buckets', eventId: result?.EventId, matched: false, reason: expect.stringContaining('source') },
    ]);
  });

  test('given a pattern that AWS would refuse, so does the bus', () => {
    const { events } = makeEventBridge();
    expect(() => events.rules.deploy(rule('broken', { pattern: { source: 'not a list' } }))).toThrow(
      InvalidEventPatternError,
    );
  });
});

describe('what it says about itself', () => {
  const pattern = { 'detail-type': ['UserRegistered'] };

  test.each([
    { form: 'an object', given: pattern },
    { form: 'JSON text', given: JSON.stringify(pattern) },
  ])('given a rule whose pattern is $form, it is described with its pattern as JSON text', async ({ given }) => {
    const { events } = makeEventBridge();
    events.rules.deploy(rule('users', { pattern: given }));
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

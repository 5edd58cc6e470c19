import { describe, expect, test } from '@jest/globals';
import { parseDraft } from '../../../../operations/try-events/event-draft.ts';
import {
  newEvent,
  publishEvent,
  readSample,
  triedProblem,
  triedText,
  tryEvent,
} from '../../../../operations/try-events/index.ts';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/index.ts';
import { FakeAws } from '../aws/fake-aws.ts';

const BUS = 'arn:aws:events:eu-west-1:123456789012:event-bus/users';
const outputs = {
  EventBusArn: BUS,
  EventBusName: 'users',
  BucketServiceRuleArn: 'arn:aws:events:eu-west-1:123456789012:rule/users/bucket-rule',
  BucketServiceQueueUrl: 'q',
  BucketServiceDlqUrl: 'd',
};
const rule = (Name: string, pattern: object, more: object = {}) => {
  return { Name, EventPattern: JSON.stringify(pattern), State: 'ENABLED', ...more };
};

const aws = (Rules: object[], more = {}) =>
  new FakeAws({
    ListRules: ({ NextToken }) =>
      NextToken === undefined ? { Rules: Rules.slice(0, 1), NextToken: 't' } : { Rules: Rules.slice(1) },
    TestEventPattern: ({ EventPattern, Event }) => ({ Result: compileEventPattern(EventPattern)(JSON.parse(Event)) }),
    ...more,
  });

const onAws = ({ clients }: FakeAws) => ({ clients, target: { stackName: 's' }, stack: { name: 's', outputs } });
const draft = parseDraft('{"detail-type":"UserRegistered","detail":{"data":{"userId":"u","registeredAt":1}}}', 'f');

describe('an event is tried', () => {
  test('on every rule of the bus, the subscribers first; a rule without a pattern takes no events', async () => {
    const fake = aws([
      rule('of-another-stack', { source: [{ prefix: 'users' }] }, { State: 'DISABLED' }),
      rule('pipeline-events-20261122T090000Z-aaaaa', { account: ['123456789012'] }),
      rule('Events-Archive-a', { 'replay-name': [{ exists: false }] }, { ManagedBy: 'vhs' }),
      { Name: 'every-hour', State: 'ENABLED', ScheduleExpression: 'rate(1 hour)' },
      rule('bucket-rule', { 'detail-type': ['BucketCreated'] }),
    ]);
    const { rules } = await tryEvent(onAws(fake), draft, { now: 0 });
    expect(rules.map((each) => [each.who, each.kind, triedText(each)])).toEqual([
      [
        'bucket-service',
        'subscriber',
        'does not match: detail-type does not accept "UserRegistered"; the rule asks that it is BucketCreated',
      ],
      ['of-another-stack', 'other', 'its rule matches, but is disabled: it gets nothing'],
      ['pipeline-events-20261122T090000Z-aaaaa', 'temporary', 'gets it'],
      ['Events-Archive-a', 'aws', 'gets it'],
    ]);
  });

  test('as the bus will deliver it', async () => {
    const { event } = await tryEvent(onAws(aws([])), draft, { now: Date.UTC(2026, 0, 2) });
    expect(event).toMatchObject({
      account: '123456789012',
      region: 'eu-west-1',
      time: '2026-01-02T00:00:00Z',
      source: 'users-table',
    });
  });

  test('against its contract: each violation names its field', async () => {
    const tried = await tryEvent(onAws(aws([])), draft, { now: 0 });
    expect(tried).toMatchObject({
      contract: 'user-registered.v1',
      violations: [{ pointer: '/detail/metadata', field: 'detail.metadata', problem: 'is missing' }],
    });
    expect(triedProblem(tried)).toBe('the event is not valid: detail.metadata is missing');
  });

  test('one without a contract says so', async () => {
    const other = parseDraft('{"detail-type":"Other","source":"me","detail":{}}', 'f');
    expect(triedProblem(await tryEvent(onAws(aws([])), other, { now: 0 }))).toMatch(
      /^the event is not valid: Other has no contract/,
    );
  });

  test('one that no enabled rule takes says so', async () => {
    const rules = [rule('a', { source: ['users-table'] }, { State: 'DISABLED' }), rule('b', { source: ['x'] })];
    const tried = await tryEvent(onAws(aws(rules)), newEvent(draft).draft, { now: 0 });
    expect(triedProblem(tried)).toBe('no rule would match this UserRegistered: no subscriber gets it');
  });
});

describe('an event is published', () => {
  const accepting = {
    DescribeEventBus: () => ({}),
    PutEvents: () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }),
  };

  test('to the bus of the stack, as its contract says', async () => {
    const fake = aws([], accepting);
    const event = newEvent(draft);
    await expect(publishEvent(onAws(fake), event)).resolves.toEqual({ id: 'e', eventId: event.eventId });
    const Detail = JSON.stringify(event.draft.detail);
    const entry = { EventBusName: 'users', Source: 'users-table', DetailType: 'UserRegistered', Detail };
    expect(fake.inputs('PutEvents')).toEqual([{ Entries: [entry] }]);
  });

  test('never one that breaks its contract', async () => {
    const fake = aws([], accepting);
    await expect(publishEvent(onAws(fake), { draft, eventId: 'x' })).rejects.toThrow('detail.metadata is missing');
    expect(fake.inputs('PutEvents')).toEqual([]);
  });

  test('one that the bus refuses is an error', async () => {
    const refusing = {
      ...accepting,
      PutEvents: () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'A', ErrorMessage: 'b' }] }),
    };
    await expect(publishEvent(onAws(aws([], refusing)), newEvent(draft))).rejects.toThrow(
      'the bus users refused the event: A, b',
    );
  });
});

describe('what is no event', () => {
  test.each([
    ['[]', /is not a JSON object/],
    ['{', /^event\.json is not JSON: .*position 1\b.*; it must be an event, such as those in schemas\/samples\/$/],
    ['{}', /has no "detail-type"/],
    ['{"detail-type":"A"}', /has no "detail"/],
    ['{"detail-type":"A","detail":{}}', /has no "source"/],
  ])('%s is refused', (text, message) => {
    expect(() => parseDraft(text, 'event.json')).toThrow(message);
  });

  test('a sample is found by its name, or by that of its event', async () => {
    await expect(readSample('UserRegistered')).resolves.toEqual(await readSample('user-registered.v1'));
    await expect(readSample('user-registered.v1.replayed')).resolves.toHaveProperty(
      'replayName',
      'buckets-deleted-by-hand',
    );
    await expect(readSample('UserLeft')).rejects.toThrow(
      /^there is no sample UserLeft; there are bucket-created\.v1, /,
    );
  });
});

test('an event with a number that would be another one is refused, with the field', () => {
  const text = '{"detail-type":"Other","source":"me","detail":{"data":{"amount":9007199254740993}}}';
  expect(() => parseDraft(text, 'event.json')).toThrow(
    'event.json has a number that would be another one on the bus: 9007199254740993 in "amount"; write it as a text',
  );
});

import { describe, expect, test } from '@jest/globals';
import { BUS_ARN, ENTRY, makeEventBridge, rule } from '../support/event-bridge.ts';
import { queueArn } from '../support/queues.ts';

const PATTERN = JSON.stringify({ 'detail-type': ['UserRegistered'] });
const PUT = { Name: 'mine', EventBusName: 'main', EventPattern: PATTERN };

function makeRules(...names: readonly string[]) {
  const made = makeEventBridge();
  for (const name of names) made.events.rules.deploy(rule(name));
  const call = (operation: string, request: object = {}) =>
    made.events.handle(operation, { EventBusName: 'main', ...request });
  return { ...made, call };
}

describe('PutRule', () => {
  test('given a new name, it makes a rule, which is enabled and has no targets', async () => {
    const { call } = makeRules();
    const RuleArn = 'arn:aws:events:ap-northeast-1:111122223333:rule/main/mine';
    await expect(call('PutRule', { ...PUT, Description: 'my own' })).resolves.toEqual({ RuleArn });
    await expect(call('DescribeRule', { Name: 'mine' })).resolves.toEqual({
      Name: 'mine',
      Arn: RuleArn,
      EventBusName: 'main',
      EventPattern: PATTERN,
      State: 'ENABLED',
      Description: 'my own',
      CreatedBy: '111122223333',
    });
    await expect(call('ListTargetsByRule', { Rule: 'mine' })).resolves.toEqual({ Targets: [] });
  });

  test('given no bus, it is made on the default bus', async () => {
    const { events } = makeRules();
    const { EventBusName: _left, ...request } = PUT;
    await expect(events.handle('PutRule', request)).resolves.toEqual({
      RuleArn: 'arn:aws:events:ap-northeast-1:111122223333:rule/mine',
    });
  });

  test('given a name that is there, it changes the rule and keeps its targets; what is left out is as if never given', async () => {
    const { call } = makeRules();
    await call('PutRule', { ...PUT, State: 'DISABLED', Description: 'old' });
    await call('PutTargets', { Rule: 'mine', Targets: [{ Id: 'queue', Arn: queueArn('users') }] });
    const EventPattern = '{"source":["users-table"]}';
    await call('PutRule', { ...PUT, EventPattern });
    const described = await call('DescribeRule', { Name: 'mine' });
    expect(described).toMatchObject({ State: 'ENABLED', EventPattern });
    expect(described).not.toHaveProperty('Description');
    await expect(call('ListTargetsByRule', { Rule: 'mine' })).resolves.toMatchObject({ Targets: [{ Id: 'queue' }] });
  });

  test.each([
    { given: 'no name', request: { Name: undefined }, code: 'ValidationException' },
    { given: 'a name with a slash', request: { Name: 'main/mine' }, code: 'ValidationException' },
    { given: 'a name of 65 characters', request: { Name: 'x'.repeat(65) }, code: 'ValidationException' },
    { given: 'no pattern', request: { EventPattern: undefined }, code: 'ValidationException' },
    { given: 'a pattern that is no JSON', request: { EventPattern: '{' }, code: 'InvalidEventPatternException' },
    { given: 'a pattern AWS refuses', request: { EventPattern: '{"a":1}' }, code: 'InvalidEventPatternException' },
    { given: 'a pattern that is too long', request: { EventPattern: 'x'.repeat(4097) }, code: 'ValidationException' },
    { given: 'a pattern that is no text', request: { EventPattern: {} }, code: 'ValidationException' },
    { given: 'a schedule', request: { ScheduleExpression: 'rate(1 day)' }, code: 'ValidationException' },
    { given: 'a state that is none', request: { State: 'ON' }, code: 'ValidationException' },
    { given: 'a long description', request: { Description: 'x'.repeat(513) }, code: 'ValidationException' },
    { given: 'a bus that does not exist', request: { EventBusName: 'no' }, code: 'ResourceNotFoundException' },
  ])('given $given, it answers $code and makes nothing', async ({ request, code }) => {
    const { call } = makeRules();
    await expect(call('PutRule', { ...PUT, ...request })).rejects.toMatchObject({ code });
    await expect(call('ListRules')).resolves.toEqual({ Rules: [] });
  });

  test('given 300 rules on the bus, it makes no other one, and still changes those', async () => {
    const { call } = makeRules();
    for (let number = 0; number < 300; number++) await call('PutRule', { ...PUT, Name: `rule-${number}` });
    await expect(call('PutRule', PUT)).rejects.toMatchObject({ code: 'LimitExceededException' });
    await expect(call('PutRule', { ...PUT, Name: 'rule-7' })).resolves.toHaveProperty('RuleArn');
  });
});

describe('DeleteRule', () => {
  test('given a rule with targets, it refuses; without them it deletes', async () => {
    const { call, events, deliveries } = makeRules('users');
    await expect(call('DeleteRule', { Name: 'users' })).rejects.toMatchObject({
      code: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    });
    await call('RemoveTargets', { Rule: 'users', Ids: ['queue'] });
    await expect(call('DeleteRule', { Name: 'users' })).resolves.toEqual({});
    await expect(call('ListRules')).resolves.toEqual({ Rules: [] });
    events.putEvents([ENTRY]);
    expect(deliveries).toEqual([]);
  });

  test('given a rule that is not there, it counts as deleted', async () => {
    await expect(makeRules().call('DeleteRule', { Name: 'none' })).resolves.toEqual({});
  });
});

describe('EnableRule and DisableRule', () => {
  test('given a disabled rule, events pass it by until it is enabled', async () => {
    const { call, events, deliveries } = makeRules('users');
    await call('DisableRule', { Name: 'users' });
    await expect(call('DescribeRule', { Name: 'users' })).resolves.toMatchObject({ State: 'DISABLED' });
    events.putEvents([ENTRY]);
    expect(deliveries).toEqual([]);
    await call('EnableRule', { Name: 'users' });
    events.putEvents([ENTRY]);
    expect(deliveries).toHaveLength(1);
  });

  test.each(['EnableRule', 'DisableRule', 'DescribeRule'])(
    'given a rule that does not exist, %s says so',
    async (operation) => {
      const failure = { code: 'ResourceNotFoundException', message: 'Rule none does not exist on EventBus main.' };
      await expect(makeRules().call(operation, { Name: 'none' })).rejects.toMatchObject(failure);
    },
  );
});

describe('listing rules', () => {
  const namesIn = (answer: object) => (answer as { Rules: { Name: string }[] }).Rules.map(({ Name }) => Name);

  test('given more than a page, the token leads through all of them by name', async () => {
    const { call } = makeRules('c', 'a', 'b');
    const first = await call('ListRules', { Limit: 2 });
    expect(namesIn(first)).toEqual(['a', 'b']);
    const { NextToken } = first as { NextToken: string };
    const second = await call('ListRules', { Limit: 2, NextToken });
    expect(namesIn(second)).toEqual(['c']);
    expect(second).not.toHaveProperty('NextToken');
  });

  test('given a prefix, only names that begin so', async () => {
    const { call } = makeRules('pipeline-a', 'other', 'pipeline-b');
    expect(namesIn(await call('ListRules', { NamePrefix: 'pipeline-' }))).toEqual(['pipeline-a', 'pipeline-b']);
  });

  test('given a target, the names of the rules that have it', async () => {
    const { call } = makeRules('users', 'others');
    await call('PutRule', PUT);
    await call('PutTargets', { Rule: 'mine', Targets: [{ Id: 'one', Arn: queueArn('users') }] });
    const ask = { TargetArn: queueArn('users') };
    await expect(call('ListRuleNamesByTarget', ask)).resolves.toEqual({ RuleNames: ['mine', 'users'] });
    await expect(call('ListRuleNamesByTarget', { TargetArn: queueArn('none') })).resolves.toEqual({ RuleNames: [] });
  });

  test.each([
    { given: 'an empty prefix', request: { NamePrefix: '' } },
    { given: 'a prefix with a space', request: { NamePrefix: 'a b' } },
    { given: 'a prefix of 65 characters', request: { NamePrefix: 'x'.repeat(65) } },
    { given: 'a Limit of 0', request: { Limit: 0 } },
    { given: 'a Limit of 101', request: { Limit: 101 } },
    { given: 'a token that is none', request: { NextToken: 'next' } },
    { given: 'a token of something else', request: { NextToken: Buffer.from('{}').toString('base64url') } },
  ])('given $given, it is refused', async ({ request }) => {
    await expect(makeRules('a').call('ListRules', request)).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

describe('TestEventPattern', () => {
  const Event = JSON.stringify({
    id: '1',
    account: '111122223333',
    source: 'users-table',
    time: '2026-11-22T10:00:00Z',
    region: 'ap-northeast-1',
    'detail-type': 'UserRegistered',
    detail: {},
  });
  const ask = (request: object) => makeRules().call('TestEventPattern', { EventPattern: PATTERN, Event, ...request });

  const whole = JSON.parse(Event) as Readonly<Record<string, unknown>>;
  const without = (field: string) => Object.fromEntries(Object.entries(whole).filter(([name]) => name !== field));

  test.each(['id', 'account', 'source', 'time', 'region', 'detail-type'])(
    'given an event without %s, it is refused, in AWS’s words',
    async (field) => {
      const refusal = { code: 'ValidationException', message: 'Parameter Event is not valid.' };
      await expect(ask({ Event: JSON.stringify(without(field)) })).rejects.toMatchObject(refusal);
    },
  );

  test.each(['resources', 'detail', 'version'])('given an event without %s, it is taken, as on AWS', async (field) => {
    await expect(ask({ Event: JSON.stringify(without(field)) })).resolves.toEqual({ Result: true });
  });

  test.each(['{', '[]', 'null', '"a"', '1'])('given %s for an event, it is refused, in AWS’s words', async (Event) => {
    await expect(ask({ Event })).rejects.toMatchObject({ message: 'Parameter Event is not valid.' });
  });

  test('given an event, it says whether the pattern matches', async () => {
    await expect(ask({})).resolves.toEqual({ Result: true });
    await expect(ask({ EventPattern: '{"source":["other"]}' })).resolves.toEqual({ Result: false });
  });

  test.each([
    { given: 'a pattern AWS refuses', request: { EventPattern: '{}' }, code: 'InvalidEventPatternException' },
    { given: 'no event', request: { Event: undefined }, code: 'ValidationException' },
  ])('given $given, it answers $code', async ({ request, code }) => {
    await expect(ask(request)).rejects.toMatchObject({ code });
  });
});

describe('a pattern that is refused', () => {
  const refusals = (pattern: object) => {
    const { call } = makeRules();
    const EventPattern = JSON.stringify(pattern);
    const event = { id: '1', account: '1', source: 'a', time: '2026-11-22T10:00:00Z', region: 'r', 'detail-type': 'b' };
    return Promise.all(
      [
        call('PutRule', { ...PUT, EventPattern }),
        call('TestEventPattern', { EventPattern, Event: JSON.stringify(event) }),
      ].map((answer) => answer.then(String, ({ code, message }) => ({ code, message }))),
    );
  };

  test('given too many wildcards, PutRule and TestEventPattern say so, in AWS’s words', async () => {
    const message =
      'Event pattern is not valid. Reason: Rule is too complex - try using fewer wildcard characters or fewer repeating ' +
      'character sequences after a wildcard character';
    const refusal = { code: 'InvalidEventPatternException', message };
    expect(await refusals({ detail: { arn: [{ wildcard: '*:*:*:*:*:event-bus/*' }] } })).toEqual([refusal, refusal]);
  });

  test('given another fault, they say what and where', async () => {
    const message = 'Event pattern is not valid. Reason: prefix needs a string, got 3\n at detail.status';
    const refusal = { code: 'InvalidEventPatternException', message };
    expect(await refusals({ detail: { status: [{ prefix: 3 }] } })).toEqual([refusal, refusal]);
  });
});

describe('EventBusName', () => {
  test('given the ARN of a bus, it is as good as its name, for every operation', async () => {
    const { call } = makeRules('users');
    const EventBusName = BUS_ARN;
    await expect(call('PutRule', { ...PUT, EventBusName })).resolves.toHaveProperty('RuleArn');
    await expect(call('DisableRule', { Name: 'mine', EventBusName })).resolves.toEqual({});
    await expect(call('EnableRule', { Name: 'mine', EventBusName })).resolves.toEqual({});
    await expect(call('DescribeRule', { Name: 'mine', EventBusName })).resolves.toMatchObject({ EventBusName: 'main' });
    await expect(call('ListTargetsByRule', { Rule: 'mine', EventBusName })).resolves.toEqual({ Targets: [] });
    const target = { TargetArn: queueArn('users'), EventBusName };
    await expect(call('ListRuleNamesByTarget', target)).resolves.toEqual({ RuleNames: ['users'] });
    await expect(call('DeleteRule', { Name: 'mine', EventBusName })).resolves.toEqual({});
    await expect(call('ListRules', { EventBusName })).resolves.toMatchObject({ Rules: [{ Name: 'users' }] });
  });

  test.each([
    { EventBusName: 'none', code: 'ResourceNotFoundException' },
    { EventBusName: 'other/main', code: 'ResourceNotFoundException' },
    { EventBusName: BUS_ARN.replace('111122223333', '999999999999'), code: 'ResourceNotFoundException' },
    { EventBusName: BUS_ARN.replace('ap-northeast-1', 'us-east-1'), code: 'ResourceNotFoundException' },
    { EventBusName: 'main bus', code: 'ValidationException' },
    { EventBusName: '', code: 'ValidationException' },
    { EventBusName: 'arn:aws:sqs:ap-northeast-1:111122223333:main', code: 'ValidationException' },
  ])('given $EventBusName, every operation answers $code', async ({ EventBusName, code }) => {
    const { call } = makeRules('users');
    const requests: [string, object][] = [
      ['PutRule', PUT],
      ['DeleteRule', { Name: 'users' }],
      ['EnableRule', { Name: 'users' }],
      ['DisableRule', { Name: 'users' }],
      ['DescribeRule', { Name: 'users' }],
      ['ListRules', {}],
      ['ListRuleNamesByTarget', { TargetArn: queueArn('users') }],
      ['ListTargetsByRule', { Rule: 'users' }],
      ['PutTargets', { Rule: 'users', Targets: [{ Id: 'a', Arn: queueArn('a') }] }],
      ['RemoveTargets', { Rule: 'users', Ids: ['queue'] }],
    ];
    for (const [operation, request] of requests) {
      await expect(call(operation, { ...request, EventBusName })).rejects.toMatchObject({ code });
    }
  });
});

const target = (id: string, more: object = {}) => ({ Id: id, Arn: queueArn(id), ...more });
const SUCCESS = { FailedEntryCount: 0, FailedEntries: [] };

/** A rule `mine` without targets. */
function makeTargets() {
  const made = makeEventBridge();
  made.events.rules.deploy(rule('mine', { targets: [] }));
  const call = (operation: string, request: object = {}) =>
    made.events.handle(operation, { EventBusName: 'main', Rule: 'mine', ...request });
  const put = (...Targets: readonly object[]) => call('PutTargets', { Targets });
  return { ...made, call, put };
}

describe('PutTargets', () => {
  test('given queues, the rule delivers to each of them from then on', async () => {
    const { put, events, deliveries } = makeTargets();
    const policy = { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 };
    const second = target('b', { DeadLetterConfig: { Arn: queueArn('dlq') }, RetryPolicy: policy });
    await expect(put(target('a'), second)).resolves.toEqual(SUCCESS);
    events.putEvents([ENTRY]);
    expect(deliveries.map((delivery) => delivery.target)).toEqual([
      { id: 'a', arn: queueArn('a'), maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 },
      {
        id: 'b',
        arn: queueArn('b'),
        dlqArn: queueArn('dlq'),
        maximumRetryAttempts: 3,
        maximumEventAgeSeconds: 60,
      },
    ]);
  });

  test('given an id that is there, it is changed; the others stay', async () => {
    const { put, call } = makeTargets();
    await put(target('a'), target('b'));
    const changed = { Id: 'a', Arn: queueArn('other'), RetryPolicy: { MaximumRetryAttempts: 0 } };
    await put(changed);
    await expect(call('ListTargetsByRule')).resolves.toEqual({
      Targets: [
        { ...changed, RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 86_400 } },
        target('b'),
      ],
    });
  });

  test('given some that the engine does not support, these fail alone and the others are put', async () => {
    const { put, call } = makeTargets();
    const foreign = 'arn:aws:lambda:ap-northeast-1:111122223333:function:service';
    const answer = await put(
      target('good'),
      { Id: 'function', Arn: foreign },
      target('shaped', { InputPath: '$.detail' }),
      target('lost', { DeadLetterConfig: { Arn: foreign } }),
    );
    expect(answer).toEqual({
      FailedEntryCount: 3,
      FailedEntries: ['function', 'shaped', 'lost'].map((TargetId) => ({
        TargetId,
        ErrorCode: 'ValidationException',
        ErrorMessage: expect.stringContaining('local engine'),
      })),
    });
    await expect(call('ListTargetsByRule')).resolves.toEqual({ Targets: [target('good')] });
  });

  test.each([
    { given: 'no targets', targets: [], code: 'ValidationException' },
    { given: 'eleven targets', targets: Array(11).fill(target('a')), code: 'ValidationException' },
    { given: 'an id with a space', targets: [{ Id: 'a b', Arn: queueArn('a') }], code: 'ValidationException' },
    { given: 'no ARN', targets: [{ Id: 'a' }], code: 'ValidationException' },
    { given: 'an ARN that is no text', targets: [{ Id: 'a', Arn: 1 }], code: 'ValidationException' },
    { given: 'no id', targets: [{ Arn: queueArn('a') }], code: 'ValidationException' },
    { given: 'six', targets: ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => target(id)), code: 'LimitExceededException' },
    {
      given: '186 retries',
      targets: [target('a', { RetryPolicy: { MaximumRetryAttempts: 186 } })],
      code: 'ValidationException',
    },
    {
      given: 'an age of 59 seconds',
      targets: [target('a', { RetryPolicy: { MaximumEventAgeInSeconds: 59 } })],
      code: 'ValidationException',
    },
  ])('given $given, it answers $code and puts none', async ({ targets, code }) => {
    const { put, call } = makeTargets();
    await expect(put(...targets)).rejects.toMatchObject({ code });
    await expect(call('ListTargetsByRule')).resolves.toEqual({ Targets: [] });
  });

  test.each([
    { Id: '!@#$@!#$', problem: 'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+' },
    { Id: 'x'.repeat(65), problem: 'Member must have length less than or equal to 64' },
  ])('given the id $Id, it says where it stands, in AWS’s words', async ({ Id, problem }) => {
    const { put } = makeTargets();
    const message = `1 validation error detected: Value '${Id}' at 'targets.2.member.id' failed to satisfy constraint: ${problem}`;
    await expect(put(target('a'), { Id, Arn: queueArn('a') })).rejects.toMatchObject({
      code: 'ValidationException',
      message,
    });
  });

  test('given a list that is missing or none, it says so', async () => {
    const { call } = makeTargets();
    await expect(call('PutTargets')).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(call('PutTargets', { Targets: 'a' })).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

describe('RemoveTargets', () => {
  test('given ids, these are gone, and one that is not there is named', async () => {
    const { put, call, events, deliveries } = makeTargets();
    await put(target('a'), target('b'));
    await expect(call('RemoveTargets', { Ids: ['a', 'none'] })).resolves.toEqual({
      FailedEntryCount: 1,
      FailedEntries: [
        {
          TargetId: 'none',
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: "Rule 'mine' does not have a target with the Id 'none'.",
        },
      ],
    });
    events.putEvents([ENTRY]);
    expect(deliveries.map((delivery) => delivery.target.id)).toEqual(['b']);
  });
});

describe('ListTargetsByRule', () => {
  test('given more than a page, the token leads on', async () => {
    const { put, call } = makeTargets();
    await put(target('b'), target('a'), target('c'));
    const first = await call('ListTargetsByRule', { Limit: 2 });
    expect(first).toEqual({ Targets: [target('a'), target('b')], NextToken: expect.any(String) });
    const { NextToken } = first as { NextToken: string };
    await expect(call('ListTargetsByRule', { Limit: 2, NextToken })).resolves.toEqual({ Targets: [target('c')] });
  });
});

test.each(['PutTargets', 'RemoveTargets', 'ListTargetsByRule'])(
  'given a rule that does not exist, %s says so',
  async (operation) => {
    const request = { Rule: 'none', Targets: [target('a')], Ids: ['a'] };
    await expect(makeTargets().call(operation, request)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  },
);

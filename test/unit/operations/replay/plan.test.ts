import { describe, expect, test } from '@jest/globals';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';
import { EventTimeline } from '../../../../operations/replay/event-counts.ts';
import {
  planReplay,
  type ReceiverChoice,
  reasonNothingToReplay,
  takersOf,
  toReceiver,
  typesText,
} from '../../../../operations/replay/plan.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { ARCHIVE, HOUR_MS, NOW, planOf, subscriber } from './plans.ts';

const PATTERNS: Readonly<Record<string, object>> = {
  'audit-rule': { 'detail-type': ['A'] },
  'mail-rule': { 'detail-type': ['B'], 'replay-name': [{ exists: false }] },
};

const WINDOW = { from: NOW - HOUR_MS, to: NOW };

const ANSWERS = {
  DescribeArchive: () => ({ State: 'ENABLED', EventCount: 10, SizeBytes: 1000, RetentionDays: 30 }),
  DescribeRule: ({ Name }: { Name: string }) => ({ State: 'ENABLED', EventPattern: JSON.stringify(PATTERNS[Name]) }),
  FilterLogEvents: () => ({ events: [{ timestamp: NOW - 1000, message: '{"rules":["audit-rule","mail-rule"]}' }] }),
  GetMetricData: () => ({ MetricDataResults: [{ Id: 'm0', Values: [7] }] }),
};

const NO_ARCHIVE_LISTING = {
  FilterLogEvents: () => {
    throw awsError('ResourceNotFoundException');
  },
};

function stackOf(...names: string[]) {
  const outputs = names.flatMap((name) => {
    const { queueUrl, dlqUrl, ruleArn } = subscriber(name);
    const id = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    return [
      [`${id}QueueUrl`, queueUrl],
      [`${id}DlqUrl`, dlqUrl],
      [`${id}RuleArn`, ruleArn],
    ];
  });
  const own = { EventArchiveArn: ARCHIVE.arn, EventBusArn: ARCHIVE.busArn, EventBusName: ARCHIVE.busName };
  return { name: 'mine', outputs: { ...own, ...Object.fromEntries(outputs) } };
}

function plan(choice: ReceiverChoice, answers: object = {}, stack = stackOf('audit', 'mail')) {
  const aws = new FakeAws({ ...ANSWERS, ...answers });
  const on = { target: { stackName: 'mine' }, clients: aws.clients, stack };
  return planReplay(on, choice, { name: 'again', window: WINDOW }, NOW);
}

describe('the plan of a replay', () => {
  test('holds those who were chosen, with exact numbers where the archive can be listed', async () => {
    const made = await plan({ toSubscriber: ['audit'] });
    expect(made.receivers.map(({ subscriber: { name } }) => name)).toEqual(['audit']);
    expect(made.archive).toEqual({ ...ARCHIVE, events: 10, bytes: 1000, retentionDays: 30 });
    expect(made.byRuleArn).toEqual(new Map([[subscriber('audit').ruleArn, 1]]));
    expect(made.timeline?.total).toBe(1);
  });

  test('holds estimates where it cannot', async () => {
    const made = await plan({ toSubscriber: ['audit'] }, NO_ARCHIVE_LISTING);
    expect(made.byRuleArn).toEqual(new Map([[subscriber('audit').ruleArn, 7]]));
    expect(made.timeline).toBeUndefined();
  });

  test('counts nothing for those who get none', async () => {
    const made = await plan({ allSubscribers: true });
    expect(made.receivers).toHaveLength(2);
    expect([...made.byRuleArn.keys()]).toEqual([subscriber('audit').ruleArn]);
    const none = await plan({ toSubscriber: ['mail'] }, { ...NO_ARCHIVE_LISTING, GetMetricData: undefined });
    expect(none.byRuleArn.size).toBe(0);
  });

  test('is narrowed to those who take a type', async () => {
    const made = await plan({ allSubscribers: true, type: 'A' });
    expect(made.receivers.map(({ subscriber: { name } }) => name)).toEqual(['audit']);
    await expect(plan({ toSubscriber: ['mail'], type: 'A' })).rejects.toThrow(UsageError);
  });

  test('is never for all by itself', async () => {
    await expect(plan({})).rejects.toThrow(UsageError);
    await expect(plan({ toSubscriber: [] })).rejects.toThrow(
      'choose subscribers: --to-subscriber NAME (there are audit, mail), or --all-subscribers',
    );
    await expect(plan({ toSubscriber: ['nobody'] })).rejects.toThrow(
      'no subscriber is named nobody; there are audit, mail',
    );
  });

  test.each<[string, object, RegExp]>([
    [
      'no rule',
      {
        DescribeRule: () => {
          throw awsError('ResourceNotFoundException');
        },
      },
      /^the rule of audit does not exist: recreate it with its name, as in the template/,
    ],
    [
      'no archive',
      {
        DescribeArchive: () => {
          throw awsError('ResourceNotFoundException');
        },
      },
      /^the archive all does not exist any more, and its events are lost; to archive new events, recreate it with its name/,
    ],
    [
      'a disabled archive',
      { DescribeArchive: () => ({ State: 'DISABLED', StateReason: 'no key' }) },
      /^the archive all is DISABLED \(no key\); fix that first$/,
    ],
  ])('with %s fails with one line', async (_, answers, message) => {
    const made = plan({ toSubscriber: ['audit'] }, answers);
    await expect(made).rejects.toThrow(CommandFailure);
    await expect(made).rejects.toThrow(message);
  });

  test('of a stack without subscribers fails with one line', async () => {
    await expect(plan({ allSubscribers: true }, {}, stackOf())).rejects.toThrow(
      'the stack mine has no subscriber to replay to',
    );
  });
});

function ruleOf(pattern: object, State: 'ENABLED' | 'DISABLED' = 'ENABLED') {
  return { EventPattern: JSON.stringify(pattern), State };
}

describe('a receiver', () => {
  test('takes the types that its rule names', () => {
    const receiver = toReceiver(subscriber('audit'), ruleOf({ source: ['s'], 'detail-type': ['A', 'B'] }));
    expect(receiver).toEqual({ subscriber: subscriber('audit'), types: ['A', 'B'] });
    expect(typesText(receiver)).toBe('A and B');
  });

  test('takes of these the ones that its rule chooses by their content', () => {
    const rule = ruleOf({ 'detail-type': ['A'], detail: { data: { size: ['S', 'M'] } } });
    const receiver = toReceiver(subscriber('audit'), rule);
    expect(receiver).toMatchObject({ types: ['A'], condition: 'size is S or M' });
    expect(typesText(receiver)).toBe('A where size is S or M');
    expect(takersOf('A', [receiver])).toEqual([receiver]);
  });

  test.each([{ source: ['s'] }, { 'detail-type': [{ prefix: 'A' }] }, { 'detail-type': ['A', { prefix: 'B' }] }])(
    'may take any type by %j',
    (pattern) => {
      const receiver = toReceiver(subscriber('audit'), ruleOf(pattern));
      expect(receiver.types).toBeUndefined();
      expect(typesText(receiver)).toBe('any event');
    },
  );

  test.each([
    [{ 'replay-name': [{ exists: false }] }, 'its rule skips replays'],
    [{ 'replay-name': [{ exists: true }] }, undefined],
    [{ 'replay-name': ['one'] }, undefined],
    [{ 'replay-name': [null] }, undefined],
    [{ 'replay-name': [{ exists: false }, 'one'] }, undefined],
    [{ source: ['s'] }, undefined],
  ])('with the pattern %j is hindered: %s', (pattern, hindrance) => {
    expect(toReceiver(subscriber('mail'), ruleOf(pattern)).hindrance).toBe(hindrance);
  });

  test('whose rule is disabled gets nothing', () => {
    const rule = ruleOf({ 'replay-name': [{ exists: false }] }, 'DISABLED');
    expect(toReceiver(subscriber('mail'), rule).hindrance).toBe('its rule is disabled');
  });
});

describe('those who take a type', () => {
  const receivers = [
    { subscriber: subscriber('a'), types: ['A'] },
    { subscriber: subscriber('b'), types: ['B'] },
    { subscriber: subscriber('any') },
  ];

  test('are those whose rule names it, or names none', () => {
    expect(takersOf('A', receivers).map(({ subscriber: { name } }) => name)).toEqual(['a', 'any']);
  });

  test('are none: that is refused, with the types that they take', () => {
    const choose = () => takersOf('C', receivers.slice(0, 2));
    expect(choose).toThrow(UsageError);
    expect(choose).toThrow('no chosen subscriber takes C: a takes A, b takes B');
  });
});

describe('there is nothing to replay', () => {
  test('when all who are chosen skip replays or are disabled', () => {
    const receivers = [
      { subscriber: subscriber('mail'), hindrance: 'its rule skips replays' as const },
      { subscriber: subscriber('old'), hindrance: 'its rule is disabled' as const },
    ];
    expect(reasonNothingToReplay(planOf({ receivers }))).toBe(
      'nothing to replay: mail gets none: its rule skips replays; old gets none: its rule is disabled',
    );
  });

  test('when the archive holds nothing for them', () => {
    const none = new Map([[subscriber('audit').ruleArn, 0]]);
    expect(reasonNothingToReplay(planOf({ timeline: new EventTimeline([]), byRuleArn: none }))).toBe(
      'nothing to replay: the archive all holds no event for audit from 2026-11-22T08:00:00Z to 2026-11-22T09:00:00Z',
    );
  });

  test('unless something comes of it, or that is not known', () => {
    expect(reasonNothingToReplay(planOf({ timeline: new EventTimeline([1, 2, 3, 4, 5]) }))).toBeUndefined();
    expect(reasonNothingToReplay(planOf({ byRuleArn: new Map() }))).toBeUndefined();
  });
});

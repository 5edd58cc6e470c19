import { describe, expect, test } from '@jest/globals';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';
import { type Choice, makePlan } from '../../../../operations/replay/make-plan.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { ARCHIVE, HOUR_MS, NOW, subscriber } from './plans.ts';

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

function plan(choice: Choice, answers: object = {}, stack = stackOf('audit', 'mail')) {
  const aws = new FakeAws({ ...ANSWERS, ...answers });
  const on = { target: { stackName: 'mine' }, clients: aws.clients, stack };
  return makePlan(on, choice, { name: 'again', window: WINDOW }, NOW);
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
      'say who is to get the events: --to-subscriber NAME (there are audit, mail), or --all-subscribers',
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
      /^the rule of audit is gone: recreate it with its name, as in the template/,
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
  ])('with %s is told in one line', async (_, answers, message) => {
    const made = plan({ toSubscriber: ['audit'] }, answers);
    await expect(made).rejects.toThrow(CommandFailure);
    await expect(made).rejects.toThrow(message);
  });

  test('of a stack without subscribers is told in one line', async () => {
    await expect(plan({ allSubscribers: true }, {}, stackOf())).rejects.toThrow(
      'the stack mine has no subscriber to replay to',
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { deadLetters, judgeDeadLetters } from '../../../../operations/doctor/dead-letters.ts';
import { judgeQueue, type QueueFacts, queues } from '../../../../operations/doctor/queues.ts';
import { awsError, deployedWith, MENDS } from './fakes.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const IDLE: QueueFacts = {
  subscriber: 'uri-recorder',
  queue: 'uri-queue',
  depth: { waiting: 0, inFlight: 0 },
  oldestMs: undefined,
  logGroup: 'uri-logs',
};
const LOGS = 'aws logs tail uri-logs --since 15m';

describe('a queue', () => {
  test.each<[string, Partial<QueueFacts>, string, string, string | undefined]>([
    ['that is idle', {}, 'ok', '0 messages waiting, 0 with its function', undefined],
    [
      'that is at work',
      { depth: { waiting: 12, inFlight: 3 }, oldestMs: 5 * MINUTE },
      'ok',
      '12 messages waiting, 3 with its function, the oldest for 5 min',
      undefined,
    ],
    [
      'whose oldest message waits for too long',
      { oldestMs: 5 * MINUTE + 1 },
      'warning',
      '0 messages waiting, 0 with its function, the oldest for 5 min',
      LOGS,
    ],
    [
      'with too many messages',
      { depth: { waiting: 10_001, inFlight: 0 } },
      'warning',
      '10,001 messages waiting, 0 with its function',
      LOGS,
    ],
    [
      'whose messages are soon lost',
      { oldestMs: 3 * DAY + 1 },
      'problem',
      '0 messages waiting, 0 with its function, the oldest for 3 d: the queue drops messages after 4 days',
      LOGS,
    ],
    [
      'whose log is not known',
      { oldestMs: DAY, logGroup: undefined },
      'warning',
      '0 messages waiting, 0 with its function, the oldest for 24 h',
      'see what its function logs',
    ],
    [
      'that is gone',
      { depth: undefined },
      'problem',
      'there is no queue uri-queue: its events go to its dead-letter queue',
      'put back',
    ],
  ])('given one %s', (_, facts, status, detail, mend) => {
    expect(judgeQueue({ ...IDLE, ...facts }, MENDS)).toEqual({
      check: 'queue',
      subject: 'uri-recorder',
      status,
      detail,
      ...(mend !== undefined && { mend }),
    });
  });

  test('given what SQS and CloudWatch answer, the newest measurement counts, and delayed messages wait as well', async () => {
    const attributes = {
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesDelayed: '1',
      ApproximateNumberOfMessagesNotVisible: '4',
    };
    const pages = [
      {
        MetricDataResults: [
          { Id: 'q0', Values: [600, 5] },
          { Id: 'q1', Values: [] },
        ],
        NextToken: 'more',
      },
      { MetricDataResults: [{ Id: 'q0', Values: [1] }] },
    ];
    const asked: Readonly<Record<string, unknown>>[] = [];
    const deployed = deployedWith({
      GetQueueAttributesCommand: { Attributes: attributes },
      GetMetricDataCommand: (input) => pages[asked.push(input) - 1] ?? {},
      ListStackResourcesCommand: {
        StackResourceSummaries: [
          {
            LogicalResourceId: 'BucketServiceLogs0A1B2C3D',
            PhysicalResourceId: 'bucket-logs',
            ResourceType: 'AWS::Logs::LogGroup',
          },
        ],
      },
    });
    const findings = await queues.run({ deployed, mends: MENDS, now: DAY });
    expect(findings.map(({ status, detail, mend }) => [status, detail, mend])).toEqual([
      [
        'warning',
        '3 messages waiting, 4 with its function, the oldest for 10 min',
        'aws logs tail bucket-logs --since 15m',
      ],
      ['ok', '3 messages waiting, 4 with its function', undefined],
    ]);
    expect(asked).toMatchObject([{ StartTime: new Date(DAY - 10 * MINUTE) }, { NextToken: 'more' }]);
  });
});

test('given a stack without subscribers, no metric is asked for', async () => {
  const stack = { name: 'empty', outputs: {} };
  const deployed = deployedWith({ ListStackResourcesCommand: { StackResourceSummaries: [] } }, stack);
  expect(await queues.run({ deployed, mends: MENDS, now: 0 })).toEqual([]);
});

describe('a dead-letter queue', () => {
  test.each([
    ['uri-recorder', { waiting: 0, inFlight: 0 }, 'ok', undefined],
    [
      'uri-recorder',
      { waiting: 1, inFlight: 2 },
      'problem',
      'npx pipeline dlq show --subscriber uri-recorder, mend the cause, then: npx pipeline dlq redrive --subscriber uri-recorder',
    ],
    [
      undefined,
      { waiting: 1, inFlight: 0 },
      'problem',
      'npx pipeline dlq show --pipe, mend the cause, then: npx pipeline dlq redrive --pipe',
    ],
    ['uri-recorder', undefined, 'problem', 'put back'],
  ])('given that of %s with %j', (subscriber, depth, status, mend) => {
    const finding = judgeDeadLetters({ subscriber, depth }, MENDS);
    expect([finding.subject, finding.status, finding.mend]).toEqual([subscriber ?? 'pipe', status, mend]);
  });

  test('given the queues of a stack, that of the pipe and each subscriber’s are looked at', async () => {
    const GetQueueAttributesCommand = ({ QueueUrl }: Readonly<Record<string, unknown>>) => {
      if (String(QueueUrl).endsWith('uri-dlq')) return awsError('QueueDoesNotExist', 'gone');
      return { Attributes: { ApproximateNumberOfMessages: String(QueueUrl).endsWith('pipe-dlq') ? '1' : '0' } };
    };
    const findings = await deadLetters.run({
      deployed: deployedWith({ GetQueueAttributesCommand }),
      mends: MENDS,
      now: 0,
    });
    expect(findings.map(({ subject, status }) => [subject, status])).toEqual([
      ['pipe', 'problem'],
      ['bucket-service', 'ok'],
      ['uri-recorder', 'problem'],
    ]);
  });
});

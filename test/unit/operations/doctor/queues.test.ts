import { describe, expect, test } from '@jest/globals';
import {
  deadLetters,
  deadLettersFinding,
  type QueueFacts,
  queueFinding,
  queues,
} from '../../../../operations/doctor/queues.ts';
import { awsError, deployedWith, FIXES } from './fakes.ts';

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
      '0 messages waiting, 0 with its function, the oldest for 3 d: the queue deletes messages after 4 days',
      LOGS,
    ],
    [
      'whose log is not known',
      { oldestMs: DAY, logGroup: undefined },
      'warning',
      '0 messages waiting, 0 with its function, the oldest for 24 h',
      "read its function's logs",
    ],
    [
      'that is gone',
      { depth: undefined },
      'problem',
      'the queue uri-queue does not exist: its events go to its dead-letter queue',
      'recreate',
    ],
  ])('given one %s', (_, facts, status, detail, fix) => {
    expect(queueFinding({ ...IDLE, ...facts }, FIXES)).toEqual({
      check: 'queue',
      subject: 'uri-recorder',
      status,
      detail,
      ...(fix !== undefined && { fix }),
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
    const findings = await queues.run({ deployed, fixes: FIXES, now: DAY });
    expect(findings.map(({ status, detail, fix }) => [status, detail, fix])).toEqual([
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
  expect(await queues.run({ deployed, fixes: FIXES, now: 0 })).toEqual([]);
});

describe('a dead-letter queue', () => {
  test.each([
    ['uri-recorder', { waiting: 0, inFlight: 0 }, 'ok', undefined],
    [
      'uri-recorder',
      { waiting: 1, inFlight: 2 },
      'problem',
      'npx pipeline dlq show --subscriber uri-recorder, fix the cause, then: npx pipeline dlq redrive --subscriber uri-recorder',
    ],
    [
      undefined,
      { waiting: 1, inFlight: 0 },
      'problem',
      'npx pipeline dlq show --pipe, fix the cause, then: npx pipeline dlq redrive --pipe',
    ],
    ['uri-recorder', undefined, 'problem', 'recreate'],
  ])('given that of %s with %j', (subscriber, depth, status, fix) => {
    const finding = deadLettersFinding({ subscriber, depth }, FIXES);
    expect([finding.subject, finding.status, finding.fix]).toEqual([subscriber ?? 'pipe', status, fix]);
  });

  test('given the queues of a stack, that of the pipe and each subscriber’s are checked', async () => {
    const GetQueueAttributesCommand = ({ QueueUrl }: Readonly<Record<string, unknown>>) => {
      if (String(QueueUrl).endsWith('uri-dlq')) return awsError('QueueDoesNotExist', 'gone');
      return { Attributes: { ApproximateNumberOfMessages: String(QueueUrl).endsWith('pipe-dlq') ? '1' : '0' } };
    };
    const findings = await deadLetters.run({
      deployed: deployedWith({ GetQueueAttributesCommand }),
      fixes: FIXES,
      now: 0,
    });
    expect(findings.map(({ subject, status }) => [subject, status])).toEqual([
      ['pipe', 'problem'],
      ['bucket-service', 'ok'],
      ['uri-recorder', 'problem'],
    ]);
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { newName } from '../../../../operations/deployed/archive.ts';
import { besideBus, createdAt } from '../../../../operations/deployed/temporary-names.ts';
import { eventPattern } from '../../../../operations/events/session.ts';
import { TemporaryQueue } from '../../../../operations/events/temporary-queue.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';

const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);
const BUS_ARN = 'arn:aws-cn:events:cn-north-1:123456789012:event-bus/main';
const PROPS = { name: 'pipeline-events-x', busArn: BUS_ARN, busName: 'main', pattern: '{"account":["123456789012"]}' };
const RULE_ARN = 'arn:aws-cn:events:cn-north-1:123456789012:rule/main/pipeline-events-x';
const QUEUE_ARN = 'arn:aws-cn:sqs:cn-north-1:123456789012:pipeline-events-x';

let aws: FakeAws;
let queue: TemporaryQueue;

beforeEach(() => {
  aws = new FakeAws({
    CreateQueue: () => ({ QueueUrl: 'url' }),
    PutRule: () => ({ RuleArn: RULE_ARN }),
    PutTargets: () => ({ FailedEntryCount: 0 }),
    TagQueue: () => ({}),
    RemoveTargets: () => ({}),
    DeleteRule: () => ({}),
    DeleteQueue: () => ({}),
  });
  queue = new TemporaryQueue(aws.clients, PROPS);
});

function operations(): string[] {
  return aws.calls.map(([operation]) => operation);
}

describe('a temporary queue', () => {
  test('is made with its rule, which alone may send to it', async () => {
    await queue.open(NOW);
    expect(operations()).toEqual(['CreateQueue', 'PutRule', 'PutTargets']);
    const [{ Attributes, tags, QueueName }] = aws.inputs('CreateQueue');
    expect(QueueName).toBe('pipeline-events-x');
    expect(JSON.parse(Attributes.Policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: QUEUE_ARN,
        Condition: { ArnEquals: { 'aws:SourceArn': RULE_ARN } },
      },
    ]);
    expect(tags).toEqual({
      'pipeline-events:bus': BUS_ARN,
      'pipeline-events:in-use-until': '2026-11-22T10:00:00Z',
    });
    expect(aws.inputs('PutRule')).toEqual([
      expect.objectContaining({ EventBusName: 'main', EventPattern: PROPS.pattern }),
    ]);
    expect(aws.inputs('PutTargets')[0].Targets).toEqual([{ Id: 'queue', Arn: QUEUE_ARN }]);
    expect(queue.url).toBe('url');
  });

  test('is removed with its rule, targets first', async () => {
    await queue.open(NOW);
    await queue.close();
    expect(operations().slice(3)).toEqual(['RemoveTargets', 'DeleteRule', 'DeleteQueue']);
  });

  test('that someone else has removed counts as removed', async () => {
    await queue.open(NOW);
    const gone = (name: string) => () => {
      throw awsError(name);
    };
    aws.answer('RemoveTargets', gone('ResourceNotFoundException'));
    aws.answer('DeleteRule', gone('ResourceNotFoundException'));
    aws.answer('DeleteQueue', gone('QueueDoesNotExist'));
    await queue.close();
    aws.answer('DeleteRule', gone('AccessDeniedException'));
    await expect(queue.close()).rejects.toThrow('AccessDeniedException');
  });

  test('that was made half is removed as far as it is there', async () => {
    aws.answer('PutRule', () => {
      throw awsError('LimitExceededException', 'The bus has 300 rules.');
    });
    const opened = queue.open(NOW);
    await expect(opened).rejects.toThrow(CommandFailure);
    await expect(opened).rejects.toThrow(
      'the bus main has no room for a temporary rule; remove rules that are not used (The bus has 300 rules.)',
    );
    await queue.close();
    expect(operations().at(-1)).toBe('DeleteQueue');
  });

  test('that its rule does not take is reported', async () => {
    const FailedEntries = [{ ErrorCode: 'ManagedRuleException', ErrorMessage: 'no' }];
    aws.answer('PutTargets', () => ({ FailedEntryCount: 1, FailedEntries }));
    await expect(queue.open(NOW)).rejects.toThrow(
      'the temporary rule cannot have its queue as target: ManagedRuleException no',
    );
  });

  test.each([
    ['is there', () => ({ QueueUrl: 'url' }), true],
    [
      'is not there',
      () => {
        throw awsError('QueueDoesNotExist');
      },
      false,
    ],
  ])('given that its creation had no answer, is looked for, and removed if it %s', async (_, answer, isRemoved) => {
    aws.answer('CreateQueue', () => {
      throw awsError('TimeoutError');
    });
    aws.answer('GetQueueUrl', answer);
    await expect(queue.open(NOW)).rejects.toThrow('TimeoutError');
    await queue.close();
    expect(aws.inputs('GetQueueUrl')).toEqual([{ QueueName: 'pipeline-events-x' }]);
    expect(operations().includes('DeleteQueue')).toBe(isRemoved);
  });

  test('that was not made is not deleted', async () => {
    aws.answer('CreateQueue', () => {
      throw awsError('AccessDeniedException');
    });
    await expect(queue.open(NOW)).rejects.toThrow('AccessDeniedException');
    await queue.close();
    expect(operations()).not.toContain('DeleteQueue');
  });

  test('says three times an hour that it is in use', async () => {
    await queue.open(NOW);
    for (const minutes of [1, 19, 20, 21, 39, 40]) await queue.renew(NOW + minutes * 60_000);
    expect(aws.inputs('TagQueue')).toEqual([
      { QueueUrl: 'url', Tags: { 'pipeline-events:in-use-until': '2026-11-22T10:20:00Z' } },
      { QueueUrl: 'url', Tags: { 'pipeline-events:in-use-until': '2026-11-22T10:40:00Z' } },
    ]);
  });
});

describe('a temporary name', () => {
  test('says when it was made', () => {
    expect(createdAt(newName('pipeline-events-', NOW, 0.5))).toBe(NOW);
  });

  test.each(['pipeline-events-', 'pipeline-20261122T090000Z-abcde', 'my-pipeline-events-20261122T090000Z-a'])(
    'is not %s',
    (name) => {
      expect(createdAt(name)).toBeUndefined();
    },
  );

  test('has its ARN beside the bus', () => {
    expect(besideBus(BUS_ARN, 'sqs', 'q')).toBe('arn:aws-cn:sqs:cn-north-1:123456789012:q');
  });
});

test.each([
  [{}, { account: ['1'] }],
  [{ type: 'A' }, { account: ['1'], 'detail-type': ['A'] }],
  [{ userId: 'a"b' }, { account: ['1'], detail: { data: { userId: ['a"b'] } } }],
  [
    { type: 'A', userId: 'x', replayName: 'r' },
    { account: ['1'], 'detail-type': ['A'], detail: { data: { userId: ['x'] } }, 'replay-name': ['r'] },
  ],
])('%j asks for that and nothing else', (filter, pattern) => {
  expect(JSON.parse(eventPattern(filter, '1'))).toEqual(pattern);
});

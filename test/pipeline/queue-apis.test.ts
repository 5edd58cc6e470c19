import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pipeline } from '../support/pipeline.ts';

describe('a queue that a client makes for itself', () => {
  const QueueName = 'pipeline-events-1';
  let pipeline: Pipeline;
  let QueueUrl = '';
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    const tags = { app: 'user-bucket-pipeline' };
    const made = await pipeline.sqs.send(new CreateQueueCommand({ QueueName, tags }));
    QueueUrl = made.QueueUrl ?? '';
  });
  afterAll(() => pipeline.stop());

  const attribute = async (name: 'QueueArn' | 'Policy') => {
    const { Attributes } = await pipeline.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }));
    return Attributes?.[name] ?? '';
  };

  test('is found by its name, listed, and has its tags', async () => {
    expect(await pipeline.sqs.send(new GetQueueUrlCommand({ QueueName }))).toMatchObject({ QueueUrl });
    const { QueueUrls } = await pipeline.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'pipeline-events-' }));
    expect(QueueUrls).toEqual([QueueUrl]);
    const { Tags } = await pipeline.sqs.send(new ListQueueTagsCommand({ QueueUrl }));
    expect(Tags).toEqual({ app: 'user-bucket-pipeline' });
  });

  test('takes events once its policy allows the rule, and not before', async () => {
    const rule = { Name: QueueName, EventBusName: pipeline.output('EventBusName') };
    const EventPattern = JSON.stringify({ source: ['somewhere'] });
    const { RuleArn = '' } = await pipeline.events.send(new PutRuleCommand({ ...rule, EventPattern }));
    const Arn = await attribute('QueueArn');
    await pipeline.events.send(
      new PutTargetsCommand({ Rule: rule.Name, EventBusName: rule.EventBusName, Targets: [{ Id: 'queue', Arn }] }),
    );
    const delivery = (outcome: string) =>
      pipeline.waitFor(`a delivery: ${outcome}`, (entry) => entry.hop === 'rule-delivery' && entry.outcome === outcome);
    await pipeline.put('somewhere', 'First', {});
    expect(await delivery('refused')).toMatchObject({ code: 'NO_PERMISSIONS' });

    const Policy = JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: Arn,
        Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
      },
    });
    await pipeline.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    expect(await attribute('Policy')).toBe(Policy);
    await pipeline.put('somewhere', 'Second', {});
    await delivery('delivered');
    const messages = await pipeline.messages(QueueUrl);
    expect(messages.map(({ Body = '' }) => JSON.parse(Body)['detail-type'])).toEqual(['Second']);
  });

  test('is left alone by an update of the stacks', async () => {
    await pipeline.engine.update();
    expect(await pipeline.sqs.send(new GetQueueUrlCommand({ QueueName }))).toMatchObject({ QueueUrl });
  });

  test('cannot be made anew with another attribute, and tells so by the name of AWS’s error', async () => {
    const again = pipeline.sqs.send(new CreateQueueCommand({ QueueName, Attributes: { DelaySeconds: '9' } }));
    await expect(again).rejects.toMatchObject({ name: 'QueueNameExists', Code: 'QueueAlreadyExists' });
  });

  test('is purged once a minute', async () => {
    await pipeline.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    const again = pipeline.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    await expect(again).rejects.toMatchObject({ name: 'PurgeQueueInProgress' });
  });

  test('is gone when it was deleted', async () => {
    await pipeline.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(pipeline.sqs.send(new GetQueueUrlCommand({ QueueName }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });

  test('the sources of a dead-letter queue are listed under the engine’s account', async () => {
    const ofDlq = { QueueUrl: pipeline.output('BucketServiceDlqUrl') };
    const { queueUrls } = await pipeline.sqs.send(new ListDeadLetterSourceQueuesCommand(ofDlq));
    expect(queueUrls).toEqual([pipeline.output('BucketServiceQueueUrl')]);
  });
});

describe('dead letters are moved back', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
  });
  afterAll(() => pipeline.stop());

  const create = async (QueueName: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl = '' } = await pipeline.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    const { Attributes: made } = await pipeline.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    return { QueueUrl, arn: made?.QueueArn ?? '' };
  };

  test('given a message that was received too often, a task brings it back to its queue as a new one', async () => {
    const dlq = await create('letters-dlq');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount: 1 });
    const source = await create('letters', { RedrivePolicy, VisibilityTimeout: '0' });
    await pipeline.sqs.send(new SendMessageCommand({ QueueUrl: source.QueueUrl, MessageBody: 'poison' }));
    expect(await pipeline.messages(source.QueueUrl)).toHaveLength(1);
    expect(await pipeline.messages(source.QueueUrl)).toEqual([]);
    const [letter] = await pipeline.messages(dlq.QueueUrl);
    expect(letter?.Attributes).toMatchObject({ DeadLetterQueueSourceArn: source.arn, ApproximateReceiveCount: '2' });
    pipeline.clock.skip(30_000);

    const { TaskHandle } = await pipeline.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dlq.arn }));
    await pipeline.waitFor('the end', ({ hop, status }) => hop === 'message-move' && status === 'COMPLETED');
    const [moved] = await pipeline.messages(source.QueueUrl);
    expect(moved).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
    expect(moved?.MessageId).not.toBe(letter?.MessageId);
    const { Results } = await pipeline.sqs.send(new ListMessageMoveTasksCommand({ SourceArn: dlq.arn }));
    expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
    const late = pipeline.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    await expect(late).rejects.toThrow('Only active tasks can be cancelled.');
  });

  test('given the pipe’s dead-letter queue, which no queue feeds, there is nothing to move back to', async () => {
    const SourceArn = `arn:aws:sqs:ap-northeast-1:123456789012:${pipeline.output('PipeDlqUrl').split('/').at(-1)}`;
    const start = pipeline.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    await expect(start).rejects.toThrow('Source queue must be configured as a Dead Letter Queue.');
    const unknown = pipeline.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: `${SourceArn}x` }));
    await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

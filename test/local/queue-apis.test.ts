import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  SetQueueAttributesCommand,
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

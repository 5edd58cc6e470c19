import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { traceHeaderOf } from '../../packages/local-engine/protocols/http.ts';
import { isInvocation, Pipeline } from '../support/pipeline.ts';

describe('a rule whose target queue refuses sends the event to the dead-letter queue', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await Pipeline.startUndisturbed();
  });
  afterEach(() => pipeline.stop());

  const letterOf = async (output: string) => {
    await pipeline.waitFor('the burial', ({ hop }) => hop === 'rule-dlq');
    const [letter] = await pipeline.messages(pipeline.output(output));
    const attributes = Object.entries(letter?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [
      name,
      StringValue,
    ]);
    return { body: JSON.parse(letter?.Body ?? '{}'), attributes: Object.fromEntries(attributes) };
  };
  const queueArn = () =>
    pipeline.engine.services.queues.all().find(({ name }) => name.includes('BucketServiceQueue'))?.arn ?? '';

  test('given a queue that was deleted', async () => {
    const target = queueArn();
    await pipeline.sqs.send(new DeleteQueueCommand({ QueueUrl: pipeline.output('BucketServiceQueueUrl') }));
    await pipeline.register('test4');

    const { body, attributes } = await letterOf('BucketServiceDlqUrl');
    expect(body).toMatchObject({ 'detail-type': 'UserRegistered', detail: { data: { userId: 'test4' } } });
    expect(attributes).toEqual({
      RULE_ARN: pipeline.output('BucketServiceRuleArn'),
      TARGET_ARN: target,
      ERROR_CODE: 'NO_RESOURCE',
      ERROR_MESSAGE: expect.stringContaining('does not exist'),
      RETRY_ATTEMPTS: '0',
    });
  });

  test('given a queue without a policy', async () => {
    pipeline.engine.services.queues.get(queueArn()).policies.clear();
    await pipeline.register('test4');

    const { body, attributes } = await letterOf('BucketServiceDlqUrl');
    expect(body.detail.data.userId).toBe('test4');
    expect(attributes).toMatchObject({ ERROR_CODE: 'NO_PERMISSIONS', TARGET_ARN: queueArn(), RETRY_ATTEMPTS: '0' });
  });

  test('given a queue that is throttled for a while, the event arrives after all', async () => {
    pipeline.engine.faults.fail('sqs:SendMessage', 'ThrottlingException');
    await pipeline.register('test4');
    await pipeline.waitFor('the refusal', ({ hop, outcome }) => hop === 'rule-delivery' && outcome === 'refused');
    pipeline.clock.skip(1000);
    await pipeline.recorded('test4');
  });

  test('one failing subscriber holds up no other', async () => {
    await pipeline.sqs.send(new DeleteQueueCommand({ QueueUrl: pipeline.output('UriRecorderQueueUrl') }));
    await pipeline.register('test4');
    const { body } = await letterOf('UriRecorderDlqUrl');
    expect(body).toMatchObject({ 'detail-type': 'BucketCreated' });
    expect(await pipeline.buckets()).toHaveLength(1);
  });
});

test('an event carries the trace of the function that put it to the queue, and one of the pipe carries none', async () => {
  const pipeline = await Pipeline.startUndisturbed();
  try {
    const { id, region } = pipeline.engine.account;
    const Arn = `arn:aws:sqs:${region}:${id}:traced`;
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: Arn };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await pipeline.sqs.send(new CreateQueueCommand({ QueueName: 'traced', Attributes: { Policy } }));
    const rule = { Name: 'traced', EventBusName: pipeline.output('EventBusName') };
    await pipeline.events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ account: [id] }) }));
    const { Name: Rule, EventBusName } = rule;
    await pipeline.events.send(new PutTargetsCommand({ Rule, EventBusName, Targets: [{ Id: 'queue', Arn }] }));
    await pipeline.register('test4');
    await pipeline.recorded('test4');
    const received = await pipeline.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: `${pipeline.engine.endpoint}/${id}/traced`,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['AWSTraceHeader'],
      }),
    );
    const traces = received.Messages?.map(({ Body = '', Attributes = {} }) => [
      JSON.parse(Body)['detail-type'],
      Attributes.AWSTraceHeader,
    ]);
    const isOfPublisher = (entry: JournalEntry) => isInvocation(entry, 'BucketService');
    const published = await pipeline.waitFor('the end of its invocation', isOfPublisher);
    expect(Object.fromEntries(traces ?? [])).toEqual({
      UserRegistered: undefined,
      BucketCreated: traceHeaderOf(String(published.requestId)),
    });
  } finally {
    await pipeline.stop();
  }
});

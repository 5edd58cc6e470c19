import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Pipeline } from '../support/pipeline.ts';

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
    pipeline.engine.services.queuePolicies.delete(queueArn());
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

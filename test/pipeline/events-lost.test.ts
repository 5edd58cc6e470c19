import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';

const MINUTE_MS = 60_000;

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

/** Takes the policies of both queues of bucket-service away. @returns what gives them back */
async function closeQueues(): Promise<() => Promise<unknown>> {
  const urls = ['BucketServiceQueueUrl', 'BucketServiceDlqUrl'].map((key) => pipeline.output(key));
  const set = (QueueUrl: string, Policy: string) =>
    pipeline.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const policies = await Promise.all(
    urls.map(async (QueueUrl) => {
      const { Attributes } = await pipeline.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] }),
      );
      return [QueueUrl, Attributes?.Policy ?? ''] as const;
    }),
  );
  await Promise.all(urls.map((url) => set(url, '')));
  return () => Promise.all(policies.map(([url, policy]) => set(url, policy)));
}

test('given an event that neither queue of its subscriber took, an alarm goes off, and a replay delivers it', async () => {
  const open = await closeQueues();
  await pipeline.register('alice');
  await pipeline.waitFor('the lost event', ({ hop, lost }) => hop === 'rule-dlq' && lost === true);
  await open();
  pipeline.clock.skip(MINUTE_MS);

  const { stdout } = await run(['metrics', '--json', '--port', pipeline.port]);
  const { alarms }: { alarms: { problem: string; state: string; entry: string }[] } = JSON.parse(stdout);
  expect(alarms.filter(({ state }) => state === 'ALARM')).toMatchObject([
    {
      problem: 'bucket-service: an event reached neither its queue nor its dead-letter queue',
      command: 'doctor',
      entry: '3-a-subscriber-was-broken-for-an-hour',
    },
  ]);

  const replay = ['replay', '--from', '1h', '--to-subscriber', 'bucket-service', '--yes', '--port', pipeline.port];
  expect(await run(replay)).toMatchObject({ exitCode: 0 });
  expect(await pipeline.recorded('alice')).toHaveProperty('s3_bucket_uri');
});

import { setTimeout } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsClients } from '../../operations/aws/aws-clients.ts';
import { findStack } from '../../operations/deployed/stack.ts';
import { SCENARIOS } from '../e2e/all-scenarios.ts';
import { cleanUp } from '../e2e/clean-up.ts';
import { PipelineUnderTest } from '../e2e/pipeline-under-test.ts';
import { patientNow } from '../support/limits.ts';
import { Pipeline } from '../support/pipeline.ts';

/** Between two looks: nothing on the engine takes as long as on AWS. */
const PAUSE_MS = 10;

describe('the end-to-end scenarios, on the engine', () => {
  let pipeline: Pipeline;
  let underTest: PipelineUnderTest;
  let clients: AwsClients;
  let before: unknown;

  beforeAll(async () => {
    pipeline = await Pipeline.start();
    // What fails is tried again a minute later: that minute passes at once.
    pipeline.engine.journal.subscribe(({ outcome }) => {
      if (outcome === 'items-failed') void pipeline.redeliver();
    });
    const target = { endpoint: pipeline.engine.endpoint, region: pipeline.engine.account.region };
    clients = new AwsClients(target);
    before = await whatIsThere(pipeline);
    underTest = new PipelineUnderTest(
      { target, clients, stack: await findStack(clients.of(CloudFormationClient), target) },
      { runId: 'jest', now: patientNow, pause: () => setTimeout(PAUSE_MS) },
    );
    await underTest.watch.open();
  });
  afterAll(async () => {
    clients.destroy();
    await pipeline.stop();
  });

  test.each(SCENARIOS)('$name', (scenario) => scenario.run(underTest));

  test('and nothing of them is left behind', async () => {
    expect(underTest.userIds.size).toBeGreaterThan(5);
    await expect(cleanUp(underTest)).resolves.toEqual([]);
    await expect(whatIsThere(pipeline)).resolves.toEqual(before);
  });
});

async function whatIsThere(pipeline: Pipeline): Promise<unknown> {
  const { Items } = await pipeline.dynamodb.send(new ScanCommand({ TableName: pipeline.table }));
  const { QueueUrls } = await pipeline.sqs.send(new ListQueuesCommand({}));
  const letters = await pipeline.messages(pipeline.output('BucketServiceDlqUrl'));
  return { Items, QueueUrls, letters, buckets: await pipeline.buckets() };
}

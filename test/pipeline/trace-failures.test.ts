import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Queue } from '../../packages/local-engine/sqs/index.ts';
import { Pipeline } from '../support/pipeline.ts';
import { replayIs, startReplay } from '../support/replay.ts';
import { hopsOf, registered, trace } from './trace-output.ts';

const RECEIVES = 5;

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

test('given a handler that fails, each attempt is told, the dead-letter queue, and the command that shows it', async () => {
  pipeline.engine.faults.fail('s3:CreateBucket', 'TooManyBuckets', { times: RECEIVES });
  const failedBefore = pipeline.entries(({ outcome }) => outcome === 'items-failed').length;
  await pipeline.register('dave');
  for (let receive = 1; receive <= RECEIVES; receive++) {
    await pipeline.waitFor(`failure ${receive}`, ({ outcome }) => outcome === 'items-failed', failedBefore + receive);
    if (receive === 1) {
      const { stdout } = await trace(pipeline, 'dave');
      expect(stdout).toMatch(
        /\nStill open:\n {2}bucket-service could not handle UserRegistered \(S3 refused to create .*TooManyBuckets.*\); its queue delivers it again, since /,
      );
    }
    await pipeline.redeliver();
  }
  await pipeline.waitFor('the dead letter', ({ hop }) => hop === 'redriven-to-dlq');
  const traced = await trace(pipeline, 'dave');
  const hops = hopsOf(traced);
  const takes = hops.filter((hop) => hop.includes('its function takes it'));
  expect(takes).toEqual([1, 2, 3, 4, 5].map((receive) => `bucket-service its function takes it, receive ${receive}`));
  expect(hops.filter((hop) => /^bucket-service its function reports it as failed after/.test(hop))).toHaveLength(
    RECEIVES,
  );
  expect(hops.filter((hop) => hop === 'bucket-service calls s3:CreateBucket: 400 TooManyBuckets')).toHaveLength(
    RECEIVES,
  );
  expect(hops.at(-1)).toBe('bucket-service given up after 5 receives: now in the dead-letter queue');
  expect(traced.stdout).toMatch(
    new RegExp(
      `\n  UserRegistered is in the dead-letter queue of bucket-service, since \\S+ \\(.*\\): npx pipeline dlq show --subscriber bucket-service --port ${pipeline.port}\n`,
    ),
  );
  expect(traced).toMatchObject({ exitCode: 0, stderr: '' });
});

test('given a function that times out, that is told with what its message waits for', async () => {
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  pipeline.engine.faults.inject('s3:CreateBucket', {
    action: () => {
      begun.resolve();
      return answer.promise;
    },
  });
  await pipeline.register('erin');
  await begun.promise;
  pipeline.clock.skip(10_000);
  await pipeline.waitFor('the timeout', ({ errorType }) => errorType === 'Sandbox.Timedout');
  answer.resolve();
  const { stdout } = await trace(pipeline, 'erin');
  expect(stdout).toMatch(
    /bucket-service {2}its function times out after .*: Sandbox.Timedout: Task timed out after 10.00 seconds\n/,
  );
  expect(stdout).toMatch(
    /\n {2}bucket-service could not handle UserRegistered \(Sandbox.Timedout: .*\); its queue delivers it again, since /,
  );
});

describe('given a queue that refuses', () => {
  test('for a while, each attempt of the rule is told, and when it tries again', async () => {
    pipeline.engine.faults.fail('sqs:SendMessage', 'ThrottlingException');
    await pipeline.register('frank');
    await pipeline.waitFor('the refusal', ({ hop, retryAt }) => hop === 'rule-delivery' && retryAt !== undefined);
    pipeline.clock.skip(1000);
    await pipeline.recorded('frank');
    const hops = hopsOf(await trace(pipeline, 'frank'));
    expect(hops).toContainEqual(
      expect.stringMatching(
        /^bucket-service its queue refuses it, attempt 1: THROTTLING: ThrottlingException: .*; retried \d+ ms later$/,
      ),
    );
    expect(hops).toContain('bucket-service it is in the queue, at attempt 2');
  });

  test('for good, the dead-letter queue is told', async () => {
    const { queues } = pipeline.engine.services;
    const { policies } = queues.all().find(({ name }) => name.includes('BucketServiceQueue')) as Queue;
    const kept = [...policies];
    policies.clear();
    await pipeline.register('grace');
    await pipeline.waitFor('the burial', ({ hop }) => hop === 'rule-dlq');
    for (const [id, policy] of kept) policies.set(id, policy);
    const traced = await trace(pipeline, 'grace');
    const hops = hopsOf(traced);
    expect(hops).toContainEqual(
      expect.stringMatching(/^bucket-service its queue refuses it, attempt 1: NO_PERMISSIONS: /),
    );
    expect(hops.at(-1)).toBe('bucket-service its rule gives it up (NO_PERMISSIONS): now in the dead-letter queue');
    expect(traced.stdout).toContain(`npx pipeline dlq show --subscriber bucket-service --port ${pipeline.port}\n`);
  });
});

test('given a replayed event, its hops are marked with the name of the replay', async () => {
  await registered(pipeline, 'heidi');
  const handled = pipeline.logLines('bucket URI recorded').length;
  await startReplay(pipeline, 'mend-uris', { rules: [pipeline.output('UriRecorderRuleArn')] });
  await replayIs(pipeline, 'COMPLETED', 'mend-uris');
  await pipeline.waitFor(
    'the URIs again',
    ({ hop, line }) => hop === 'log' && String(line).includes('bucket URI recorded'),
    handled + 1,
  );
  await pipeline.waitFor(
    'heidi again',
    ({ hop, line }) => hop === 'log' && /mend-uris/.test(String(line)) && /heidi/.test(String(line)),
  );
  const marked = hopsOf(await trace(pipeline, 'heidi')).filter((hop) => hop.endsWith('[replay mend-uris]'));
  expect(marked).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^bus BucketCreated from bucket-service, event /),
      'uri-recorder its rule matches [replay mend-uris]',
      'uri-recorder it is in the queue [replay mend-uris]',
      expect.stringMatching(/^uri-recorder its function takes it, receive 1/),
      expect.stringMatching(/^uri-recorder logs INFO {2}bucket URI recorded /),
    ]),
  );
  expect(marked.some((hop) => hop.startsWith('archive'))).toBe(false);
});

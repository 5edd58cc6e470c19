import { randomUUID } from 'node:crypto';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { localEndpoint } from '../../operations/aws/target.ts';
import { onStack } from '../../operations/deployed/stack.ts';
import { type FollowedTrace, followTrace, openEndsOf, traceUser } from '../../operations/trace/index.ts';
import { traceHeaderOf } from '../../packages/local-engine/protocols/http.ts';
import { clientSettings } from '../support/client-settings.ts';
import { Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

const target = () => ({ port: Number(pipeline.port) });
const hopsOf = ({ trace }: FollowedTrace) => trace.registrations.flatMap(({ hops }) => hops);

test('given a user whom nobody knows, then it shows the registration as it runs, to its end', async () => {
  expect(pipeline.engine.endpoint).toBe(localEndpoint(Number(pipeline.port)));
  const seen: FollowedTrace[] = [];
  const whole = await onStack(target(), async (on) => {
    const end = new AbortController();
    for await (const followed of followTrace(on, 'fatima', { signal: end.signal })) {
      seen.push(followed);
      if (seen.length === 1) await pipeline.register('fatima');
      const [registration] = followed.trace.registrations;
      const isDone = registration !== undefined && openEndsOf(registration).length === 0;
      if (isDone && followed.trace.row.uri !== undefined) {
        await pipeline.idle();
        const all = await traceUser(on, 'fatima');
        if (hopsOf(followed).length === all.registrations[0]?.hops.length) end.abort();
      }
    }
    return traceUser(on, 'fatima');
  });
  expect(seen[0]?.trace).toMatchObject({ row: { exists: false }, registrations: [] });
  expect(seen.at(-1)?.trace).toEqual(whole);
});

test('given what is in a row, an event and a message, then it is there by the ids of the hops', async () => {
  await pipeline.register('farid');
  await pipeline.recorded('farid');
  const end = new AbortController();
  const { payloads, trace } = await onStack(target(), async (on) => {
    const { value } = await followTrace(on, 'farid', { signal: end.signal }).next();
    return value as FollowedTrace;
  });
  const hops = hopsOf({ payloads, trace });
  const row = hops.find(({ hop }) => hop === 'row');
  const event = hops.find(({ hop }) => hop === 'event');
  const delivery = hops.find(({ hop }) => hop === 'delivery');
  expect(payloads.get(row?.hop === 'row' ? row.eventId : '')).toMatchObject({
    eventName: 'INSERT',
    newImage: { userId: { S: 'farid' } },
  });
  expect(payloads.get(event?.hop === 'event' ? event.busEventId : '')).toMatchObject({
    'detail-type': 'UserRegistered',
    detail: { data: { userId: 'farid' } },
  });
  expect(payloads.get(delivery?.hop === 'delivery' ? String(delivery.messageId) : '')).toMatchObject({
    detail: { data: { userId: 'farid' } },
  });
});

test('given a journal that is watched, then the watching leaves nothing in it', async () => {
  await onStack(target(), async (on) => {
    const after = pipeline.entries(() => true).length;
    const end = new AbortController();
    for await (const { trace } of followTrace(on, 'nobody', { signal: end.signal })) {
      expect(trace.registrations).toEqual([]);
      end.abort();
    }
    const calls = pipeline.entries(() => true).slice(after);
    expect(calls.map(({ service, operation }) => `${service}:${operation}`).sort()).toEqual([
      'cloudformation:ListStackResources',
      'dynamodb:GetItem',
    ]);
  });
});

test('given a function that reads what watching reads, then its calls are in the journal', async () => {
  const invocation = randomUUID();
  const settings = clientSettings(pipeline.engine);
  const logs = new CloudWatchLogsClient(settings);
  const metrics = new CloudWatchClient(settings);
  const stacks = new CloudFormationClient(settings);
  // By these variables a function's clients know the trace.
  const variables = ['AWS_LAMBDA_FUNCTION_NAME', '_X_AMZN_TRACE_ID'] as const;
  [process.env[variables[0]], process.env[variables[1]]] = ['reader', traceHeaderOf(invocation)];
  try {
    await logs.send(new DescribeLogGroupsCommand({}));
    await metrics.send(
      new GetMetricDataCommand({
        StartTime: new Date(Date.now() - 60_000),
        EndTime: new Date(),
        MetricDataQueries: [
          {
            Id: 'a',
            MetricStat: {
              Metric: { Namespace: 'AWS/SQS', MetricName: 'NumberOfMessagesSent' },
              Period: 60,
              Stat: 'Sum',
            },
          },
        ],
      }),
    );
    await stacks.send(new DescribeStacksCommand({}));
  } finally {
    for (const name of variables) delete process.env[name];
    for (const client of [logs, metrics, stacks]) client.destroy();
  }
  const calls = pipeline.entries((entry) => entry.invocation === invocation);
  expect(calls.map(({ hop, service, operation }) => `${hop} ${service}:${operation}`)).toEqual([
    'api-call logs:DescribeLogGroups',
    'api-call monitoring:GetMetricData',
    'api-call cloudformation:DescribeStacks',
  ]);
});

import { type Limit, limit, written } from './limit.ts';
import { eventsOf } from './line-items.ts';
import { busyLanes, fullBatch, pipeExecutions, pipeRequests, roundMs } from './pipe-rate.ts';
import { EVENTBRIDGE_CODES, EVENTBRIDGE_SOURCE, type EventBridgeQuotas } from './quotas.ts';
import { bucketCalls, type StackFacts } from './stack-facts.ts';

const MS = 1000;
const FEWER_REQUESTS =
  'fewer lanes of the pipe make fuller batches; bucket-service could publish the events of a batch together, in one request in ' +
  "place of up to 10. EventBridge's newer Custom Event Bus takes 100 events in a request and 500,000 a second; AWS documents no " +
  'pipe that writes to it';

/** Limits of the pipe. DynamoDB decides the number of shards. */
export function pipeLimits(facts: StackFacts, { pipeExecutions: executions }: EventBridgeQuotas): Limit[] {
  const { pipes, pipeLanes } = facts;
  if (pipes === 0) return [];
  return [
    limit({
      name: 'lanes of the pipe',
      of: 'rate',
      amount: pipeLanes,
      unit: 'lanes in each shard',
      takenBy: (signups) => busyLanes(signups, facts),
      because: `${pipeLanes} lanes in each shard, each with ${fullBatch(facts)} sign-ups every ${roundMs()} ms (assumed, not measured)`,
      fix: 'raise parallelizationFactor in cdk.json, up to 10',
      beyond: "set the table's warm throughput higher than the writes need: more partitions are more shards",
      source: 'EventBridge user guide, eb-pipes-dynamodb',
      status: 'own setting; use assumed',
    }),
    limit({
      name: 'executions of pipes at once',
      of: 'rate',
      amount: executions,
      unit: 'executions',
      takenBy: (signups) => pipeExecutions(signups, facts),
      because: `one for each lane with a batch, ${written(executions)} of the account in this Region`,
      fix: 'ask AWS Support for more: this quota is not in Service Quotas',
      source: EVENTBRIDGE_SOURCE,
      status: 'documented; use assumed',
    }),
  ];
}

/** Limits of the bus and its rules. */
export function busLimits(facts: StackFacts, { putEvents, invocations }: EventBridgeQuotas): Limit[] {
  const { subscribers, pipes, pipeLanes } = facts;
  const deliveries = subscribers.reduce((sum, each) => sum + eventsOf(each), 0);
  const makers = subscribers.filter((each) => bucketCalls(each) > 0);
  const published = makers.reduce((sum, each) => sum + eventsOf(each), 0);
  const byPipe = `the pipe sends one for each event, at most ${written((pipeLanes * MS) / roundMs())} a second and shard`;
  return [
    limit({
      name: 'PutEvents requests',
      of: 'rate',
      amount: putEvents,
      unit: 'requests a second',
      takenBy: (signups) => (pipes === 0 ? 0 : pipeRequests(signups, facts)) + published * signups,
      because: [byPipe, ...makers.map(({ name }) => `${name} one for each event, if none share one`)].join('; '),
      fix: `ask for more: Service Quotas, Amazon EventBridge, PutEvents throttle limit (${EVENTBRIDGE_CODES.putEvents}); until then the pipe and the queue retry`,
      beyond: FEWER_REQUESTS,
      source: EVENTBRIDGE_SOURCE,
      status: 'documented; use assumed',
    }),
    limit({
      name: 'deliveries to subscribers',
      of: 'rate',
      amount: invocations,
      unit: 'deliveries a second',
      takenBy: (signups) => deliveries * signups,
      because: `${deliveries} a sign-up, ${written(invocations)} a second in this Region; whether the archive counts is not confirmed`,
      fix: `ask for more: Service Quotas, Amazon EventBridge, Invocations throttle limit (${EVENTBRIDGE_CODES.invocations}); until then events are late, not lost`,
      beyond: 'spread users over more accounts or Regions, each with its own stack',
      source: EVENTBRIDGE_SOURCE,
      status: 'documented',
    }),
  ];
}

import { assumed } from './assumptions.ts';
import { type Limit, limit, written } from './limit.ts';
import { eventsOf, handlingMs } from './line-items.ts';
import { FUNCTIONS_AT_ONCE, IN_FLIGHT, INVOCATIONS_PER_CONCURRENCY, QUEUE_BATCHES } from './quotas.ts';
import type { StackFacts, SubscriberFacts } from './stack-facts.ts';

const MS = 1000;

/** Limits of queues and functions. */
export function workLimits({ subscribers }: StackFacts): Limit[] {
  const working = subscribers.filter((each) => eventsOf(each) > 0);
  const slowest = working.toSorted((a, b) => batchesAtOnce(1, b) - batchesAtOnce(1, a))[0];
  return [
    ...working.flatMap(concurrencyLimit),
    ...functionLimits(working),
    ...(slowest === undefined ? [] : queueLimits(slowest)),
  ];
}

/** Batches at the same time, if they are full. The events of a batch are handled at the same time, so it takes as long as one event. */
function batchesAtOnce(signups: number, subscriber: SubscriberFacts): number {
  return (signups * eventsOf(subscriber) * handlingMs(subscriber)) / MS / subscriber.batchSize;
}

/** Functions at the same time. Batches are not full while fewer run than the subscription allows. */
function functionsAtOnce(signups: number, subscriber: SubscriberFacts): number {
  const alone = batchesAtOnce(signups, { ...subscriber, batchSize: 1 });
  return Math.min(alone, Math.max(subscriber.concurrency ?? 0, batchesAtOnce(signups, subscriber)));
}

/** The stack's own limit, which protects the account. */
function concurrencyLimit(subscriber: SubscriberFacts): Limit[] {
  const { name, concurrency, batchSize } = subscriber;
  if (concurrency === undefined) return [];
  return [
    limit({
      name: `concurrency of ${name}`,
      of: 'rate',
      amount: concurrency,
      unit: 'batches at once',
      takenBy: (signups) => batchesAtOnce(signups, subscriber),
      because: `${concurrency} batches of ${batchSize} at once, ${seconds(handlingMs(subscriber))} s each (assumed; ${assumed('ownMs')} ms measured)`,
      fix: `raise concurrency in services/${name}/subscription.ts; waiting events stay in the queue`,
      source: "the stack's own setting",
      status: 'own setting; use assumed',
    }),
  ];
}

function functionLimits(subscribers: readonly SubscriberFacts[]): Limit[] {
  const { byDefault, code, source } = FUNCTIONS_AT_ONCE;
  const invocations = byDefault * INVOCATIONS_PER_CONCURRENCY;
  const most = subscribers.reduce((sum, { concurrency = 0 }) => sum + concurrency, 0);
  const fix = `ask for more: Service Quotas, AWS Lambda, Concurrent executions (${code}); waiting events stay in the queues`;
  return [
    limit({
      name: 'functions at once',
      of: 'rate',
      amount: byDefault,
      unit: 'at once',
      takenBy: (signups) => subscribers.reduce((sum, each) => sum + functionsAtOnce(signups, each), 0),
      because: `${most} by the concurrency of the subscriptions, more as that is raised; ${written(byDefault)} in the account, in a new one fewer`,
      fix,
      source,
      status: 'documented; use assumed',
    }),
    limit({
      name: 'invocations of functions',
      of: 'rate',
      amount: invocations,
      unit: 'invocations a second',
      takenBy: (signups) =>
        subscribers.reduce((sum, each) => sum + (functionsAtOnce(signups, each) * MS) / handlingMs(each), 0),
      because: `one for each batch; ${INVOCATIONS_PER_CONCURRENCY} a second for each function that the account may run at once`,
      fix,
      source,
      status: 'documented; use assumed',
    }),
  ];
}

/** Limits of a queue, for the subscriber that needs most of them. */
function queueLimits(subscriber: SubscriberFacts): Limit[] {
  const { name, batchSize } = subscriber;
  return [
    limit({
      name: 'batches of one queue at once',
      of: 'rate',
      amount: QUEUE_BATCHES.most,
      unit: 'batches at once',
      takenBy: (signups) => batchesAtOnce(signups, subscriber),
      because: `a subscription's concurrency can be ${written(QUEUE_BATCHES.most)} at most; ${name} needs the most`,
      fix: `raise concurrency up to it; Lambda begins with ${QUEUE_BATCHES.atFirst} batches and adds up to ${QUEUE_BATCHES.morePerMinute} a minute`,
      beyond: 'give its event source mapping provisioned pollers, which take the place of concurrency',
      source: QUEUE_BATCHES.source,
      status: 'documented; use assumed',
    }),
    limit({
      name: 'messages of one queue in flight',
      of: 'rate',
      amount: IN_FLIGHT.byDefault,
      unit: 'messages',
      takenBy: (signups) => batchesAtOnce(signups, subscriber) * batchSize,
      because: `what ${name} works on, ${seconds(handlingMs(subscriber))} s each; a failed event counts until its visibility timeout`,
      fix: 'ask AWS Support for more; fix what fails first',
      source: IN_FLIGHT.source,
      status: 'documented; use assumed',
    }),
  ];
}

function seconds(ms: number): string {
  return (ms / MS).toFixed(2);
}

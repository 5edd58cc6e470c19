import { assumed } from './assumptions.ts';
import { costOf, type PriceName } from './prices.ts';
import { bucketCalls, type StackFacts, type SubscriberFacts, settlesBuckets } from './stack-facts.ts';

/** One line of a bill. */
export interface LineItem {
  readonly what: string;
  readonly price: PriceName;
  /** Units of that price. */
  readonly units: number;
  /** US dollars. */
  readonly usd: number;
}

/** Registrations that a bill is made for. */
export const REGISTRATIONS = 1_000_000;

/** As DynamoDB counts, and near enough for the others. */
const GB = 1e9;
const MS = 1000;

/** Events of each type that one registration puts on the bus. */
const EVENTS: Readonly<Record<string, number>> = { UserRegistered: 1, BucketCreated: 1 };

/** SQS requests for one event that comes alone: sent by EventBridge, received and deleted by Lambda. */
const REQUESTS_PER_EVENT = 3;

/** A line that costs as many units of a price. */
export function item(what: string, price: PriceName, units: number): LineItem {
  return { what, price, units, usd: costOf(price, units) };
}

/** What a million registrations cost as they happen. Every 64 KB of a record, an event or a message is a unit: each is far smaller. */
export function registrationItems(facts: StackFacts): LineItem[] {
  const events = Object.values(EVENTS).reduce((sum, each) => sum + each, 0) * REGISTRATIONS;
  return [
    ...rowItems(),
    // What its filter lets through: a pipe of deletions gets nothing of it.
    item('The pipe', 'pipeRequests', Math.min(facts.pipes, 1) * REGISTRATIONS),
    item('Events on the bus', 'customEvents', events),
    ...(facts.archiveDays === undefined
      ? []
      : [item('Events into the archive', 'archiving', (assumed('eventBytes') * REGISTRATIONS) / GB)]),
    ...facts.subscribers.flatMap((each) => subscriberItems(each)),
  ];
}

/** The same lines in another Region: by its own prices, as far as they are known. */
export function inRegion(items: readonly LineItem[], region: string): LineItem[] {
  return items.map((each) => ({ ...each, usd: costOf(each.price, each.units, region) }));
}

/** What it costs to replay an event of each of a million registrations to the subscriber that does least. */
export function replayItems(facts: StackFacts): LineItem[] {
  return [item('Replayed events', 'replays', REGISTRATIONS), ...furtherSubscriberItems(facts)];
}

/** The sign-up, and the URI in the same row: any design pays them. */
export function rowItems(): LineItem[] {
  return [
    item('The row: written by the sign-up, and once more with the URI', 'dynamoDbWrites', writeUnits() * REGISTRATIONS),
  ];
}

/** Writes of one registration's row: the sign-up, and the URI. */
export const ROW_WRITES = 2;

/** Write units of one registration. */
export function writeUnits(): number {
  return ROW_WRITES * Math.ceil(assumed('rowBytes') / 1024);
}

/** The same for one more subscriber that does as much as the cheapest one of the stack. */
export function furtherSubscriberItems({ subscribers }: StackFacts): LineItem[] {
  const bills = subscribers.map((each) => subscriberItems(each)).sort((a, b) => total(a) - total(b));
  return bills[0] ?? [];
}

/** What a subscriber costs. @param events that it gets; by default those of a million registrations */
export function subscriberItems(
  subscriber: SubscriberFacts,
  events: number = eventsOf(subscriber) * REGISTRATIONS,
): LineItem[] {
  const { name, isTraced } = subscriber;
  const invocations = events / assumed('eventsPerBatch');
  const calls = bucketCalls(subscriber);
  return [
    item(`${name}: deliveries by the rule`, 'ruleDeliveries', events),
    item(`${name}: its queue`, 'queueRequests', events * REQUESTS_PER_EVENT),
    ...functionItems(name, {
      invocations,
      events,
      memoryMb: subscriber.memoryMb,
      ms: handlingMs(subscriber),
      isTraced,
    }),
    ...(calls > 0 ? [item(`${name}: calls to S3 for the bucket`, 'bucketRequests', calls * events)] : []),
  ];
}

/** What a function does for a bill. */
export interface FunctionWork {
  readonly invocations: number;
  readonly events: number;
  readonly memoryMb: number;
  /** Milliseconds for one invocation, once it is started. */
  readonly ms: number;
  readonly isTraced: boolean;
}

/** What a function costs: requests, time, log and traces. */
export function functionItems(name: string, work: FunctionWork): LineItem[] {
  const { invocations, events, memoryMb, ms, isTraced } = work;
  const seconds = (invocations * (ms + assumed('coldStarts') * assumed('coldStartMs'))) / MS;
  const logged = events * assumed('logBytes') + invocations * assumed('platformLogBytes');
  return [
    item(`${name}: invocations`, 'functionRequests', invocations),
    item(`${name}: running, starts included`, 'functionSeconds', (seconds * memoryMb) / 1024),
    item(`${name}: log`, 'logBytes', logged / GB),
    ...(isTraced ? [item(`${name}: traces`, 'traces', invocations * assumed('tracedShare'))] : []),
  ];
}

/** Events of one registration that reach a subscriber. */
export function eventsOf({ events }: SubscriberFacts): number {
  return events.reduce((sum, type) => sum + (EVENTS[type] ?? 0), 0);
}

/** Calls to S3 about the bucket of a user who has one in use. */
export const SETTLING_CALLS = 3;

/** Milliseconds that a subscriber takes for one event: its own, and the time that it waits for AWS. */
export function handlingMs(subscriber: SubscriberFacts): number {
  if (settlesBuckets(subscriber)) {
    return assumed('ownMs') + assumed('updateItemMs') + SETTLING_CALLS * assumed('createBucketMs');
  }
  const calls = bucketCalls(subscriber);
  const answers = calls > 0 ? calls * assumed('createBucketMs') + assumed('putEventsMs') : assumed('updateItemMs');
  return assumed('ownMs') + answers;
}

/** What the stack costs in a month without registrations. */
export function monthlyItems(facts: StackFacts): LineItem[] {
  return [
    item('Alarms', 'alarms', facts.alarmMetrics),
    item(
      'Custom metrics, in a month in which they are sent',
      'metrics',
      facts.subscribers.length * assumed('metricsPerService'),
    ),
    item('Dashboards', 'dashboards', facts.dashboards),
    item('Empty receives from queues', 'queueRequests', facts.subscribers.length * assumed('emptyReceivesPerMonth')),
  ];
}

/** What the stored data of a million registrations costs each month. */
export function keepingItems(facts: StackFacts): LineItem[] {
  const rows = (assumed('rowBytes') * REGISTRATIONS) / GB;
  const archived = (assumed('eventBytes') * REGISTRATIONS) / GB;
  return [
    ...(facts.tables > 0
      ? [item('Rows', 'dynamoDbStorage', rows), item('Their continuous backup', 'dynamoDbBackups', rows)]
      : []),
    ...(facts.archiveDays === undefined ? [] : [item('Events in the archive', 'archiveStorage', archived)]),
    item('Their log', 'logStorage', loggedGb(facts)),
  ];
}

function loggedGb({ subscribers }: StackFacts): number {
  const bytes = subscribers.reduce(
    (sum, each) => sum + eventsOf(each) * (assumed('logBytes') + assumed('platformLogBytes')),
    0,
  );
  return (bytes * REGISTRATIONS) / GB;
}

/** US dollars. */
export function total(items: readonly LineItem[]): number {
  return items.reduce((sum, { usd }) => sum + usd, 0);
}

/**
 * What a million registrations cost in the plainest design: the stream invokes a function, which invokes another one without
 * waiting; that one makes the bucket and writes the URI. No bus, no queue, no archive. Assumptions, memory of the functions and the
 * filter on the stream are those of the pipeline. The second function's trace is counted as part of the first one's.
 */
export function twoFunctionItems({ subscribers }: StackFacts): LineItem[] {
  const work = {
    invocations: REGISTRATIONS,
    events: REGISTRATIONS,
    memoryMb: Math.max(...subscribers.map(({ memoryMb }) => memoryMb)),
  };
  return [
    ...rowItems(),
    ...functionItems('first function', {
      ...work,
      ms: assumed('ownMs') + assumed('asyncInvokeMs'),
      isTraced: subscribers.some(({ isTraced }) => isTraced),
    }),
    ...functionItems('second function', {
      ...work,
      ms: assumed('ownMs') + assumed('createBucketMs') + assumed('updateItemMs'),
      isTraced: false,
    }),
    item('second function: calls to S3 for the bucket', 'bucketRequests', REGISTRATIONS),
  ];
}

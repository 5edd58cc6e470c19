import type { Engine, JournalEntry } from '../../../packages/local-engine/index.ts';
import { putEventIds } from '../operators/sent-call.ts';
import {
  type Bucket,
  type BusEvent,
  MetricChecks,
  type Outcome,
  ReplayMarks,
  Restorations,
  SettlingChecks,
  type SettlingSurroundings,
  StepChecks,
} from '../promises/index.ts';
import { ownerHash } from '../promises/violation.ts';
import type { Day } from './day.ts';
import { deadLettersIn, deletionPipeOf, dlqsOf, lostByPipes, lostByRules } from './dead-letters.ts';
import { handledIn } from './handled.ts';
import { purgedIn } from './purged.ts';
import { registrationsIn } from './registrations.ts';
import { archivedIn, lateIn, replayedIn } from './replays.ts';
import type { RunningEngine } from './running-engine.ts';
import { PERSONAL } from './sign-ups.ts';
import { dynamodbCall, subscriberQueues, usersTable } from './stage.ts';
import { subscriptionOf } from './subscriptions.ts';

type TypedRow = Readonly<Record<string, { readonly S?: string }>>;

/** What is seen of a schedule while it runs and at its end. */
export interface Observed {
  readonly entries: readonly JournalEntry[];
  /** Reads the final state. */
  outcome(end: Outcome['end']): Promise<Outcome>;
}

/** Watches an engine, hop by hop, from its first entry on. */
export function observe(
  running: RunningEngine,
  { world, signUps, operators }: Pick<Day, 'world' | 'signUps' | 'operators'>,
): Observed {
  const entries: JournalEntry[] = [];
  const subscriptions = subscriberQueues(running.engine).map(({ subscriber }) => subscriptionOf(subscriber));
  let metrics = new MetricChecks();
  let settling = new SettlingChecks(settlingAround(running.engine));
  let restorations = new Restorations(settlingAround(running.engine));
  let checks = [stepChecks(running.engine), metrics, replayMarks(running.engine, operators), settling];
  // When each happened, by its sequence number: entries say what the clock showed, which may have been set.
  const times = new Map<number, number>();
  const note = (entry: JournalEntry) => {
    entries.push(entry);
    for (const check of checks) check.note(entry);
    restorations.note(entry);
  };
  const watch = ({ journal }: Engine) => {
    for (const entry of journal.entries()) note(entry);
    settling.begin();
    restorations.begin();
    journal.subscribe((entry) => {
      times.set(entry.sequence, world.now);
      note(entry);
    });
  };
  watch(running.engine);
  running.onRestart((engine) => {
    // What was not committed when it was killed has not happened.
    entries.length = 0;
    metrics = new MetricChecks();
    settling = new SettlingChecks(settlingAround(engine));
    restorations = new Restorations(settlingAround(engine), restorations);
    checks = [stepChecks(engine), metrics, replayMarks(engine, operators), settling];
    watch(engine);
    metrics.cutOff();
  });
  const now = () => running.engine;
  return {
    entries,
    outcome: async (end) => {
      const queues = subscriberQueues(now());
      return {
        end,
        registered: [...signUps.registered],
        registrations: registrationsIn(entries, signUps.puts, times),
        rows: await readRows(now()),
        buckets: readBuckets(now()),
        events: eventsIn(entries),
        deadLetters: deadLettersIn(queues),
        lostByPipe: lostByPipes(now(), entries),
        lostByRules: lostByRules(entries, queues),
        purged: purgedIn(operators.runs, queues),
        dlqs: dlqsOf(now(), queues),
        ...deletionPipeOf(now()),
        waiting: queues.map(({ waiting: queue }) => queue.visible + queue.inFlight + queue.delayed),
        bugs: entries.filter(({ hop }) => hop === 'bug').map(({ stack }) => String(stack)),
        denied: entries.filter(({ hop }) => hop === 'denied').map(({ action }) => String(action)),
        personalLines: entries.filter(({ hop, line }) => hop === 'log' && String(line).includes(PERSONAL)).length,
        commands: [...operators.runs],
        replayed: replayedIn(entries, queues),
        lateReads: lateIn(entries, times),
        archived: archivedIn(entries, queues, times),
        subscriptions,
        retiresBuckets: subscriptions.some(({ event }) => event === 'UserDeleted'),
        cutShort: restorations.cutShort,
        handled: handledIn(entries),
        brokenSteps: checks.flatMap(({ violations }) => violations),
        faults: entries.filter(({ hop }) => hop === 'fault').length,
      };
    },
  };
}

function replayMarks(engine: Engine, operators: Day['operators']): ReplayMarks {
  const skipping = subscriberQueues(engine).filter(({ subscriber }) => subscriptionOf(subscriber).replays === 'skip');
  const isPutByOperator = (eventId: string) =>
    operators.runs.some(({ calls }) => calls.some((call) => putEventIds(call).includes(eventId)));
  return new ReplayMarks(new Set(skipping.map(({ waiting }) => waiting.name)), isPutByOperator);
}

function subscribersByQueue(engine: Engine): ReadonlyMap<string, string> {
  return new Map(subscriberQueues(engine).map(({ subscriber, waiting }) => [waiting.arn, subscriber]));
}

function settlingAround(engine: Engine): SettlingSurroundings {
  const subscribers = subscribersByQueue(engine);
  return {
    subscriberOf: (queueArn) => subscribers.get(queueArn),
    bucketsOf: (userId) => readBuckets(engine).filter(({ tags }) => tags.userIdSha256 === ownerHash(userId)),
  };
}

function stepChecks(engine: Engine): StepChecks {
  const subscribers = subscribersByQueue(engine);
  const { buckets } = engine.services.s3;
  return new StepChecks({
    subscriberOf: (queueArn) => subscribers.get(queueArn),
    tagsOf: (bucketName) =>
      buckets.find(bucketName) === undefined ? undefined : (buckets.setting(bucketName, 'tagging') ?? ''),
  });
}

/** The URI in each row, by its user; undefined for none. */
async function readRows(engine: Engine): Promise<Outcome['rows']> {
  const { body } = await engine.exchange(dynamodbCall('Scan', { TableName: usersTable(engine) }));
  const { Items } = JSON.parse(body.toString()) as { readonly Items: readonly TypedRow[] };
  return Items.map(({ userId, s3_bucket_uri: uri }) => ({ userId: userId?.S ?? '', uri: uri?.S }));
}

function readBuckets({ services: { s3 } }: Engine): Bucket[] {
  const all = s3.buckets.page({ limit: Number.MAX_SAFE_INTEGER });
  return all.map(({ name }) => ({
    name,
    tags: tagsIn(s3.buckets.setting(name, 'tagging') ?? '[]'),
    isToBeEmptied: s3.buckets.setting(name, 'lifecycle')?.includes('user-bucket-pipeline-retired') === true,
  }));
}

/** @param text as the engine keeps them */
function tagsIn(text: string): Bucket['tags'] {
  const tags = JSON.parse(text) as readonly { readonly Key: string; readonly Value: string }[];
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

function eventsIn(entries: readonly JournalEntry[]): BusEvent[] {
  return (
    entries
      // An entry that the bus refused has no id.
      .filter(({ hop, eventId }) => hop === 'event' && eventId !== undefined)
      .map(({ detailType, detail }) => {
        const { metadata, data } = (typeof detail === 'string' ? JSON.parse(detail) : detail) as Omit<
          BusEvent,
          'detailType'
        >;
        return { detailType: String(detailType), metadata, data };
      })
  );
}

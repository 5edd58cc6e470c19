import type { Engine, JournalEntry } from '../../../packages/local-engine/index.ts';
import type { Operators } from '../operators/operators.ts';
import { type Bucket, type BusEvent, MetricChecks, type Outcome, StepChecks } from '../promises/index.ts';
import { archivedIn, replayedIn } from './replays.ts';
import { dynamodbCall, PERSONAL, subscriberQueues, usersTable } from './stage.ts';

type TypedRow = Readonly<Record<string, { readonly S?: string }>>;

/** What is seen of a schedule while it runs and at its end. */
export interface Observed {
  /** Users whose registration was acknowledged. */
  readonly registered: Set<string>;
  readonly entries: readonly JournalEntry[];
  /** Reads the final state. */
  outcome(end: Outcome['end']): Promise<Outcome>;
}

/** Watches an engine, hop by hop. @param onEntry gets every entry of its journal, those from before included */
export function observe(engine: Engine, operators: Operators, onEntry: (entry: JournalEntry) => void): Observed {
  const registered = new Set<string>();
  const entries: JournalEntry[] = [];
  const checks = [stepChecks(engine), new MetricChecks()];
  const note = (entry: JournalEntry) => {
    entries.push(entry);
    onEntry(entry);
    for (const check of checks) check.note(entry);
  };
  for (const entry of engine.journal.entries()) note(entry);
  engine.journal.subscribe(note);
  return {
    registered,
    entries,
    outcome: async (end) => ({
      end,
      registered: [...registered],
      rows: await readRows(engine),
      buckets: readBuckets(engine),
      urisOf: urisIn(entries),
      events: eventsIn(entries),
      deadLetters: deadLetters(engine),
      lostByPipe: lostByPipe(entries),
      waiting: subscriberQueues(engine).map(({ waiting: queue }) => queue.visible + queue.inFlight + queue.delayed),
      bugs: entries.filter(({ hop }) => hop === 'bug').map(({ stack }) => String(stack)),
      denied: entries.filter(({ hop }) => hop === 'denied').length,
      personalLines: entries.filter(({ hop, line }) => hop === 'log' && String(line).includes(PERSONAL)).length,
      commands: operators.runs,
      replayed: replayedIn(entries, subscriberQueues(engine)),
      archived: archivedIn(entries, subscriberQueues(engine)),
      brokenSteps: checks.flatMap(({ violations }) => violations),
      faults: entries.filter(({ hop }) => hop === 'fault').length,
    }),
  };
}

function stepChecks(engine: Engine): StepChecks {
  const takers = new Map(subscriberQueues(engine).map(({ subscriber, waiting }) => [waiting.arn, subscriber]));
  const { buckets } = engine.services.s3;
  return new StepChecks({
    takerOf: (queueArn) => takers.get(queueArn),
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
  return all.map(({ name }) => ({ name, tags: s3.buckets.setting(name, 'tagging') ?? '' }));
}

/** Every URI that a user's row ever had, in order. */
function urisIn(entries: readonly JournalEntry[]): ReadonlyMap<string, readonly string[]> {
  const uris = new Map<string, string[]>();
  for (const { hop, keys, newImage } of entries) {
    if (hop !== 'stream-record') continue;
    const [userId, uri] = [(keys as TypedRow).userId?.S, (newImage as TypedRow | undefined)?.s3_bucket_uri?.S];
    if (userId === undefined || uri === undefined) continue;
    const known = uris.get(userId) ?? [];
    if (known.at(-1) !== uri) uris.set(userId, [...known, uri]);
  }
  return uris;
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

function deadLetters(engine: Engine): Outcome['deadLetters'] {
  return subscriberQueues(engine).flatMap(({ dead: queue }) =>
    [...queue.arrived()].flatMap(({ body }) => {
      const { detail } = JSON.parse(body) as { readonly detail?: BusEvent };
      return detail === undefined ? [] : [{ userId: detail.data.userId, queue: queue.name }];
    }),
  );
}

/** Whose records the pipe gave up. Its dead letter has the place of a record only: the journal knows whose it was. */
function lostByPipe(entries: readonly JournalEntry[]): string[] {
  const users = new Map<unknown, string>();
  for (const { hop, eventId, keys } of entries) {
    if (hop === 'stream-record') users.set(eventId, (keys as TypedRow).userId?.S ?? '');
  }
  const given = entries
    .filter(({ hop }) => hop === 'pipe-dlq')
    .flatMap(({ eventIds }) => eventIds as readonly unknown[]);
  return given.flatMap((id) => users.get(id) ?? []);
}

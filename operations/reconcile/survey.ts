import pMap from 'p-map';
import { readBucketName } from '../../services/bucket-service/bucket-name.ts';
import { batchesOf } from '../aws/aws-clients.ts';
import { timeAt } from '../aws/pipeline-time.ts';
import type { OnStack } from '../deployed/stack.ts';
import { isTagged } from '../deployed/user-bucket.ts';
import { BATCH_SIZE, type UserRow, type UsersTable, usersTable } from '../deployed/users-table.ts';
import { type Clock, SYSTEM_CLOCK } from '../time/waiting.ts';
import {
  addLateBuckets,
  type BucketInventory,
  type BucketLook,
  bucketIn,
  type KnownBucket,
  lookAtBucket,
  readInventory,
} from './buckets.ts';
import { isSuspicious, judgeBucket, judgeRow, type Surroundings } from './judge.ts';
import type { Mismatch } from './mismatch.ts';
import { type RetiredBuckets, retiredBucket, sortRetired } from './retired.ts';

/** Calls for single buckets, and for batches of rows, at the same time. */
const LOOKS_IN_FLIGHT = 32;
const BATCHES_IN_FLIGHT = 4;

/** How often the rows of recent registrations are read again. */
const LOOK_EVERY_MS = 500;

/** What a survey is reading. Suspicious rows and buckets are read a second time. */
export type SurveyStep = 'buckets' | 'tags' | 'rows' | 'suspicious-rows' | 'new-buckets' | 'suspicious-buckets';

export interface SurveyOptions {
  /** How long a row may be without URI, while its registration is pending. */
  readonly graceMs: number;
  readonly clock?: Clock;
  /** Milliseconds since the Unix epoch. @default - the pipeline's time */
  readonly time?: () => number;
  /** @param total not given if it is not known */
  readonly onProgress: (step: SurveyStep, done: number, total?: number) => void;
  /** Called before it waits for pending registrations. */
  readonly onWait: (ms: number) => void;
  /** Ends it early: the result is incomplete then. */
  readonly signal: AbortSignal;
}

/** Users whose row looks wrong, with their URI. */
type Suspects = Map<string, string | undefined>;

export interface Survey {
  readonly rows: number;
  /** Listed ones, and those that rows name which were made after the list. */
  readonly buckets: number;
  readonly findings: readonly Mismatch[];
  /** Retired buckets of users without row. @default - none */
  readonly retired?: RetiredBuckets;
}

/**
 * Compares all rows of the users table with all buckets of this pipeline. Rows are read page by page; only suspicious ones are
 * kept. A suspicious row, or a bucket that lacks tags, is judged only after it was read a second time: a user who registers
 * meanwhile is not reported as broken. A tagged bucket without user is judged by the first read: nothing is done about it.
 */
export async function survey(on: OnStack, options: SurveyOptions): Promise<Survey> {
  const { onProgress, signal, time = () => timeAt(on.target), clock: { now } = SYSTEM_CLOCK } = options;
  const table = usersTable(on);
  const { createdAt: tableCreatedAt, rows: expectedRows } = await table.readFacts();
  // Before the rows: a user has a row before the bucket, so no bucket can seem to be without user.
  const inventory = await readInventory(on, {
    onPage: (buckets) => onProgress('buckets', buckets),
    onTags: (buckets) => onProgress('tags', buckets),
    signal,
  });

  const suspects: Suspects = new Map();
  let rows = 0;
  let lastSeenAt = Number.NEGATIVE_INFINITY;
  for await (const page of table.scanRows()) {
    if (signal.aborted) break;
    for (const row of page) {
      if (!isSuspicious(row, inventory)) continue;
      suspects.set(row.userId, row.uri);
      suspectNeighbour(row, inventory, suspects);
      if (row.uri === undefined) lastSeenAt = now();
    }
    rows += page.length;
    onProgress('rows', rows, expectedRows);
  }

  await waitForRegistrations(table, suspects, lastSeenAt + options.graceMs, options);
  const current = await readAgain(table, suspects, options);
  if (current.some(({ uri }) => uri === undefined) && !signal.aborted) {
    // Users who signed up meanwhile get the bucket first, and the URI later.
    await addLateBuckets(on, inventory, { onPage: (buckets) => onProgress('new-buckets', buckets), signal });
  }
  const looks = await lookAgain(on, nameAgain(current, suspects, inventory), inventory, options);
  const suspicious = nameAgain(current, suspects, inventory);
  const surroundings: Surroundings = {
    inventory,
    looks,
    strays: straysOf(inventory),
    tableCreatedAt,
    canRestore: on.stack.outputs.DeletionPipeName !== undefined,
    spokenFor: new Map(),
  };
  const findings = [
    ...suspicious.flatMap((row) => judgeRow(row, surroundings) ?? []),
    ...[...inventory.values()]
      .filter((bucket) => hasNoUser(bucket) && !isRetired(bucket))
      .map((bucket) => judgeBucket(bucket, looks.get(bucket.name))),
  ];
  const retired = [...inventory.values()].flatMap((bucket) => (hasNoUser(bucket) ? (retiredBucket(bucket) ?? []) : []));
  const buckets = inventory.size + unlisted(looks, inventory);
  return { rows, buckets, findings, ...(retired.length > 0 && { retired: sortRetired(retired, time()) }) };
}

/** If two rows name one bucket, either may be wrong. */
function suspectNeighbour(row: UserRow, inventory: BucketInventory, suspects: Suspects): void {
  const first = inventory.namedIn(row)?.namedBy;
  if (first !== undefined) suspects.set(first, row.uri);
}

/**
 * Waits until the registrations of all rows without URI must be finished. If there are few such rows, they are read meanwhile:
 * the wait ends as soon as each has its URI.
 */
async function waitForRegistrations(
  table: UsersTable,
  suspects: Suspects,
  until: number,
  options: SurveyOptions,
): Promise<void> {
  const { clock: { now, pause } = SYSTEM_CLOCK, onWait, signal } = options;
  let waiting = [...suspects].flatMap(([userId, uri]) => (uri === undefined ? [userId] : []));
  if (until > now()) onWait(until - now());
  while (waiting.length > 0 && until > now() && !signal.aborted) {
    const areFew = waiting.length <= BATCH_SIZE;
    await pause(areFew ? Math.min(LOOK_EVERY_MS, until - now()) : until - now(), signal);
    if (!areFew || signal.aborted) return;
    const rows = await table.readRows(waiting);
    waiting = rows.flatMap(({ userId, uri }) => (uri === undefined ? [userId] : []));
  }
}

/** The rows of suspects as they are now; those without URI are read completely, to know whether there is room for one. */
async function readAgain(
  table: UsersTable,
  suspects: Suspects,
  { onProgress, signal }: SurveyOptions,
): Promise<UserRow[]> {
  const rows: UserRow[] = [];
  let done = 0;
  for (const isWhole of [true, false]) {
    const userIds = [...suspects].flatMap(([userId, uri]) => ((uri === undefined) === isWhole ? [userId] : []));
    await pMap(
      batchesOf(userIds, BATCH_SIZE),
      async (batch) => {
        if (signal.aborted) return;
        rows.push(...(await table.readRows(batch, isWhole)));
        done += batch.length;
        onProgress('suspicious-rows', done, suspects.size);
      },
      { concurrency: BATCHES_IN_FLIGHT },
    );
  }
  return rows;
}

/** Notes again which bucket each row names, by what is known now. Returns the rows that are still suspicious. */
function nameAgain(rows: readonly UserRow[], suspects: Suspects, inventory: BucketInventory): UserRow[] {
  const before = [...suspects].map(([userId, uri]) => ({ userId, uri }));
  for (const row of [...before, ...rows]) {
    const bucket = inventory.namedIn(row);
    if (bucket?.namedBy === row.userId) bucket.namedBy = undefined;
  }
  return rows.filter((row) => isSuspicious(row, inventory));
}

/** Asks S3 about each bucket whose existence or tags are not certain. */
async function lookAgain(
  on: OnStack,
  rows: readonly UserRow[],
  inventory: BucketInventory,
  { onProgress, signal }: SurveyOptions,
): Promise<Map<string, BucketLook>> {
  const named = rows.flatMap((row) => bucketIn(row) ?? []);
  const untagged = [...inventory.values()].filter(({ tags }) => !isTagged(tags));
  const retired = [...inventory.values()].filter((bucket) => bucket.hasUser && isRetired(bucket));
  const names = [...new Set([...named, ...[...untagged, ...retired].map(({ name }) => name)])];
  const looks = new Map<string, BucketLook>();
  let done = 0;
  await pMap(
    names,
    async (name) => {
      if (signal.aborted) return;
      const look = await lookAtBucket(on, name);
      looks.set(name, look);
      // What is known about an unreadable bucket stays; the report names it.
      if (look.kind === 'there') inventory.tag(name, look.tags);
      if (look.kind === 'missing') inventory.remove(name);
      onProgress('suspicious-buckets', ++done, names.length);
    },
    { concurrency: LOOKS_IN_FLIGHT },
  );
  return looks;
}

/** How many buckets were there when S3 was asked about each, and not yet when it listed all. */
function unlisted(looks: ReadonlyMap<string, BucketLook>, inventory: BucketInventory): number {
  return [...looks].filter(([name, { kind }]) => kind === 'there' && inventory.get(name) === undefined).length;
}

function straysOf(inventory: BucketInventory): Map<string | undefined, KnownBucket[]> {
  const strays = [...inventory.values()].filter(({ namedBy, tags }) => (namedBy ?? tags.owner) === undefined);
  return Map.groupBy(strays, ({ name }) => readBucketName(name, inventory.naming)?.stem);
}

/** Whether its owner left. A retired bucket of a user who is back is the row's mismatch. */
function isRetired({ tags }: KnownBucket): boolean {
  return tags.owner !== undefined && tags.retirement !== undefined;
}

function hasNoUser({ namedBy, isPromised, isLate }: KnownBucket): boolean {
  return namedBy === undefined && !isPromised && !isLate;
}

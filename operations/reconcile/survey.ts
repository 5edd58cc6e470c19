import pMap from 'p-map';
import { readBucketName } from '../../services/bucket-service/bucket-name.ts';
import type { OnStack } from '../deployed/stack.ts';
import { bucketOfUri, isTagged } from '../deployed/user-bucket.ts';
import { BATCH_SIZE } from '../deployed/users-table.ts';
import type { Finding } from './finding.ts';
import type { BucketInventory, KnownBucket } from './inventory.ts';
import { type BucketLook, isSuspicious, judgeBucket, judgeRow, type Surroundings } from './judge.ts';
import { lookAtBucket } from './look-at-bucket.ts';
import { addLateBuckets, readInventory } from './read-buckets.ts';
import { readRows, readTableFacts, scanRows, type UserRow } from './scan.ts';

/** Calls for single buckets, and for batches of rows, at the same time. */
const LOOKS_IN_FLIGHT = 32;
const BATCHES_IN_FLIGHT = 4;

/** How often rows are read whose registration may be under way. */
const LOOK_EVERY_MS = 500;

/** Shown while the survey runs: what is being read, how much of it is done, and of how much if that is known. */
export type OnStep = (label: string, done: number, total?: number) => void;

export interface SurveyOptions {
  /** How long a row may be without URI, its registration being under way. */
  readonly graceMs: number;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly onStep: OnStep;
  /** Before it waits, with the milliseconds. */
  readonly onWait: (ms: number) => void;
  /** Ends it early: what it returns then is worth nothing. */
  readonly signal: AbortSignal;
}

type Suspects = Map<string, string | undefined>;

/** What there is, and what of it does not fit together. */
export interface Surveyed {
  readonly rows: number;
  readonly buckets: number;
  readonly findings: readonly Finding[];
}

/**
 * Compares all rows of the users table with all buckets of ours. Rows are read page by page; only those that are not well are
 * kept. Nothing is said of a row, or of a bucket that lacks tags, before it was read a second time, by itself, as it is then:
 * what registers while this runs is not taken for broken. That a bucket with all its tags has no user is said of how both were
 * when they were read first: nothing is done about it.
 */
export async function survey(on: OnStack, options: SurveyOptions): Promise<Surveyed> {
  const { onStep, signal } = options;
  const { createdAt: tableCreatedAt, about } = await readTableFacts(on);
  // Before the rows: whoever has one of these buckets had a row before it, so no bucket can seem to be nobody's.
  const inventory = await readInventory(on, (buckets) => onStep('reading buckets', buckets), signal);

  /** Users whose row is not well, with their URI. */
  const suspects: Suspects = new Map();
  let rows = 0;
  let lastSeenAt = Number.NEGATIVE_INFINITY;
  for await (const page of scanRows(on)) {
    if (signal.aborted) break;
    for (const row of page) {
      if (!isSuspicious(row, inventory)) continue;
      suspects.set(row.userId, row.uri);
      suspectNeighbour(row, inventory, suspects);
      if (row.uri === undefined) lastSeenAt = options.now();
    }
    rows += page.length;
    onStep('reading rows', rows, about);
  }

  await letPass(on, suspects, lastSeenAt + options.graceMs, options);
  const now = await readAgain(on, suspects, options);
  if (now.some(({ uri }) => uri === undefined) && !signal.aborted) {
    // Who signed up meanwhile may have a bucket by now, and the URI only later.
    await addLateBuckets(on, inventory, (buckets) => onStep('reading buckets once more', buckets), signal);
  }
  const looks = await lookAgain(on, nameAnew(now, suspects, inventory), inventory, options);
  const suspicious = nameAnew(now, suspects, inventory);
  const surroundings: Surroundings = {
    inventory,
    looks,
    strays: straysOf(inventory),
    tableCreatedAt,
    spokenFor: new Map(),
  };
  const findings = [
    ...suspicious.flatMap((row) => judgeRow(row, surroundings) ?? []),
    ...[...inventory.values()].filter(isNobodys).map((bucket) => judgeBucket(bucket, looks.get(bucket.name))),
  ];
  return { rows, buckets: inventory.size, findings };
}

/** Of two rows that name one bucket, either may be the wrong one. */
function suspectNeighbour({ userId, uri }: UserRow, inventory: BucketInventory, suspects: Suspects): void {
  const first = inventory.get(bucketOfUri(uri ?? '') ?? '')?.namedBy;
  if (uri !== undefined && first !== undefined && first !== userId) suspects.set(first, uri);
}

/**
 * Waits until every row without URI was seen so long ago that its registration must be through. A few such rows are read while
 * it waits: it is over as soon as each has its URI.
 */
async function letPass(on: OnStack, suspects: Suspects, until: number, options: SurveyOptions): Promise<void> {
  const { now, pause, onWait, signal } = options;
  let waiting = [...suspects].flatMap(([userId, uri]) => (uri === undefined ? [userId] : []));
  if (waiting.length > 0 && until > now()) onWait(until - now());
  while (waiting.length > 0 && until > now() && !signal.aborted) {
    const areFew = waiting.length <= BATCH_SIZE;
    await pause(areFew ? Math.min(LOOK_EVERY_MS, until - now()) : until - now());
    if (!areFew || signal.aborted) return;
    const rows = await readRows(on, waiting);
    waiting = rows.flatMap(({ userId, uri }) => (uri === undefined ? [userId] : []));
  }
}

/** The rows of suspects as they are now; those without URI are read whole, to know whether there is room for one. */
async function readAgain(on: OnStack, suspects: Suspects, { onStep, signal }: SurveyOptions): Promise<UserRow[]> {
  const rows: UserRow[] = [];
  let done = 0;
  for (const isWhole of [true, false]) {
    const userIds = [...suspects].flatMap(([userId, uri]) => ((uri === undefined) === isWhole ? [userId] : []));
    await pMap(
      batchesOf(userIds),
      async (batch) => {
        if (signal.aborted) return;
        rows.push(...(await readRows(on, batch, isWhole)));
        done += batch.length;
        onStep('reading rows that are not well again', done, suspects.size);
      },
      { concurrency: BATCHES_IN_FLIGHT },
    );
  }
  return rows;
}

/** Has each row name its bucket once more, by what is known now. Returns those that are still not well. */
function nameAnew(rows: readonly UserRow[], suspects: Suspects, inventory: BucketInventory): UserRow[] {
  const forget = (userId: string, uri = '') => {
    const bucket = inventory.get(bucketOfUri(uri) ?? '');
    if (bucket?.namedBy === userId) bucket.namedBy = undefined;
  };
  for (const [userId, uri] of suspects) forget(userId, uri);
  for (const { userId, uri } of rows) forget(userId, uri);
  return rows.filter((row) => isSuspicious(row, inventory));
}

/** Looks at each bucket of which it is not clear whether it is there and what it is tagged with. */
async function lookAgain(
  on: OnStack,
  rows: readonly UserRow[],
  inventory: BucketInventory,
  { onStep, signal }: SurveyOptions,
): Promise<Map<string, BucketLook>> {
  const named = rows.flatMap(({ uri = '' }) => bucketOfUri(uri) ?? []);
  const untagged = [...inventory.values()].filter(({ namedBy, tags }) => namedBy === undefined && !isTagged(tags));
  const names = [...new Set([...named, ...untagged.map(({ name }) => name)])];
  const looks = new Map<string, BucketLook>();
  let done = 0;
  await pMap(
    names,
    async (name) => {
      if (signal.aborted) return;
      const look = await lookAtBucket(on, name);
      looks.set(name, look);
      if (inventory.get(name) !== undefined) correct(inventory, name, look);
      onStep('looking at buckets that are not well', ++done, names.length);
    },
    { concurrency: LOOKS_IN_FLIGHT },
  );
  return looks;
}

function correct(inventory: BucketInventory, name: string, look: BucketLook): void {
  switch (look.kind) {
    case 'there':
      inventory.tag(name, look.tags);
      return;
    case 'missing':
      inventory.remove(name);
      return;
    case 'unreadable':
      // What is known of it stays as it is; who has to do with it is told.
      return;
  }
}

function straysOf(inventory: BucketInventory): Map<string, KnownBucket[]> {
  const strays = new Map<string, KnownBucket[]>();
  for (const bucket of inventory.values()) {
    if (bucket.namedBy !== undefined || bucket.tags.owner !== undefined) continue;
    const stem = readBucketName(bucket.name, inventory.naming)?.stem ?? '';
    strays.set(stem, [...(strays.get(stem) ?? []), bucket]);
  }
  return strays;
}

function isNobodys({ namedBy, isPromised, isLate }: KnownBucket): boolean {
  return namedBy === undefined && !isPromised && !isLate;
}

function* batchesOf(userIds: readonly string[]): Generator<string[]> {
  for (let start = 0; start < userIds.length; start += BATCH_SIZE) yield userIds.slice(start, start + BATCH_SIZE);
}

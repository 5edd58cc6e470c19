import { EventBridgeClient, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import pMap from 'p-map';
import { putEvents, putEventsWith, type RefusedEntry, requireBus } from '../aws/event-bridge.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { bucketNaming, isTagged } from '../deployed/user-bucket.ts';
import { usersTable } from '../deployed/users-table.ts';
import { CommandFailure } from '../messages/errors.ts';
import { type Clock, Pace, SYSTEM_CLOCK } from '../time/waiting.ts';
import { watchForUris } from '../users/index.ts';
import { lookAtBucket } from './buckets.ts';
import { type Fix, fixEntry } from './mismatch.ts';

/**
 * What is usual: a light load beside normal sign-ups, with which a hundred thousand users are fixed in half an hour; and the time
 * that a registration may take, which on AWS is two or three seconds.
 */
export const USUAL = { rate: 50, graceSeconds: 5, timeoutSeconds: 60 } as const;

export interface FixOptions {
  /** Events a second. */
  readonly rate: number;
  /** Whether first registrations are sent as new ones, also to subscribers that skip replays. */
  readonly asNew: boolean;
  /** Ends it after the current request. */
  readonly signal: AbortSignal;
  /** Called after each request, with the number of all events so far. */
  readonly onProgress: (events: number) => void;
}

/** What happened to the events that were put before the end or a stop. */
export interface FixResult {
  readonly accepted: readonly Fix[];
  readonly refused: readonly { readonly fix: Fix; readonly reason: string }[];
}

/**
 * Puts the events of fixes on the bus.
 * @throws CommandFailure if the bus does not exist
 */
export async function fix(on: OnStack, fixes: readonly Fix[], options: FixOptions): Promise<FixResult> {
  const { rate, asNew, signal, onProgress } = options;
  const client = on.clients.of(EventBridgeClient);
  const target = { busName: requireOutput(on.stack, 'EventBusName'), region: bucketNaming(on.stack).region, asNew };
  await requireBus(client, target.busName);
  const pace = new Pace(rate);
  return putFixes(fixes, {
    entryOf: (each) => fixEntry(each, target),
    put: (entries) => putEvents(entries, putEventsWith(client)),
    turn: (events) => pace.turn(signal, events),
    onPut: onProgress,
    signal,
  });
}

/** The most entries of one PutEvents request (EventBridge user guide, eb-putevents). */
const MOST_ENTRIES = 10;

export interface PutFixesEffects {
  /** Throws a CommandFailure for a fix that is not a valid event. */
  readonly entryOf: (fix: Fix) => PutEventsRequestEntry;
  /** Puts a few entries on the bus, and returns those that it refused. */
  readonly put: (entries: readonly PutEventsRequestEntry[]) => Promise<readonly RefusedEntry[]>;
  /** Waits for the turn of this many events. */
  readonly turn: (events: number) => Promise<void>;
  readonly onPut: (events: number) => void;
  readonly signal: AbortSignal;
}

/** Puts events on the bus, a request at a time. A fix that is not a valid event is refused; the others are put. */
export async function putFixes(fixes: readonly Fix[], effects: PutFixesEffects): Promise<FixResult> {
  const { put, turn, onPut, signal } = effects;
  const accepted: Fix[] = [];
  const refused: { fix: Fix; reason: string }[] = [];
  for (let start = 0; start < fixes.length && !signal.aborted; start += MOST_ENTRIES) {
    const some = fixes.slice(start, start + MOST_ENTRIES);
    await turn(some.length);
    if (signal.aborted) break;
    const valid: { fix: Fix; entry: PutEventsRequestEntry }[] = [];
    for (const each of some) {
      try {
        valid.push({ fix: each, entry: effects.entryOf(each) });
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        refused.push({ fix: each, reason: error.message });
      }
    }
    const refusals = valid.length > 0 ? await put(valid.map(({ entry }) => entry)) : [];
    const reasons = new Map(refusals.map(({ index, code, message }) => [index, `${code}: ${message}`]));
    for (const [index, { fix: each }] of valid.entries()) {
      const reason = reasons.get(index);
      if (reason === undefined) accepted.push(each);
      else refused.push({ fix: each, reason });
    }
    onPut(accepted.length + refused.length);
  }
  return { accepted, refused };
}

export interface WaitOptions {
  /** Seconds to wait for the next fix; the time starts again each time one is done. */
  readonly timeout: number;
  readonly clock?: Clock;
  /** Called when one is done. */
  readonly onDone: () => void;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

const LOOKS_IN_FLIGHT = 8;

/**
 * Waits until the users' rows hold their URI, and buckets that were lost, or lacked tags, are complete.
 * @returns the users that are not fixed in time; undefined if `signal` was aborted
 */
export async function waitForFixes(
  on: OnStack,
  fixes: readonly Fix[],
  options: WaitOptions,
): Promise<string[] | undefined> {
  const { timeout, signal, onDone, clock = SYSTEM_CLOCK } = options;
  const byUser = new Map(fixes.map((each) => [each.userId, each]));
  const late = await watchForUris(byUser.keys(), {
    readUris: (userIds) => readDone(on, userIds, byUser),
    onUri: onDone,
    timeoutMs: timeout * 1000,
    clock,
    signal,
  });
  return signal.aborted && late.length > 0 ? undefined : late;
}

/** The URIs of those users who are fixed. */
async function readDone(
  on: OnStack,
  userIds: readonly string[],
  fixes: ReadonlyMap<string, Fix>,
): Promise<Map<string, string>> {
  const rows = await usersTable(on).readRows(userIds);
  const done = new Map(rows.flatMap(({ userId, uri }) => (uri === undefined ? [] : [[userId, uri]])));
  // The bucket of a first registration exists, with its tags, before the URI is written; others had a URI all along.
  const withUri = [...done.keys()].flatMap((userId) => fixes.get(userId) ?? []);
  const toCheck = withUri.filter(
    ({ event, isFirst, restores }) => (event === 'UserRegistered' && !isFirst) || restores !== undefined,
  );
  const check = async ({ userId, bucket, restores }: Fix) => {
    const look = await lookAtBucket(on, restores ?? bucket);
    const isRestored = restores === undefined || (look.kind === 'there' && look.tags.retirement === undefined);
    if (look.kind !== 'there' || !isTagged(look.tags) || !isRestored) done.delete(userId);
  };
  await pMap(toCheck, check, { concurrency: LOOKS_IN_FLIGHT });
  return done;
}

import type { EventArchive } from '../deployed/archive.ts';
import type { OnStack } from '../deployed/stack.ts';
import { type Envelope, eventsSession, readArchive, removeOldLeftovers } from '../events/index.ts';
import { numberText } from '../messages/display.ts';
import { CommandFailure, UsageError } from '../messages/errors.ts';
import { fieldsOf } from '../messages/json-fields.ts';
import type { Window } from '../time/time.ts';
import { type ChosenEvent, effectKnownBy, withoutDone } from './done-events.ts';
import { findReceivers, type Receiver, type ReceiverChoice } from './plan.ts';

/** Which events of an archive subscribers get, one by one: AWS's own replay sends all that a rule matches. */
export interface EventChoice extends ReceiverChoice {
  /** Only events of these users, by `data.userId`. @default all */
  readonly users?: readonly string[] | undefined;
  /** Leaves out events whose effect is there, where that can be known. */
  readonly notDone?: boolean | undefined;
  /** Includes subscribers that skip replays; they must be named. */
  readonly includeSkipped?: boolean | undefined;
}

/** Whether a choice needs that the archive is read: AWS's own replay cannot do it. @param choice `rate` is in events a second */
export function needsReading({
  users,
  rate,
  notDone,
  includeSkipped,
}: Pick<EventChoice, 'users' | 'notDone' | 'includeSkipped'> & { readonly rate?: number | undefined }): boolean {
  return users !== undefined || rate !== undefined || notDone === true || includeSkipped === true;
}

/** A chosen subscriber, and what it gets. */
export interface ChosenReceiver extends Receiver {
  /** Whether its rule skips replays, and it was named to get one all the same. */
  readonly isIncluded: boolean;
  /** By time. */
  readonly events: readonly ChosenEvent[];
  /** How many are left out, because their effect is there. */
  readonly done: number;
  /** How that is known, such as `the user's row has a URI`. @default - it cannot be known, or was not asked */
  readonly doneBy?: string;
}

/** What a replay of chosen events would do. */
export interface ChosenPlan {
  readonly name: string;
  readonly window: Window;
  readonly archive: EventArchive;
  readonly receivers: readonly ChosenReceiver[];
  /** Whether events are left out whose effect is there. */
  readonly notDone: boolean;
}

interface PlanOptions {
  readonly name: string;
  readonly window: Window;
  /** The most events that may be chosen, for all subscribers together. @default {@link MOST_CHOSEN} */
  readonly most?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ChosenProgress) => void;
}

export type ChosenProgress =
  /** So many minutes of the window are scanned for a subscriber. */
  | { readonly kind: 'scanned'; readonly subscriber: string; readonly minutes: number; readonly totalMinutes: number }
  /** So many events were looked at, whether their effect is there. */
  | { readonly kind: 'looked at'; readonly subscriber: string; readonly events: number; readonly totalEvents: number }
  /** What an earlier run had left behind was removed, or could not be, in words. */
  | { readonly kind: 'removed'; readonly text: string }
  /** A temporary rule, queue or replay could not be removed. */
  | { readonly kind: 'left-behind'; readonly name: string; readonly problem: string };

/** They are held in memory, some 700 bytes each. */
export const MOST_CHOSEN = 100_000;

/**
 * Reads the events that subscribers would get, by a temporary rule and queue for each: its rule has the conditions of the
 * subscriber's own rule, so that it decides as that one would. Both are removed, however this ends. Sends nothing.
 * @returns undefined if the signal was aborted
 * @throws UsageError for a choice that fits no subscriber; CommandFailure if the archive cannot be read, or too much is chosen
 */
export async function planChosenReplay(
  on: OnStack,
  choice: EventChoice,
  options: PlanOptions,
): Promise<ChosenPlan | undefined> {
  const { includeSkipped = false, allSubscribers = false, notDone = false } = choice;
  if (includeSkipped && allSubscribers) {
    throw new UsageError('name the subscribers that skip replays and get this one: --to-subscriber NAME');
  }
  const { name, window, signal, onProgress, most = MOST_CHOSEN } = options;
  const { archive, receivers: found } = await findReceivers(on, choice);
  const swept = await removeOldLeftovers(eventsSession(on));
  if (swept !== undefined) onProgress({ kind: 'removed', text: swept });
  const receivers: ChosenReceiver[] = [];
  let room = most;
  for (const { pattern, ...receiver } of found) {
    const isIncluded = includeSkipped && receiver.hindrance === 'its rule skips replays';
    const { hindrance, ...reachable } = receiver;
    if (hindrance !== undefined && !isIncluded) {
      receivers.push({ ...receiver, isIncluded, events: [], done: 0 });
      continue;
    }
    const matched = await readMatched(
      on,
      { archive, pattern, subscriber: receiver.subscriber.name, choice, room },
      options,
    );
    if (signal.aborted) return undefined;
    room -= matched.length;
    const left = notDone ? await leaveOutDone(on, receiver, matched, options) : { events: matched, done: 0 };
    if (signal.aborted) return undefined;
    receivers.push({ ...reachable, isIncluded, ...left });
  }
  return { name, window, archive, receivers, notDone };
}

interface Reading {
  readonly archive: EventArchive;
  /** Of the subscriber's rule. */
  readonly pattern: object;
  readonly subscriber: string;
  readonly choice: EventChoice;
  /** The most events. */
  readonly room: number;
}

/** The events that a subscriber's rule matches, by time. */
async function readMatched(
  on: OnStack,
  { archive, pattern, subscriber, choice, room }: Reading,
  { name, window, signal, onProgress, most = MOST_CHOSEN }: PlanOptions,
): Promise<ChosenEvent[]> {
  const { users = [] } = choice;
  const session = eventsSession(on, {
    filter: { pattern: narrowed(pattern, users) },
    signal,
    onProgress: (progress) => {
      if (progress.kind === 'scanned') onProgress({ ...progress, subscriber });
      else if (progress.kind === 'left-behind') onProgress(progress);
    },
  });
  const wanted = new Set<unknown>(users);
  const show = ({ time, detail }: Envelope, text: string): ChosenEvent | undefined => {
    const userId = detail.data?.userId;
    if (wanted.size > 0 && !wanted.has(userId)) return undefined;
    return { at: Date.parse(time), body: `${text.slice(0, -1)},"replay-name":${JSON.stringify(name)}}` };
  };
  const events: ChosenEvent[] = [];
  for await (const batch of readArchive(session, { archive, window, show })) {
    events.push(...batch);
    if (events.length <= room) continue;
    throw new CommandFailure(
      `more than ${numberText(most)} events are chosen, the most that one run can hold; choose a shorter window, or fewer users`,
    );
  }
  return events;
}

/** Characters that a pattern may have (EventBridge user guide, eb-quota: 2048, which can be raised). */
const MOST_CHARACTERS = 2048;

/** Leaves space for what the temporary rule adds. */
const ADDED_CHARACTERS = 200;

/**
 * The pattern of a rule for events of some users alone. What does not fit into a pattern is left to who reads the events: many
 * users, or a rule that has a condition on the user already.
 */
export function narrowed(pattern: object, users: readonly string[]): object {
  const detail = fieldsOf(fieldsOf(pattern).detail);
  const data = fieldsOf(detail.data);
  if (users.length === 0 || data.userId !== undefined) return pattern;
  const narrow = { ...pattern, detail: { ...detail, data: { ...data, userId: users } } };
  return JSON.stringify(narrow).length + ADDED_CHARACTERS <= MOST_CHARACTERS ? narrow : pattern;
}

async function leaveOutDone(
  on: OnStack,
  { subscriber: { name: subscriber } }: Receiver,
  matched: readonly ChosenEvent[],
  { signal, onProgress }: PlanOptions,
): Promise<Pick<ChosenReceiver, 'events' | 'done' | 'doneBy'>> {
  const doneBy = effectKnownBy(subscriber);
  if (doneBy === undefined) return { events: matched, done: 0 };
  const onLook = (events: number) => onProgress({ kind: 'looked at', subscriber, events, totalEvents: matched.length });
  const events = await withoutDone(on, subscriber, matched, { signal, onLook });
  return { events, done: matched.length - events.length, doneBy };
}

/** All events of a plan. */
export function chosenEvents({ receivers }: Pick<ChosenPlan, 'receivers'>): number {
  return receivers.reduce((sum, { events }) => sum + events.length, 0);
}

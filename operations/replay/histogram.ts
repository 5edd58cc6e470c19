import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type EventArchive, findArchive } from '../deployed/archive.ts';
import type { OnStack } from '../deployed/stack.ts';
import { findSubscribers } from '../deployed/subscribers.ts';
import type { Window } from '../time/time.ts';
import { archivedEvents, firstArchivedAt, isUnlisted, matchedEventsByTime } from './event-counts.ts';

/** How many events an archive got over time. */
export interface ArchiveHistogram {
  readonly archive: EventArchive;
  /** Milliseconds since the Unix epoch; whole bins. */
  readonly window: Window;
  readonly binMs: number;
  /** Events of each bin, in their order. */
  readonly bins: readonly number[];
  /**
   * Whether they are the archive's events. Otherwise they are events that the subscribers' rules matched, by CloudWatch: an
   * event that two rules matched counts twice, and what was replayed counts again.
   */
  readonly isExact: boolean;
}

/** Lengths of a bin, in milliseconds, that people read well. The first three are too short for CloudWatch. */
const BINS = [1, 5, 15, 60, 300, 900, 3600, 10_800, 21_600, 86_400, 604_800].map((seconds) => seconds * 1000);
const SHORTEST_ON_AWS_MS = 60_000;

/** Enough to see, and few enough to be distinct. */
const MOST_BINS = 120;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface HistogramOptions {
  /** How far back, in milliseconds. @default all of the archive; where it cannot be listed, a day */
  readonly spanMs?: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Ends it early; it is not whole then. */
  readonly signal: AbortSignal;
}

/**
 * Counts the events of the stack's archive over time. AWS has no call to read an archive: there it has CloudWatch's numbers of
 * what the rules matched.
 * @throws CommandFailure if there is no archive
 */
export async function readHistogram(on: OnStack, { spanMs, now, signal }: HistogramOptions): Promise<ArchiveHistogram> {
  const { clients, stack } = on;
  const archive = await findArchive(clients.of(EventBridgeClient), stack);
  const logs = clients.of(CloudWatchLogsClient);
  try {
    const from = spanMs === undefined ? await firstArchivedAt(logs, archive.name) : now - spanMs;
    const frame = frameOf({ from: Math.min(from ?? now, now - MINUTE_MS), to: now }, 0);
    const bins = emptyBins(frame);
    for await (const page of archivedEvents(logs, archive.name, frame.window)) {
      for (const { at } of page) addTo(bins, frame, at, 1);
      if (signal.aborted) break;
    }
    return { archive, ...frame, bins, isExact: true };
  } catch (error) {
    if (!isUnlisted(error)) throw error;
  }
  const frame = frameOf({ from: now - (spanMs ?? DAY_MS), to: now }, SHORTEST_ON_AWS_MS);
  const bins = emptyBins(frame);
  const ruleArns = findSubscribers(stack).map(({ ruleArn }) => ruleArn);
  const matched = await matchedEventsByTime(clients.of(CloudWatchClient), ruleArns, frame);
  for (const { at, events } of matched) addTo(bins, frame, at, events);
  return { archive, ...frame, bins, isExact: false };
}

type Frame = Pick<ArchiveHistogram, 'window' | 'binMs'>;

/** A window of whole bins around another one. */
function frameOf({ from, to }: Window, shortestMs: number): Frame {
  const longest = BINS.at(-1) ?? DAY_MS;
  const binMs = BINS.find((ms) => ms >= shortestMs && (to - from) / ms <= MOST_BINS) ?? longest;
  return { window: { from: Math.floor(from / binMs) * binMs, to: Math.floor(to / binMs + 1) * binMs }, binMs };
}

function emptyBins({ window, binMs }: Frame): number[] {
  return Array.from({ length: Math.round((window.to - window.from) / binMs) }, () => 0);
}

function addTo(bins: number[], { window, binMs }: Frame, at: number, events: number): void {
  const index = Math.floor((at - window.from) / binMs);
  if (index >= 0 && index < bins.length) bins[index] = (bins[index] ?? 0) + events;
}

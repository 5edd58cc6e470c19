import { SQSClient } from '@aws-sdk/client-sqs';
import { readSubscriberDepths } from '../deployed/queue-depth.ts';
import type { OnStack } from '../deployed/stack.ts';
import { findSubscribers } from '../deployed/subscribers.ts';
import { UsageError } from '../messages/errors.ts';
import { formatDuration } from '../time/time.ts';
import { type Clock, SYSTEM_CLOCK } from '../time/waiting.ts';
import { LabFunctions } from './functions.ts';
import { callLab, readEngine } from './lab-api.ts';

/** What a skip would do. */
export interface SkipPreview {
  readonly ms: number;
  /** The engine's time before and after it, in milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
  /** Invocations that run now, by subscriber; the skip waits for them, unless they take too long. */
  readonly running: readonly { readonly subscriber: string; readonly invocations: number }[];
  /** Messages that wait in queues of subscribers, those that wait for their next attempt included. */
  readonly waiting: readonly { readonly subscriber: string; readonly messages: number }[];
  /** What else the time has an effect on. */
  readonly notes: readonly string[];
}

export interface SkipResult {
  readonly ms: number;
  /** The engine's time after it. */
  readonly now: number;
  /** By how much the engine is ahead of the machine. */
  readonly skippedMs: number;
  /** Invocations that still ran: the skip may have ended them by their timeout. */
  readonly running: number;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_DAYS = 366;

/** Reads how much time to skip, such as `61s`, `15m`, `2h` or `1d`, as milliseconds. @throws UsageError */
export function parseSkip(text: string): number {
  const [, number, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? 0);
  if (ms > 0 && ms <= LONGEST_DAYS * 86_400_000) return ms;
  throw new UsageError(
    `the time to skip must be a span such as 61s, 15m, 2h or 1d, of ${LONGEST_DAYS} days at most; got ${text}`,
  );
}

/** What other parts of the pipeline make of time, in the order of their limits. */
const LIMITS: readonly (readonly [ms: number, note: string])[] = [
  [86_400_000, 'the stream of the table keeps records for 24 hours: older ones are gone for the pipe'],
  [14 * 86_400_000, 'dead-letter queues keep messages for 14 days: older ones are gone'],
];

/** Says what a skip would do; changes nothing. @throws UsageError on AWS */
export async function previewSkip(on: OnStack, ms: number): Promise<SkipPreview> {
  const [{ now, functions, canSkip }, names, depths] = await Promise.all([
    readEngine(on),
    LabFunctions.read(on),
    readSubscriberDepths(on.clients.of(SQSClient), findSubscribers(on.stack)),
  ]);
  if (!canSkip) throw new UsageError('the clock that this engine was started with cannot skip time');
  return {
    ms,
    from: now,
    to: now + ms,
    running: functions
      .filter(({ running }) => running > 0)
      .map(({ name, running }) => ({ subscriber: names.subscriber(name), invocations: running })),
    waiting: depths
      .filter(({ waiting }) => waiting > 0)
      .map(({ subscriber, waiting }) => ({ subscriber, messages: waiting })),
    notes: LIMITS.filter(([limit]) => ms >= limit).map(([, note]) => note),
  };
}

/** The preview in lines for people. */
export function skipLines({ ms, running, waiting, notes }: SkipPreview): string[] {
  const messages = waiting.map(({ subscriber, messages }) => `${messages} for ${subscriber}`);
  const invocations = running.map(({ subscriber, invocations }) => `${invocations} of ${subscriber}`);
  return [
    `The engine's clock moves ${formatDuration(ms)} forward, and everything that becomes due happens at once.`,
    messages.length === 0
      ? 'No message waits in the queues of subscribers.'
      : `Messages that wait, or wait for their next attempt: ${messages.join(', ')}.`,
    ...(invocations.length === 0
      ? []
      : [`Running invocations: ${invocations.join(', ')}. The skip waits for them, since it would time them out.`]),
    ...notes.map((note) => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`),
  ];
}

export interface SkipOptions {
  readonly signal: AbortSignal;
  /** Whether to wait until no function works. @default true */
  readonly waits?: boolean;
  readonly clock?: Clock;
}

/** How long a skip waits for running invocations, and how often it looks, in milliseconds. */
const MOST_WAITING_MS = 10_000;
const LOOK_MS = 50;

/**
 * Skips time, when no function works: a running invocation would time out.
 * @returns undefined if it was stopped before
 * @throws UsageError on AWS, and for a clock that cannot skip
 */
export async function skipTime(
  on: OnStack,
  ms: number,
  { signal, waits = true, clock = SYSTEM_CLOCK }: SkipOptions,
): Promise<SkipResult | undefined> {
  const until = clock.now() + (waits ? MOST_WAITING_MS : 0);
  let running = await runningIn(on);
  while (running > 0 && clock.now() < until && !signal.aborted) {
    await clock.pause(LOOK_MS, signal);
    running = await runningIn(on);
  }
  if (signal.aborted) return undefined;
  const skipped = await callLab<Pick<SkipResult, 'now' | 'skippedMs'>>(on, '/clock/skip', {
    method: 'POST',
    body: { ms },
  });
  return { ms, ...skipped, running };
}

async function runningIn(on: OnStack): Promise<number> {
  const { functions } = await readEngine(on);
  return functions.reduce((sum, { running }) => sum + running, 0);
}

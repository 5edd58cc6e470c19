import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { explainAwsError } from '../../../operations/aws/aws-failure.ts';
import { findArchive, LATE_EVENTS } from '../../../operations/deployed/archive.ts';
import { type OnStack, onStack, requireOutput, type TargetOptions } from '../../../operations/deployed/stack.ts';
import { tail } from '../../../operations/events/follow-events.ts';
import { removeLeftovers } from '../../../operations/events/leftovers.ts';
import { readArchive } from '../../../operations/events/read-archive.ts';
import { AWS_DELAYS, type EventsSession, LOCAL_DELAYS } from '../../../operations/events/session.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { formatTime, parseWindow, type Window } from '../../../operations/time/time.ts';
import { endInterrupted, stopRequest } from '../../output/interruption.ts';
import { note } from '../../output/output.ts';
import { eventLine } from './event-line.ts';
import { type EventOutput, eventOutput } from './event-output.ts';

export interface EventsOptions extends TargetOptions {
  readonly from?: string;
  readonly to?: string;
  readonly type?: string;
  readonly user?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** What is shown where nobody says from when. */
const DEFAULT_FROM = '1h';

/**
 * Shows events of the bus: those of the archive, those that come from now on, or both.
 * @throws UsageError for times that cannot be; CommandFailure if events cannot be read
 */
export async function events(options: EventsOptions): Promise<void> {
  const window = windowOf(options, Date.now());
  await onStack(options, async (on) => {
    const stop = stopRequest();
    const output = eventOutput(process.stdout);
    try {
      await show(on, options, window, output, AbortSignal.any([stop.signal, output.signal]));
      if (stop.signal.aborted) endInterrupted();
    } finally {
      output.done();
      stop.done();
    }
  });
}

/** The window of the history that is wanted; undefined for none. */
function windowOf({ from, to, follow = false }: EventsOptions, now: number): Window | undefined {
  if (to !== undefined && from === undefined) throw new UsageError('--to needs a --from, such as --from 2h');
  if (follow && from === undefined) return undefined;
  return parseWindow({ from: from ?? DEFAULT_FROM, ...(to !== undefined && { to }) }, now);
}

async function show(
  on: OnStack,
  options: EventsOptions,
  window: Window | undefined,
  output: EventOutput,
  signal: AbortSignal,
): Promise<void> {
  const { type, user, follow = false, json = false } = options;
  const session: EventsSession = {
    on,
    bus: { busName: requireOutput(on.stack, 'EventBusName'), busArn: requireOutput(on.stack, 'EventBusArn') },
    filter: { ...(type !== undefined && { type }), ...(user !== undefined && { userId: user }) },
    delays: 'endpoint' in on.target ? LOCAL_DELAYS : AWS_DELAYS,
    signal,
    now: Date.now,
    note: (text) => note(`${text}\n`),
  };
  await removeOldLeftovers(session);
  const archive = window && (await findArchive(on.clients.of(EventBridgeClient), on.stack));
  const history = archive && window && { archive, window };
  if (history) noteHistory(session, history.window);
  const shown = follow
    ? tail(session, history ? { history: { archive: history.archive, from: history.window.from } } : {})
    : history && readArchive(session, history);
  let count = 0;
  for await (const batch of shown ?? []) {
    for (const event of batch) output.write(json ? `${JSON.stringify(event)}\n` : eventLine(event));
    count += batch.length;
  }
  if (count === 0 && history && !signal.aborted) session.note(nothingIn(history.window));
}

function nothingIn({ from, to }: Window): string {
  return `The archive has no such event from ${formatTime(from)} to ${formatTime(to)}. Look further back with --from, such as --from 7d.`;
}

function noteHistory({ note, delays, now }: EventsSession, { to }: Window): void {
  if (delays.archiveMs === 0) return;
  note(
    'Replaying from the archive to a temporary rule, which no subscriber sees. The first event takes about a minute.',
  );
  if (now() - to < delays.archiveMs) note(LATE_EVENTS);
}

/** Failing at this is no reason to show nothing. */
async function removeOldLeftovers({ on, bus, note, now }: EventsSession): Promise<void> {
  try {
    const removed = await removeLeftovers(on.clients, bus, now());
    if (removed.length > 0) note(`Removed what an earlier run had left behind: ${removed.join(', ')}.`);
  } catch (error) {
    const { message } = explainAwsError(error, on.target) as Error;
    note(`What earlier runs may have left behind cannot be removed: ${message}`);
  }
}

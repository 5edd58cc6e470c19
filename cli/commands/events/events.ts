import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { askTime } from '../../../operations/aws/pipeline-time.ts';
import { findArchive, LATE_EVENTS } from '../../../operations/deployed/archive.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import {
  type Envelope,
  type EventsSession,
  eventsSession,
  followEvents,
  readArchive,
  removeOldLeftovers,
} from '../../../operations/events/index.ts';
import { displayId, padToWidth } from '../../../operations/messages/display.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { formatTime, parseWindow, type Window } from '../../../operations/time/time.ts';
import { keepNewSpaceSmall } from '../../heap.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { jsonLine, note, printLines } from '../../output/output.ts';
import type { EventsOptions } from './command.ts';
import { EventsProgressLine } from './progress-line.ts';

const DEFAULT_FROM = '1h';

/**
 * Shows events of the bus: those of the archive, those that come from now on, or both.
 * @throws UsageError for impossible times; CommandFailure if events cannot be read
 */
export async function events(options: EventsOptions): Promise<void> {
  const window = windowOf(options, await askTime(options));
  keepNewSpaceSmall();
  await onStack(options, (on) =>
    stoppable(async (stop) => {
      const output = eventOutput(process.stdout);
      try {
        await show(on, options, window, output, AbortSignal.any([stop, output.signal]));
        if (stop.aborted) endInterrupted();
      } finally {
        output.done();
      }
    }),
  );
}

/** The window of the past events to show; undefined for none. */
function windowOf({ from, to, follow }: EventsOptions, now: number): Window | undefined {
  if (to !== undefined && from === undefined) throw new UsageError('--to needs a --from, such as --from 2h');
  if (follow && from === undefined) return undefined;
  return parseWindow({ from: from ?? DEFAULT_FROM, ...(to !== undefined && { to }) }, now);
}

async function show(
  on: OnStack,
  { type, user, follow, json }: EventsOptions,
  window: Window | undefined,
  output: EventOutput,
  signal: AbortSignal,
): Promise<void> {
  const progress = new EventsProgressLine();
  const filter = { ...(type !== undefined && { type }), ...(user !== undefined && { userId: user }) };
  const session = eventsSession(on, { filter, signal, onProgress: (step) => progress.show(step) });
  const removed = await removeOldLeftovers(session);
  if (removed !== undefined) note(`${removed}\n`);
  const archive = window && (await findArchive(on.clients.of(EventBridgeClient), on.stack));
  const history = archive && window && { archive, window };
  if (history) noteHistory(session, history.window);
  const lineOf = json ? jsonLine : eventLine;
  const lines = follow
    ? followEvents(session, {
        show: lineOf,
        ...(history && { history: { archive: history.archive, from: history.window.from } }),
      })
    : history && readArchive(session, { ...history, show: lineOf });
  let count = 0;
  try {
    for await (const batch of lines ?? []) {
      if (batch.length > 0) progress.clear();
      await output.write(batch);
      count += batch.length;
    }
  } finally {
    progress.clear();
  }
  if (count > 0 || !history || signal.aborted) return;
  const { from, to } = history.window;
  note(
    `The archive has no such event from ${formatTime(from)} to ${formatTime(to)}. For older events use --from, such as --from 7d.\n`,
  );
}

function noteHistory({ delays, now }: EventsSession, { to }: Window): void {
  if (delays.archiveMs === 0) return;
  note('Replaying the archive to a temporary rule; no subscriber gets the events. It takes about a minute to begin.\n');
  if (now() - to < delays.archiveMs) note(`${LATE_EVENTS}\n`);
}

/** Where events are written, and whether there is still a reader. */
interface EventOutput {
  /** Resolves when the reader can take more. */
  write(lines: readonly string[]): Promise<void>;
  /** Aborted when the reader has closed the stream, such as `head` when it has enough. */
  readonly signal: AbortSignal;
  /** Leaves the stream as it was. */
  done(): void;
}

/** @throws the stream's error, if it is another than that of a closed pipe */
function eventOutput(stream: NodeJS.WriteStream): EventOutput {
  const closed = new AbortController();
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed.abort();
  };
  stream.on('error', onError);
  return {
    write: async (lines) => {
      try {
        await printLines(lines, closed.signal);
      } catch (error) {
        if (!closed.signal.aborted) throw error;
      }
    },
    signal: closed.signal,
    done: () => stream.off('error', onError),
  };
}

const TYPE_COLUMNS = 14;
/** A UUID, the id of most users, fits. */
const USER_COLUMNS = 36;
const SOURCE_COLUMNS = 14;

/** One line of a terminal: time, type, user, source, event id and replay. */
export function eventLine(event: Envelope): string {
  const { time, 'detail-type': type, source, detail, 'replay-name': replay } = event;
  const userId = text(detail.data?.userId);
  const eventId = text(detail.metadata?.eventId) || event.id;
  const cells = [
    displayId(time),
    padToWidth(displayId(type), TYPE_COLUMNS),
    padToWidth(displayId(userId), USER_COLUMNS),
    padToWidth(displayId(source), SOURCE_COLUMNS),
    displayId(eventId, 64),
    ...(replay === undefined ? [] : [`replay ${displayId(replay, 64)}`]),
  ];
  return `${cells.join('  ')}\n`;
}

/** An event of another system may hold anything. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

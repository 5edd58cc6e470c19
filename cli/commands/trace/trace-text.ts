import { displayId, visible } from '../../../operations/messages/display.ts';
import { formatDuration, formatTime } from '../../../operations/time/time.ts';
import type { Registration } from '../../../operations/trace/hops.ts';
import { type OpenEnd, openEndsOf } from '../../../operations/trace/open-ends.ts';
import type { UnreadLog } from '../../../operations/trace/read-function-logs.ts';
import { columns } from '../../output/output.ts';
import { describeHop, spanText } from './hop-text.ts';

/** The user's row as it is now. */
export interface RowState {
  readonly exists: boolean;
  readonly uri?: string;
}

export interface Trace {
  readonly userId: string;
  readonly row: RowState;
  /** In the order in which they began. */
  readonly registrations: readonly Registration[];
  /** Whether the local engine's journal was read. */
  readonly hasJournal: boolean;
  /** Subscribers whose logs were read. */
  readonly logsOf: readonly string[];
  /** Logs that may not be read. */
  readonly unread: readonly UnreadLog[];
}

interface TextProps {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** A command of this CLI in full, by its words. */
  readonly commandOf: (words: string) => string;
}

/** A trace for people: a block for each registration, and where all that came from. */
export function traceText(trace: Trace, props: TextProps): string {
  const blocks = trace.registrations.map((registration, index) => {
    const isLast = index === trace.registrations.length - 1;
    return `${headingOf(registration)}\n${hopLines(registration)}${endingOf(registration, trace, isLast, props)}`;
  });
  return `${[...blocks, sourcesOf(trace)].join('\n')}\n`;
}

/** A trace for machines; times are in ISO 8601, UTC. */
export function traceJson({ registrations, ...trace }: Trace, commandOf: TextProps['commandOf']): object {
  const withTime = ({ at, ...hop }: { readonly at: number }) => ({ at: new Date(at).toISOString(), ...hop });
  return {
    ...trace,
    registrations: registrations.map((registration) => ({
      correlationId: registration.correlationId,
      hops: registration.hops.map((hop) => withTime(hop)),
      openEnds: openEndsOf(registration).map(({ kind, since, text, command }) => ({
        kind,
        since: new Date(since).toISOString(),
        text,
        ...(command !== undefined && { command: commandOf(command) }),
      })),
    })),
  };
}

/**
 * What to say of a user of whom nothing is known.
 * @param from milliseconds since the Unix epoch of the earliest that was looked at; 0 for everything
 */
export function noTraceText({ userId, row, unread }: Trace, from: number, commandOf: TextProps['commandOf']): string {
  const reasons = unreadTexts(unread).map((text) => `; ${text}`);
  const told = `no trace of ${displayId(userId)}${from === 0 ? '' : ` since ${formatTime(from)}`}${reasons.join('')}`;
  if (!row.exists) return `${told}; it has no row`;
  if (row.uri !== undefined) return `${told}; its row is there, with ${displayId(row.uri, 80)}`;
  return `${told}; its row is there, without URI; ${commandOf('doctor')} tells what may be wrong`;
}

function headingOf({ correlationId }: Registration): string {
  return correlationId === undefined
    ? 'Of a registration from before what is known:'
    : `Registration ${displayId(correlationId, 80)}:`;
}

function hopLines({ hops }: Registration): string {
  const started = hops[0]?.at ?? 0;
  const time = (at: number, index: number) => (index === 0 ? new Date(at).toISOString() : `+${spanText(at - started)}`);
  const rows = hops.map((hop, index) => ['', time(hop.at, index), ...describeHop(hop)]);
  return columns(rows);
}

function endingOf(registration: Registration, { row }: Trace, isLast: boolean, props: TextProps): string {
  const ends = openEndsOf(registration);
  if (ends.length > 0) return `Still open:\n${ends.map((end) => `  ${openEndText(end, props)}\n`).join('')}`;
  const wasRemoved = registration.hops.some((hop) => hop.hop === 'row' && hop.change === 'removed');
  if (!isLast || wasRemoved) return 'Done.\n';
  if (row.uri !== undefined) return `Done: its row holds ${displayId(row.uri, 80)}\n`;
  if (!row.exists) return 'Done, and its row is gone.\n';
  return `All of this is done, but its row holds no URI: ${props.commandOf('reconcile --fix')}\n`;
}

function openEndText({ text, since, command }: OpenEnd, { now, commandOf }: TextProps): string {
  const told = `${displayId(text, 400)}, since ${formatTime(since)} (${formatDuration(now - since)})`;
  return command === undefined ? told : `${told}: ${visible(commandOf(command))}`;
}

function sourcesOf({ unread, ...trace }: Trace): string {
  return [readText(trace), ...unreadTexts(unread).map((text) => `Left out: ${text}.`)].join('\n');
}

function unreadTexts(unread: readonly UnreadLog[]): string[] {
  return unread.map(
    ({ subscriber, problem }) => `the log of ${displayId(subscriber)} may not be read: ${displayId(problem, 400)}`,
  );
}

function readText({ hasJournal, logsOf }: Pick<Trace, 'hasJournal' | 'logsOf'>): string {
  const logs = logsOf.length > 0 ? [`the logs of ${listed(logsOf)}`] : [];
  if (hasJournal) return `Read from ${listed(["the engine's journal", ...logs])}.`;
  const left = 'What happens between them no API of AWS tells: it is left out.';
  return logs.length > 0 ? `Read from ${listed(logs)}. ${left}` : 'No log could be read.';
}

function listed(names: readonly string[]): string {
  const shown = names.map(visible);
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}

import { askTime, timeAt } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { identityOf, onStack } from '../../../operations/deployed/stack.ts';
import { displayId, visible } from '../../../operations/messages/display.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { formatDuration, formatTime, parseTime } from '../../../operations/time/time.ts';
import {
  describeHop,
  endingOf,
  kindOf,
  type OpenEnd,
  openEndsOf,
  remedyOf,
  spanText,
  type TracedRegistration,
  traceUser,
  type UnreadLog,
  type UserTrace,
} from '../../../operations/trace/index.ts';
import { checkUserIds } from '../../../operations/users/index.ts';
import { findConsole, openInBrowser } from '../../console-address.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';
import type { TraceOptions } from './command.ts';

/**
 * Shows what happened to a user's registrations, hop by hop.
 * @throws UsageError before any call; CommandFailure if there is no trace of the user
 */
export async function trace(userId: string, options: TraceOptions): Promise<void> {
  checkUserIds([userId]);
  const from = earliestOf(options, await askTime(options));
  const address = options.open
    ? await onStack(options, ({ stack }) => findConsole(options, identityOf(stack)))
    : undefined;
  const commandOf = (words: string) => pipelineCommand(words, options);
  const progress = new Progress({ label: 'searches of logs' });
  const { found, now } = await onStack(options, async (on) => {
    const traced = await traceUser(on, userId, from, () => progress.advance());
    return { found: traced, now: timeAt(on.target) };
  }).finally(() => progress.clear());
  if (found.registrations.length === 0) throw new CommandFailure(noTraceText(found, from, commandOf));
  print(options.json ? jsonLine(traceJson(found, commandOf)) : traceText(found, { now, commandOf }));
  if (address === undefined) return;
  const page = `${address}/user?${new URLSearchParams({ id: userId })}`;
  note(`See it live: ${page}\n`);
  openInBrowser(page);
}

/** Milliseconds since the Unix epoch. */
function earliestOf({ since }: TraceOptions, now: number): number {
  if (since === undefined) return 0;
  const from = parseTime(since, now, '--since');
  if (from > now) throw new UsageError(`--since is in the future: ${formatTime(from)}; it is ${formatTime(now)} now`);
  return from;
}

interface TextProps {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** A command of this CLI in full, by its words. */
  readonly commandOf: (words: string) => string;
}

/** A trace for people: a block for each registration, and the sources. */
export function traceText(trace: UserTrace, props: TextProps): string {
  const blocks = trace.registrations.map((registration, index) => {
    const isLast = index === trace.registrations.length - 1;
    return `${headingOf(registration)}\n${hopLines(registration)}${endingText(registration, trace, isLast, props)}`;
  });
  return `${[...blocks, sourcesOf(trace)].join('\n')}\n`;
}

/** A trace for machines; times are in ISO 8601, UTC. */
export function traceJson({ registrations, ...trace }: UserTrace, commandOf: TextProps['commandOf']): object {
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

/** The message where no registration was found. @param from as for {@link traceUser} */
export function noTraceText(
  { userId, row, unread }: UserTrace,
  from: number,
  commandOf: TextProps['commandOf'],
): string {
  const reasons = unreadTexts(unread).map((text) => `; ${text}`);
  const found = `no trace of ${displayId(userId)}${from === 0 ? '' : ` since ${formatTime(from)}`}${reasons.join('')}`;
  const further = from === 0 ? '' : '; leave --since out to look further back';
  if (!row.exists) return `${found}; the users table has no row with this id: check it${further}`;
  if (row.uri !== undefined) return `${found}; its row exists, with ${displayId(row.uri, 80)}${further}`;
  return `${found}; its row exists, without a URI; ${commandOf('doctor')} shows what may be wrong${further}`;
}

function headingOf({ correlationId, hops }: TracedRegistration): string {
  return correlationId === undefined
    ? 'A registration from before the journal begins:'
    : `${kindOf({ hops })} ${displayId(correlationId, 80)}:`;
}

function hopLines({ hops }: TracedRegistration): string {
  const started = hops[0]?.at ?? 0;
  const time = (at: number, index: number) => (index === 0 ? new Date(at).toISOString() : `+${spanText(at - started)}`);
  const named = new Set<string>();
  const rows = hops.flatMap((hop, index) => {
    const remedy = remedyOf(hop);
    const isNew = remedy !== undefined && !named.has(remedy.statement);
    if (isNew) named.add(remedy.statement);
    const row = ['', time(hop.at, index), ...describeHop(hop)];
    return isNew ? [row, ['', '', '', `this would allow it, ${remedy.where}: ${remedy.statement}`]] : [row];
  });
  return columns(rows);
}

function endingText(registration: TracedRegistration, { row }: UserTrace, isLast: boolean, props: TextProps): string {
  const ending = endingOf(registration, isLast ? row : undefined);
  switch (ending.kind) {
    case 'open':
      return `Still open:\n${ending.ends.map((end) => `  ${openEndText(end, props)}\n`).join('')}`;
    case 'without-uri':
      return `${ending.text}: ${props.commandOf(ending.command)}\n`;
    case 'done':
      return `${ending.text}\n`;
  }
}

function openEndText({ text, since, command }: OpenEnd, { now, commandOf }: TextProps): string {
  const line = `${displayId(text, 400)}, since ${formatTime(since)} (${formatDuration(now - since)})`;
  return command === undefined ? line : `${line}: ${visible(commandOf(command))}`;
}

function sourcesOf({ unread, ...trace }: UserTrace): string {
  return [readText(trace), ...unreadTexts(unread).map((text) => `Incomplete: ${text}.`)].join('\n');
}

function unreadTexts(unread: readonly UnreadLog[]): string[] {
  return unread.map(
    ({ subscriber, problem }) => `the log of ${displayId(subscriber)} cannot be read: ${displayId(problem, 400)}`,
  );
}

function readText({ hasJournal, logsOf }: Pick<UserTrace, 'hasJournal' | 'logsOf'>): string {
  const logs = logsOf.length > 0 ? [`the logs of ${listed(logsOf)}`] : [];
  if (hasJournal) return `Read from ${listed(["the engine's journal", ...logs])}.`;
  const note = 'AWS has no API for what happens between functions.';
  return logs.length > 0 ? `Read from ${listed(logs)}. ${note}` : 'No log could be read.';
}

function listed(names: readonly string[]): string {
  const shown = names.map(visible);
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}

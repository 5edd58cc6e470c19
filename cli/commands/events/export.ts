import { mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { askTime } from '../../../operations/aws/pipeline-time.ts';
import { findArchive, LATE_EVENTS } from '../../../operations/deployed/archive.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { type EventsSession, eventsSession } from '../../../operations/events/index.ts';
import { count, display } from '../../../operations/messages/display.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { type ExportedEvents, exportEvents, nothingExported } from '../../../operations/move-events/index.ts';
import { parseWindow, type Window } from '../../../operations/time/time.ts';
import { keepNewSpaceSmall } from '../../heap.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { jsonLine, note, print, printLines } from '../../output/output.ts';
import type { EventsExportOptions } from './command.ts';
import { EventsProgressLine } from './progress-line.ts';

/**
 * Writes archived events to a file. The file is there when it is complete.
 * @throws UsageError for impossible times; CommandFailure if events or the file cannot be read or written
 */
export async function eventsExport(file: string, options: EventsExportOptions): Promise<void> {
  const { from, to, type, user, json } = options;
  const window = parseWindow({ from, ...(to !== undefined && { to }) }, await askTime(options));
  if (file === '-' && json)
    throw new UsageError('--json says what was written to a file; leave it out, or name a file');
  await refuseFolder(file);
  keepNewSpaceSmall();
  await onStack(options, (on) =>
    stoppable(async (signal) => {
      const progress = new EventsProgressLine();
      const filter = { ...(type !== undefined && { type }), ...(user !== undefined && { userId: user }) };
      const session = eventsSession(on, { filter, signal, onProgress: (step) => progress.show(step) });
      const exported = nothingExported();
      try {
        await write(on, session, { file, window, exported });
      } finally {
        progress.clear();
      }
      if (signal.aborted) return endInterrupted(file === '-' ? 'the output is not complete' : 'no file was written');
      if (json) print(jsonLine(exportJson(file, exported)));
      else note(exportText(file, exported));
    }),
  );
}

/** Before the archive is read, which takes long. */
async function refuseFolder(file: string): Promise<void> {
  // What is wrong with another file, opening it says.
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw new UsageError(`${file} is a folder; name a file in it`);
}

interface ExportJob {
  readonly file: string;
  readonly window: Window;
  readonly exported: ExportedEvents;
}

async function write(on: OnStack, session: EventsSession, { file, window, exported }: ExportJob): Promise<void> {
  const archive = await findArchive(on.clients.of(EventBridgeClient), on.stack);
  if (session.delays.archiveMs > 0 && session.now() - window.to < session.delays.archiveMs) note(`${LATE_EVENTS}\n`);
  const batches = exportEvents(session, { archive, window }, exported);
  if (file === '-') {
    for await (const lines of batches) await printLines(lines, session.signal);
    return;
  }
  // Beside it, so that a rename is enough, and in a folder of its own: another export may write the same file at the same time.
  const folder = await mkdtemp(`${file}.part-`).catch((cause: Error) => {
    throw new CommandFailure(`${file} cannot be written: ${cause.message}`, { cause });
  });
  try {
    const part = join(folder, 'events');
    const handle = await open(part, 'w');
    await pipeline(textsOf(batches), handle.createWriteStream());
    if (!session.signal.aborted) await rename(part, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* textsOf(batches: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const lines of batches) if (lines.length > 0) yield lines.join('');
}

/** What was exported, for people. */
export function exportText(file: string, { events, removed, leftOut }: ExportedEvents): string {
  const lines = [
    display`${count(events, 'event')} written${file === '-' ? '' : ` to ${file}`}\n`,
    ...[...removed.counts].map(
      ([field, times]) => display`${field} left out of ${count(times, 'event')}: its contract does not name it\n`,
    ),
    ...[...leftOut.counts].map(([reason, times]) => display`${count(times, 'event')} left out: ${reason}\n`),
  ];
  return lines.join('');
}

function exportJson(file: string, { events, removed, leftOut }: ExportedEvents): object {
  return { file, events, removed: Object.fromEntries(removed.counts), leftOut: Object.fromEntries(leftOut.counts) };
}

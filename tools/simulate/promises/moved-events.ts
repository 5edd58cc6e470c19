import type { CommandRun } from '../operators/operators.ts';
import { putEventIds, type SentCall, sentBy } from '../operators/sent-call.ts';
import { surelyInWindow } from './command-time.ts';
import { broken, optionOf } from './commands.ts';
import type { ArchivedEvent, Promised } from './outcome.ts';
import { mayBeMissedBy } from './replays.ts';
import type { Violation } from './violation.ts';

function isOf({ args: [name, word], args }: CommandRun, command: 'export' | 'import'): boolean {
  return name === 'events' && word === command && !args.includes('--dry-run');
}

/**
 * An export that ended well holds every event of its window that was archived before it began, unless it came late. While a clock is
 * set, it is not known what is in a window. Every event has a contract here, so none is left out for that.
 */
export const exportsHoldTheirWindow: Promised = ({ commands, archived, lateReads }) =>
  commands
    .filter((run) => isOf(run, 'export') && run.ending?.code === 0 && !run.isClockSet)
    .flatMap((run) => {
      const late = mayBeMissedBy(run, lateReads);
      const missing = missingOf(run, archived).filter((eventId) => !late.has(eventId));
      return missing.map((eventId) => broken(run, `has not written ${eventId}`));
    });

/** Each subscriber to an event is in `archived` for it: each must find its own in the file, which may hold an event several times. */
function missingOf(run: CommandRun, archived: readonly ArchivedEvent[]): readonly string[] {
  const isInWindow = surelyInWindow(run);
  const user = optionOf(run, '--user');
  const due = archived.filter((event) => isInWindow(event) && (user === undefined || event.userId === user));
  const missing = [...Map.groupBy(due, ({ subscriber }) => subscriber).values()].flatMap((events) =>
    without(
      events.map(({ eventId }) => eventId),
      run.file?.after ?? [],
    ),
  );
  return [...new Set(missing)];
}

/** What is left of `all` when each of `some` is taken out of it once. */
function without(all: readonly string[], some: readonly string[]): readonly string[] {
  const left = [...all];
  for (const each of some) {
    const place = left.indexOf(each);
    if (place >= 0) left.splice(place, 1);
  }
  return left;
}

/**
 * An import notes that events are on the bus only when the answer says so: where it continues after an interruption, none is left out
 * (docs/operating.md).
 */
export const importsNoteWhatIsDone: Promised = ({ commands }) => {
  let taken = 0;
  return commands
    .filter((run) => isOf(run, 'import'))
    .flatMap((run) => run.calls.map((call) => ({ run, call })))
    .sort((one, other) => one.call.place - other.call.place)
    .flatMap(({ run, call }): Violation[] => {
      const before = taken;
      taken += sentBy(call).filter(({ isAcknowledged }) => isAcknowledged).length;
      const { imported = 0 } = call;
      return imported > before ? [broken(run, `notes ${imported} events as imported, and the bus has ${before}`)] : [];
    });
};

/**
 * An import that ended well has put every event of its file on the bus; those at the beginning of the file that were noted before it put
 * any, another import may have put. An export may replace the file before it is read: then it is one of the two.
 */
export const importsPutTheirFile: Promised = ({ commands }) => {
  const imports = commands.filter((run) => isOf(run, 'import'));
  return imports
    .filter(({ ending }) => ending?.code === 0)
    .flatMap((run) => {
      if (run.file === undefined) return [broken(run, 'has no file')];
      const missing = Object.values(run.file).map((file) => notPut(file, run, imports));
      const [least = []] = missing.sort((one, other) => one.length - other.length);
      return least.map((eventId) => broken(run, `has not put ${eventId} on the bus`));
    });
};

function notPut(file: readonly string[], { calls }: CommandRun, imports: readonly CommandRun[]): readonly string[] {
  const first = calls.findIndex((call) => sentBy(call).length > 0);
  const before = first < 0 ? calls : calls.slice(0, first + 1);
  const noted = Math.max(0, ...before.map(({ imported = 0 }) => imported));
  const last = calls.at(-1)?.place ?? 0;
  const earlier = imports.flatMap((other) => other.calls).filter(({ place }) => place <= last);
  return [
    ...without(file.slice(0, noted), earlier.flatMap(takenOf)),
    ...without(file.slice(noted), calls.flatMap(takenOf)),
  ];
}

/** The events that the bus took, as the answer says. */
function takenOf(call: SentCall): readonly string[] {
  const results = sentBy(call);
  return putEventIds(call).filter((_, place) => results[place]?.isAcknowledged);
}

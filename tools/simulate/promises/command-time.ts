import { LEAST_MS } from '../../../operations/aws/pipeline-time.ts';
import type { CommandRun } from '../operators/operators.ts';
import { operationOf } from '../operators/sent-call.ts';
import { ageOf, optionOf } from './commands.ts';
import type { ArchivedEvent } from './outcome.ts';

/** Before it knows what time it is, a command may wait that long for an answer. */
const SLOW_MS = 5000;

/** Archives, and answers that say what time it is, count in seconds. */
const SECOND_MS = 1000;

/**
 * Says of each archived event whether it was surely in the window of a command, by the clock of the services as it was when that began.
 * What came later is in none, also where the clock was set back meanwhile.
 */
export function surelyInWindow(run: CommandRun): (event: Pick<ArchivedEvent, 'at' | 'archivedAt'>) => boolean {
  const { startedAt, clockAtStart, clockAheadMs } = run;
  const [from = '', to = '0s'] = ['--from', '--to'].map((option) => optionOf(run, option));
  const ownMs = Math.min(Math.abs(clockAheadMs), LEAST_MS + SECOND_MS);
  const first = clockAtStart - ageOf(from) + SLOW_MS + ownMs;
  const last = clockAtStart - ageOf(to) - SECOND_MS - ownMs;
  return ({ at, archivedAt = startedAt }) => archivedAt <= startedAt && first <= at && at <= last;
}

/**
 * The latest time from which a command may have counted ages: it does so before it receives messages, by the clock of the services,
 * which may have been set back meanwhile, or by its own if that is not far ahead.
 */
export function latestNow({ calls, clockAheadMs }: CommandRun): number {
  const receives = calls.findIndex(({ request }) => operationOf(request) === 'ReceiveMessage');
  const before = calls.slice(0, receives + 1);
  const aheadMs = Math.max(...before.map(({ clock, sentAt }) => clock - sentAt));
  return (before.at(-1)?.sentAt ?? Number.NaN) + aheadMs + Math.min(Math.max(clockAheadMs, 0), LEAST_MS);
}

/** The earliest such time, where that clock was not set: by its own clock, as long as that is not far behind. Answers say the second. */
export function earliestNow({ clockAtStart, clockAheadMs }: CommandRun): number {
  return clockAtStart - Math.min(Math.max(-clockAheadMs, 0), LEAST_MS) - SECOND_MS;
}

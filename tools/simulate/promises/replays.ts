import type { CommandRun } from '../operators/operators.ts';
import { operationOf } from '../operators/sent-call.ts';
import { surelyInWindow } from './command-time.ts';
import { broken, inputOf, valuesOf } from './commands.ts';
import type { ArchivedEvent, Outcome, Promised, ReplayedMessage } from './outcome.ts';

/** A replay reaches the subscribers that it names, of the users that it names, and nobody else. */
export const replaysReachOnlyTheChosen: Promised = ({ commands, replayed }) =>
  commands.filter(isReplay).flatMap((run) => {
    const [receivers, users] = [valuesOf(run, '--to-subscriber'), valuesOf(run, '--user')];
    const isMeant = ({ subscriber, userId }: ReplayedMessage) =>
      (receivers.length === 0 || receivers.includes(subscriber)) && (users.length === 0 || users.includes(userId));
    return messagesOf(run, replayed)
      .filter((message) => !isMeant(message))
      .map(({ userId, subscriber, eventId }) => ({ userId, ...broken(run, `brought ${eventId} to ${subscriber}`) }));
  });

/** A replay that ended well brought them every event of its window. While a clock is set, it is not known what that is. */
export const replaysReachTheChosen: Promised = (outcome) => {
  const { commands, replayed, archived, lostByRules, lateReads, subscriptions } = outcome;
  return commands
    .filter((run) => isReplay(run) && run.ending?.code === 0 && !run.isClockSet && !run.args.includes('--not-done'))
    .flatMap((run) => {
      const arrived = messagesOf(run, replayed);
      const keys = new Set(arrived.map(({ subscriber, eventId }) => `${subscriber} ${eventId}`));
      const skip = subscriptions.filter(({ replays }) => replays === 'skip').map((each) => each.subscriber);
      const missed = mayBeMissedBy(run, lateReads);
      return dueOf(run, archived)
        .filter(({ eventId }) => !missed.has(eventId))
        .filter(({ subscriber }) => !skip.includes(subscriber))
        .filter(({ subscriber, eventId }) => !keys.has(`${subscriber} ${eventId}`))
        .filter(
          ({ subscriber, eventId }) =>
            !lostByRules.some((lost) => lost.subscriber === subscriber && lost.eventId === eventId),
        )
        .map(({ userId, subscriber, eventId }) => ({
          userId,
          ...broken(run, `did not bring ${eventId} to ${subscriber}`),
        }));
    });
};

function dueOf(run: CommandRun, archived: readonly ArchivedEvent[]): readonly ArchivedEvent[] {
  const [receivers, users] = [valuesOf(run, '--to-subscriber'), valuesOf(run, '--user')];
  const isInWindow = surelyInWindow(run);
  return archived
    .filter(isInWindow)
    .filter(({ subscriber }) => receivers.length === 0 || receivers.includes(subscriber))
    .filter(({ userId }) => users.length === 0 || users.includes(userId));
}

function isReplay({ args }: CommandRun): boolean {
  return args[0] === 'replay' && !args.includes('--dry-run');
}

/** Messages that a replay brought, by EventBridge or by the command itself. */
function messagesOf(run: CommandRun, replayed: Outcome['replayed']): readonly ReplayedMessage[] {
  const names = replaysOf(run);
  return replayed.filter(({ replay }) => names.has(replay));
}

/** The names of a command's replays: one that reads the archive itself has another name for the messages that it sends. */
export function replaysOf({ calls }: CommandRun): ReadonlySet<string> {
  return new Set(
    calls.flatMap((call): string[] => {
      switch (operationOf(call.request)) {
        case 'StartReplay':
          return [(inputOf(call) as { readonly ReplayName: string }).ReplayName];
        case 'SendMessage':
          return [JSON.parse((inputOf(call) as { readonly MessageBody: string }).MessageBody)['replay-name']];
        default:
          return [];
      }
    }),
  );
}

/**
 * The events that a command which read the archive may have missed: they came only when no more had come for a while
 * (docs/operating.md).
 */
export function mayBeMissedBy(run: CommandRun, lateReads: Outcome['lateReads']): ReadonlySet<string> {
  const names = replaysOf(run);
  return new Set(lateReads.filter(({ replay }) => names.has(replay)).map(({ eventId }) => eventId));
}

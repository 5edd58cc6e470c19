import type { CommandRun } from '../operators/operators.ts';
import { operationOf } from '../operators/sent-call.ts';
import { ageOf, broken, inputOf } from './commands.ts';
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

/** Events within this time of a window's ends may be in it or not: archives count in seconds. */
const EDGE_MS = 5000;

/** A replay that ended well brought them every event of its window. While a clock is set, nobody can say what that is. */
export const replaysReachTheChosen: Promised = ({ commands, replayed, archived, lostByRules, subscriptions }) =>
  commands
    .filter((run) => isReplay(run) && run.ending?.code === 0 && !run.isClockSet && !run.args.includes('--not-done'))
    .flatMap((run) => {
      const arrived = messagesOf(run, replayed);
      const keys = new Set(arrived.map(({ subscriber, eventId }) => `${subscriber} ${eventId}`));
      const skip = subscriptions.filter(({ replays }) => replays === 'skip').map((each) => each.subscriber);
      return dueOf(run, archived)
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

function dueOf(run: CommandRun, archived: readonly ArchivedEvent[]): readonly ArchivedEvent[] {
  const [receivers, users] = [valuesOf(run, '--to-subscriber'), valuesOf(run, '--user')];
  const from = run.clockAtStart - ageOf(valuesOf(run, '--from')[0] ?? '') + EDGE_MS;
  return archived
    .filter(({ at }) => at >= from && at <= run.clockAtStart - EDGE_MS)
    .filter(({ subscriber }) => receivers.length === 0 || receivers.includes(subscriber))
    .filter(({ userId }) => users.length === 0 || users.includes(userId));
}

function isReplay({ args }: CommandRun): boolean {
  return args[0] === 'replay' && !args.includes('--dry-run');
}

/** Messages that a replay brought, by EventBridge or by the command itself. */
function messagesOf({ calls }: CommandRun, replayed: Outcome['replayed']): readonly ReplayedMessage[] {
  const names = new Set(
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
  return replayed.filter(({ replay }) => names.has(replay));
}

function valuesOf({ args }: CommandRun, option: string): readonly string[] {
  return args.flatMap((word, place) => (args[place - 1] === option ? [word] : []));
}

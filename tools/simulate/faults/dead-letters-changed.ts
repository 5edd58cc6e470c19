import type { Random } from '../world/random.ts';
import { type CallError, callError } from './call-error.ts';
import { command, commandsAt, MOST_CALLS, type OperatorCommands, STRIKES_OF_ALL } from './command.ts';
import type { FaultKind } from './fault-kind.ts';

/** A service is denied a call until some events are dead letters. Then operators purge them, or edit one. */
export interface DeadLettersChanged {
  readonly kind: 'dead-letters-changed';
  readonly cause: CallError;
  readonly change: OperatorCommands;
}

/** After SQS has tried for the last time. */
const WHEN_DEAD_MS = [400_000, 900_000] as const;

/** How often SQS tries. */
const RECEIVES = 5;

const CAUSES = {
  'bucket-service': { operation: 's3:CreateBucket', code: 'AccessDenied', status: 403 },
  'uri-recorder': { operation: 'dynamodb:UpdateItem', code: 'AccessDeniedException', status: 400 },
} as const;

export const deadLettersChanged: FaultKind<DeadLettersChanged> = {
  weight: 3,
  draw: (random, { userIds }) => {
    const { subscriber, args, dead } = random.pick([purge, edit])(random, userIds);
    // Each event fails until its last receive, and `dead` of them fail then too.
    const times = userIds.length * (RECEIVES - 1) + dead;
    const commands = [args];
    const strike = { what: random.pick(STRIKES_OF_ALL), nth: random.between(1, MOST_CALLS) };
    return {
      kind: 'dead-letters-changed',
      cause: { kind: 'error', nth: 1, times, when: 'before', ...CAUSES[subscriber] },
      change: commandsAt(random.between(...WHEN_DEAD_MS), { commands, strike, chance: 0.6 }, random),
    };
  },
  describe: ({ cause, change }) => `${callError.describe(cause)}; ${command.describe(change)}`,
  arm: ({ cause, change }, day) => {
    callError.arm(cause, day);
    command.arm(change, day);
  },
  milder: ({ change, ...fault }) => {
    const milder = command.milder?.(change);
    return milder === undefined ? undefined : { ...fault, change: milder };
  },
};

/** A command, and how many events are dead letters of the subscriber before it. */
interface Change {
  readonly subscriber: keyof typeof CAUSES;
  readonly args: readonly string[];
  readonly dead: number;
}

type Draw = (random: Random, userIds: readonly string[]) => Change;

/** Of one subscriber: what the pipe gave up is not thrown away. */
const purge: Draw = (random, userIds) => {
  const subscriber = random.pick(Object.keys(CAUSES) as (keyof typeof CAUSES)[]);
  // Some are younger than 10 or 15 minutes when they are purged.
  const choice = random.pick([
    [],
    ['--user', random.pick(userIds)],
    ['--type', random.pick(['UserRegistered', 'BucketCreated'])],
    ['--older-than', random.pick(['5m', '10m', '15m'])],
    ['--limit', '1'],
  ]);
  const args = ['dlq', 'purge', '--yes', '--json', '--subscriber', subscriber, ...choice];
  return { subscriber, args, dead: random.between(1, userIds.length) };
};

/** A person says that a bucket was made a second later: see `operators/editor.ts`. Only one dead letter may be chosen. */
const edit: Draw = (random, userIds) => {
  const subscriber = 'uri-recorder';
  const args = ['dlq', 'redrive', '--edit', '--yes', '--subscriber', subscriber];
  if (random.chance(0.3)) return { subscriber, args, dead: 1 };
  return { subscriber, args: [...args, '--user', random.pick(userIds)], dead: userIds.length };
};

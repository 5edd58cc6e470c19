import type { Day } from '../day/day.ts';
import type { Strike } from '../day/fates.ts';
import { subscriptionOf } from '../day/subscriptions.ts';
import { EVENTS_FILE } from '../operators/operators.ts';
import type { Random } from '../world/random.ts';
import type { FaultKind, Prospect } from './fault-kind.ts';
import { refusing } from './refused-entries.ts';

type Args = readonly string[];

/** An operator runs commands in the midst of the day, and something may happen to them. */
export interface OperatorCommands {
  readonly kind: 'command';
  /** As typed after `npx pipeline`, one after the other. What happens, happens to the last. */
  readonly commands: readonly Args[];
  /** Milliseconds after the beginning. */
  readonly atMs: number;
  /** What happens at one of its calls, counted from 1, and whose rows are deleted then. @default - nothing */
  readonly strike?: { readonly what: Strikes; readonly nth: number; readonly userIds?: readonly string[] };
  /** Milliseconds after the end of the last one, when it is run again. @default - it is not */
  readonly againAfterMs?: number;
  /** Milliseconds after the beginning of the last one, when another operator runs the same. @default - nobody does */
  readonly togetherAfterMs?: number;
}

const STRIKES = {
  'kill-before': { dies: { when: 'before', errorType: 'SIGKILL' } },
  'kill-after': { dies: { when: 'after', errorType: 'SIGKILL' } },
  'ctrl-c': { interrupts: true },
  'reset-before': { breaks: 'before' },
  'reset-after': { breaks: 'after' },
  'no-answer': { breaks: 'silence' },
  slow: { backMs: 20_000 },
} as const satisfies Readonly<Record<string, Strike>>;

type Strikes = keyof typeof STRIKES | 'entries-refused' | 'users-leave';

/** What may happen to every command. */
export const STRIKES_OF_ALL = Object.keys(STRIKES) as (keyof typeof STRIKES)[];

/** An import alone puts several entries at once, and keeps how far it is. */
const STRIKES_OF_IMPORTS = ['entries-refused', 'entries-refused', 'kill-before', 'kill-after', 'ctrl-c'] as const;

/** Longer than a command that is killed keeps messages from others. */
const AGAIN_MS = [100, 70_000] as const;

/** Sign-ups come in seconds, dead letters in minutes, what the pipe and EventBridge give up in hours. */
const WITHIN_MS = [5000, 60_000, 600_000, 600_000, 4 * 3_600_000] as const;

/** A command of a few users takes some twenty calls. */
export const MOST_CALLS = 24;

/** A reconcile reads rows, and reads them again. */
const STRIKES_OF_RECONCILE = ['users-leave', 'users-leave', 'entries-refused', ...STRIKES_OF_ALL] as const;

/** It looks for the stack, its rules and the bus, and puts ten events at a time. */
const CALLS_OF_IMPORT = 5;

export const command: FaultKind<OperatorCommands> = {
  weight: 3,
  draw: (random, prospect) => {
    const commands = random.pick(COMMANDS)(random, prospect);
    const isImport = commands.at(-1)?.[1] === 'import';
    const isReconcile = commands.at(-1)?.[0] === 'reconcile';
    const ofOthers = isReconcile ? STRIKES_OF_RECONCILE : ([...STRIKES_OF_ALL, 'entries-refused'] as const);
    const what = random.pick<Strikes>(isImport ? STRIKES_OF_IMPORTS : ofOthers);
    const nth = random.between(1, isImport ? CALLS_OF_IMPORT : MOST_CALLS);
    const leaving = () => prospect.userIds.filter(() => random.chance(0.5));
    const strike = { what, nth, ...(what === 'users-leave' && { userIds: leaving() }) };
    const chance = isImport || isReconcile ? 0.8 : 0.6;
    return commandsAt(random.below(random.pick(WITHIN_MS)), { commands, strike, chance }, random);
  },
  describe: ({ commands, atMs, strike, againAfterMs, togetherAfterMs }) =>
    [
      `${atMs} ms: ${commands.map((args) => args.join(' ')).join(', then ')}`,
      ...(strike === undefined ? [] : [`${[strike.what, ...(strike.userIds ?? [])].join(' ')} at call ${strike.nth}`]),
      ...(againAfterMs === undefined ? [] : [`again ${againAfterMs} ms after its end`]),
      ...(togetherAfterMs === undefined ? [] : [`and by another operator ${togetherAfterMs} ms later`]),
    ].join('; '),
  arm: (fault, day) => day.at(fault.atMs, () => void run(fault, day)),
  milder: ({ strike, againAfterMs, togetherAfterMs, ...fault }) => {
    if (togetherAfterMs !== undefined)
      return { ...fault, ...(strike && { strike }), ...(againAfterMs && { againAfterMs }) };
    if (againAfterMs !== undefined) return { ...fault, ...(strike && { strike }) };
    return strike === undefined ? undefined : fault;
  },
};

/** Commands, with what may happen to them. @param strike what happens with the `chance`, from 0 to 1 */
export function commandsAt(
  atMs: number,
  { commands, strike, chance }: Required<Pick<OperatorCommands, 'commands' | 'strike'>> & { readonly chance: number },
  random: Random,
): OperatorCommands {
  return {
    kind: 'command',
    commands,
    atMs,
    ...(random.chance(chance) && { strike }),
    ...(random.chance(0.4) && { againAfterMs: random.pick(AGAIN_MS) }),
    ...(random.chance(0.2) && { togetherAfterMs: random.below(2000) }),
  };
}

async function run({ commands, strike, againAfterMs, togetherAfterMs }: OperatorCommands, day: Day): Promise<void> {
  const { operators, fates, world } = day;
  for (const args of commands.slice(0, -1)) await operators.run(operators.another(), args);
  const args = commands.at(-1) ?? [];
  const operator = operators.another();
  // Its first one: most commands make no other.
  if (strike?.what === 'entries-refused') fates.answerInstead(operator, refusing(1, 1));
  else if (strike?.what === 'users-leave') fates.strike(operator, strike.nth, leaving(strike.userIds ?? [], day));
  else if (strike !== undefined) fates.strike(operator, strike.nth, STRIKES[strike.what]);
  if (togetherAfterMs !== undefined) {
    world.after(togetherAfterMs, () => void operators.run(operators.another(), args));
  }
  await operators.run(operator, args);
  if (againAfterMs === undefined) return;
  await world.pass(againAfterMs);
  await operators.run(operators.another(), args);
}

/** Before the call, these rows are deleted. */
function leaving(userIds: readonly string[], { signUps }: Day): Strike {
  return {
    instead: async (request, exchange) => {
      for (const userId of userIds) await signUps.delete(userId);
      return exchange(request);
    },
  };
}

/** Soon after users have left, or while they do; or when all is quiet. */
const REPLAYED_WITHIN_MS = [2000, 10_000, 600_000] as const;

/** A replay of everything, as after a mistake. */
export function drawReplayOfAll(random: Random): OperatorCommands {
  const commands = [['replay', '--yes', '--from', '5h', '--all-subscribers']];
  return { kind: 'command', commands, atMs: random.below(random.pick(REPLAYED_WITHIN_MS)) };
}

type Draw = (random: Random, prospect: Prospect) => readonly Args[];

const redrive: Draw = (random, { userIds, services }) => {
  const choice: Args = random.pick([
    [],
    [],
    ['--subscriber', random.pick(services)],
    ['--pipe'],
    ['--user', random.pick(userIds)],
    ['--type', random.pick(['UserRegistered', 'BucketCreated'])],
    ['--older-than', random.pick(['10s', '5m'])],
    ['--error', random.pick(['S3', 'DynamoDB', 'not finished'])],
    ['--limit', '1'],
  ]);
  const rate: Args = random.pick([[], [], ['--rate', '1'], ['--rate', '500']]);
  return [['dlq', 'redrive', '--yes', ...choice, ...rate]];
};

const replay: Draw = (random, { userIds, services }) => {
  // The others refuse a replay, unless its events do not say that they are of one.
  const receiving = services.filter((service) => subscriptionOf(service).replays === 'receive');
  const receivers: Args = random.pick([['--all-subscribers'], ['--to-subscriber', random.pick(receiving)]]);
  const chosen: Args = random.pick([
    [],
    [],
    ['--user', random.pick(userIds)],
    ['--not-done'],
    ['--rate', random.pick(['1', '100'])],
  ]);
  const from = random.pick(['30s', '10m', '5h']);
  return [['replay', '--yes', '--from', from, ...receivers, ...chosen, ...(random.chance(0.3) ? ['--wait'] : [])]];
};

const reconcile: Draw = (random) => {
  const more: Args = random.pick([[], [], ['--wait'], ['--limit', '1'], ['--rate', '1'], ['--as-new']]);
  return [['reconcile', '--fix', '--yes', ...more]];
};

const moveEvents: Draw = (random) => [
  ['events', 'export', EVENTS_FILE, '--from', '5h'],
  ['events', 'import', EVENTS_FILE, '--yes', ...random.pick([[], ['--rate', '2']])],
];

const look: Draw = (random, { userIds }) => [
  random.pick<Args>([
    ['doctor'],
    ['trace', random.pick(userIds)],
    ['show', random.pick(userIds)],
    ['dlq', 'list'],
    ['dlq', 'show'],
    ['dlq', 'redrive', '--dry-run'],
    ['dlq', 'purge', '--dry-run'],
    ['reconcile'],
    ['replay', '--from', '5h', '--all-subscribers', '--dry-run'],
  ]),
];

const COMMANDS: readonly Draw[] = [
  redrive,
  redrive,
  redrive,
  replay,
  replay,
  reconcile,
  reconcile,
  reconcile,
  moveEvents,
  moveEvents,
  look,
];

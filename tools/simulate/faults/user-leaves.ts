import type { FaultKind } from './fault-kind.ts';

/** A user's row is deleted, and may be back some time later. Before the user signs up nothing is deleted. */
export interface UserLeaves {
  readonly kind: 'user-leaves';
  readonly userId: string;
  /** Milliseconds after the beginning. */
  readonly atMs: number;
  /** When the user is back, counted from there. @default - never */
  readonly backAfterMs?: number;
  /** Whether the row is put back as it was, with its URI: otherwise the user registers again. @default false */
  readonly asBefore?: boolean;
}

/** After the sign-up: before its record is read, while the bucket is made, when all is done, and when events are dead letters. */
const AFTER_MS = [0, 100, 500, 1000, 2000, 10_000, 70_000, 420_000];

/** At once, while buckets are retired, soon, or later. */
const BACK_AFTER_MS = [1, 20, 60, 120, 400, 1500, 5000, 65_000];

export const userLeaves: FaultKind<UserLeaves> = {
  weight: 4,
  draw: (random, { registrations }) => {
    const { userId, atMs } = random.pick(registrations);
    const leaves = { kind: 'user-leaves', userId, atMs: atMs + random.pick(AFTER_MS) + random.below(200) } as const;
    if (random.chance(0.35)) return leaves;
    const backAfterMs = random.pick(BACK_AFTER_MS);
    return random.chance(0.25) ? { ...leaves, backAfterMs, asBefore: true } : { ...leaves, backAfterMs };
  },
  describe: ({ userId, atMs, backAfterMs, asBefore }) => {
    const back = asBefore ? 'has the row back as it was' : 'registers again';
    return `${atMs} ms: ${userId} leaves${backAfterMs === undefined ? '' : `, and ${back} ${backAfterMs} ms later`}`;
  },
  arm: ({ userId, atMs, backAfterMs, asBefore = false }, { at, world, signUps }) => {
    at(atMs, async () => {
      const row = await signUps.delete(userId);
      if (backAfterMs === undefined) return;
      await world.pass(backAfterMs);
      await (asBefore && row !== undefined ? signUps.putBack(row) : signUps.put(userId));
    });
  },
  milder: ({ backAfterMs, asBefore, ...leaves }) => {
    if (asBefore) return { ...leaves, ...(backAfterMs !== undefined && { backAfterMs }) };
    return backAfterMs === undefined ? undefined : leaves;
  },
};

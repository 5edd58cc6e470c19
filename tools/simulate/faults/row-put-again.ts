import type { FaultKind } from './fault-kind.ts';

/** The sign-up service puts a user's row once more: it tries again what was done, or the user signs up twice. */
export interface RowPutAgain {
  readonly kind: 'row-put-again';
  readonly userId: string;
  /** Milliseconds after the beginning. */
  readonly atMs: number;
  /** Whether the row has another attribute then. Otherwise it is the same put. */
  readonly isChanged: boolean;
}

/** After the sign-up: at the same time, while the bucket is made, or when the URI is there, which is lost then. */
const AFTER_MS = [0, 1, 50, 500, 1500, 5000, 90_000];

export const rowPutAgain: FaultKind<RowPutAgain> = {
  weight: 2,
  draw: (random, { registrations }) => {
    const { userId, atMs } = random.pick(registrations);
    return { kind: 'row-put-again', userId, atMs: atMs + random.pick(AFTER_MS), isChanged: random.chance(0.5) };
  },
  describe: ({ userId, atMs, isChanged }) =>
    `${atMs} ms: the row of ${userId} is put again${isChanged ? ' with another attribute' : ''}`,
  arm: ({ userId, atMs, isChanged }, { at, signUps }) => {
    at(atMs, () => void signUps.put(userId, isChanged ? { plan: { S: 'gold' } } : {}));
  },
};

import type { FaultKind } from './fault-kind.ts';

/** A record or a message is delivered twice. */
export interface Duplicate {
  readonly kind: 'duplicate';
  readonly what: 'stream-record' | 'queue-message';
  readonly nth: number;
}

export const duplicate: FaultKind<Duplicate> = {
  weight: 2,
  draw: (random, { userIds }) => ({
    kind: 'duplicate',
    what: random.pick(['stream-record', 'queue-message']),
    nth: random.between(1, userIds.length * 3),
  }),
  describe: ({ what, nth }) => `${what} ${nth} is delivered twice`,
  arm: ({ what, nth }, { engine }) => {
    engine.faults.duplicate(what, nth);
  },
};

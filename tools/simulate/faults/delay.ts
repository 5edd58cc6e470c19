import type { FaultKind } from './fault-kind.ts';

/** A call of an operation takes effect only after some time: others overtake it. */
export interface Delay {
  readonly kind: 'delay';
  readonly operation: string;
  readonly nth: number;
  readonly ms: number;
}

export const delay: FaultKind<Delay> = {
  weight: 2,
  draw: (random, { userIds }) => ({
    kind: 'delay',
    operation: random.pick(['sqs:SendMessage', 'events:PutEvents', 'dynamodb:UpdateItem']),
    nth: random.between(1, userIds.length * 3),
    ms: random.pick([50, 500, 2500, 15_000]),
  }),
  describe: ({ nth, operation, ms }) => `call ${nth} of ${operation} waits ${ms} ms`,
  arm: ({ operation, nth, ms }, { engine, world }) => {
    engine.faults.inject(operation, { nth, action: () => world.pass(ms) });
  },
};

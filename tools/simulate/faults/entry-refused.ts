import type { FaultKind } from './fault-kind.ts';

/** The bus refuses some entries of requests, or takes them and says that it did not; the others of a request it takes. */
export interface EntryRefused {
  readonly kind: 'entry-refused';
  /** The first entry, over all requests, and how many. */
  readonly nth: number;
  readonly times: number;
  readonly when: 'before' | 'after';
  readonly code: 'InternalFailure' | 'ThrottlingException';
}

export const entryRefused: FaultKind<EntryRefused> = {
  weight: 4,
  draw: (random, { userIds }) => ({
    kind: 'entry-refused',
    nth: random.between(1, userIds.length),
    times: random.pick([1, 1, 2, 4, 20]),
    when: random.pick(['before', 'before', 'after']),
    code: random.pick(['InternalFailure', 'ThrottlingException']),
  }),
  describe: ({ nth, times, when, code }) => `${code} ${when} entries ${nth} to ${nth + times - 1} of PutEvents`,
  arm: ({ nth, times, when, code }, { engine }) => {
    engine.faults.fail('events:PutEventsEntry', code, { nth, times, when, status: 500 });
  },
  milder: (fault) => (fault.times > 1 ? { ...fault, times: Math.floor(fault.times / 2) } : undefined),
};

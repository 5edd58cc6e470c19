import { setQueuePolicy, subscriberQueues } from '../day/stage.ts';
import { drawMoment, type FaultKind, OUTAGES_MS } from './fault-kind.ts';

/** Someone changes the policy of a subscriber's queue, and takes that back. */
export interface PolicyLost {
  readonly kind: 'policy-lost';
  /** Such as `bucket-service`. */
  readonly subscriber: string;
  readonly queue: 'waiting' | 'dead';
  /** It has no policy any more, or one that forbids everything. */
  readonly how: 'removed' | 'denies';
  /** Milliseconds after the beginning. */
  readonly atMs: number;
  readonly forMs: number;
}

const DENIES = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' }],
});

export const policyLost: FaultKind<PolicyLost> = {
  weight: 3,
  draw: (random, { services }) => ({
    kind: 'policy-lost',
    subscriber: random.pick(services),
    queue: random.pick(['waiting', 'waiting', 'dead']),
    how: random.pick(['removed', 'denies']),
    atMs: drawMoment(random),
    forMs: random.pick(OUTAGES_MS),
  }),
  describe: ({ subscriber, queue, how, atMs, forMs }) =>
    `the policy of the queue of ${queue} events of ${subscriber} is ${how === 'removed' ? 'removed' : 'one that denies everything'} after ${atMs} ms, for ${forMs} ms`,
  arm: ({ subscriber, queue, how, atMs, forMs }, day) => {
    const url = () => subscriberQueues(day.engine).find((each) => each.subscriber === subscriber)?.[queue].url ?? '';
    const [own] =
      subscriberQueues(day.engine)
        .find((each) => each.subscriber === subscriber)
        ?.[queue].policies.values() ?? [];
    day.at(atMs, () => void setQueuePolicy(day, url(), how === 'removed' ? '' : DENIES));
    day.at(atMs + forMs, () => void setQueuePolicy(day, url(), JSON.stringify(own)));
  },
  denies: ({ how }, action) => how === 'denies' && action.startsWith('sqs:'),
  milder: (fault) => (fault.forMs > 1000 ? { ...fault, forMs: Math.floor(fault.forMs / 10) } : undefined),
};

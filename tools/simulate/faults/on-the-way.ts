import type { DirectAnswer, DirectRequest } from '../../../packages/local-engine/index.ts';
import type { Strike } from '../day/fates.ts';
import { type FaultKind, SERVICES } from './fault-kind.ts';

/** What happens to one call of a service on its way. */
export interface OnTheWay {
  readonly kind: 'on-the-way';
  readonly what: keyof typeof STRIKES;
  /** Such as `bucket-service`. */
  readonly service: string;
  /** Which of its calls, over all operations and environments, from 1. */
  readonly nth: number;
}

/** Longer than a client waits for an answer, shorter than a function may take. */
const SLOW_MS = 3500;

const STRIKES = {
  'kill-before': { dies: { when: 'before', errorType: 'Runtime.ExitError' } },
  'kill-after': { dies: { when: 'after', errorType: 'Runtime.OutOfMemory' } },
  'timeout-before': { hangs: 'before' },
  'timeout-after': { hangs: 'after' },
  'reset-before': { breaks: 'before' },
  'reset-after': { breaks: 'after' },
  'no-answer': { breaks: 'silence' },
  slow: { backMs: SLOW_MS },
  'entries-refused': { instead: refusedEntries },
} as const satisfies Readonly<Record<string, Strike>>;

export const onTheWay: FaultKind<OnTheWay> = {
  weight: 8,
  draw: (random, { userIds }) => ({
    kind: 'on-the-way',
    what: random.pick(Object.keys(STRIKES) as OnTheWay['what'][]),
    service: random.pick(SERVICES),
    // A registration takes some three calls; what is struck later finds nothing to strike.
    nth: random.between(1, userIds.length * 3),
  }),
  describe: ({ what, nth, service }) => `${what} at call ${nth} of ${service}`,
  arm: ({ what, service, nth }, { fates }) => fates.strike(service, nth, STRIKES[what]),
};

/** PutEvents answers status 200 also if it refuses entries; other calls are made. Source: EventBridge API reference, PutEvents. */
function refusedEntries({ headers, body }: DirectRequest): DirectAnswer | undefined {
  if (headers['x-amz-target'] !== 'AWSEvents.PutEvents') return undefined;
  const { Entries } = JSON.parse(body.toString()) as { readonly Entries: readonly unknown[] };
  const refused = Entries.map(() => ({ ErrorCode: 'InternalFailure', ErrorMessage: 'Refused by the simulation.' }));
  const answer = JSON.stringify({ FailedEntryCount: refused.length, Entries: refused });
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: Buffer.from(answer) };
}

import type { DirectAnswer, DirectRequest } from '../../../packages/local-engine/index.ts';
import type { Answer } from '../day/fates.ts';
import type { Exchange } from '../world/transport.ts';
import type { FaultKind } from './fault-kind.ts';

/**
 * PutEvents refuses entries of a service's requests, and answers status 200 all the same. Source: EventBridge API reference, PutEvents.
 */
export interface RefusedEntries {
  readonly kind: 'refused-entries';
  /** Such as `bucket-service`. */
  readonly service: string;
  /** The first of its PutEvents requests that it strikes, from 1, and how many. */
  readonly nth: number;
  readonly times: number;
}

export const refusedEntries: FaultKind<RefusedEntries> = {
  weight: 2,
  draw: (random, { userIds }) => ({
    kind: 'refused-entries',
    service: 'bucket-service',
    nth: random.between(1, userIds.length),
    times: random.pick([1, 2, 5]),
  }),
  describe: ({ service, nth, times }) =>
    `entries of ${times} PutEvents requests of ${service} are refused, from ${nth}`,
  arm: ({ service, nth, times }, { fates }) => fates.answerInstead(service, refusing(nth, times)),
  milder: (fault) => (fault.times > 1 ? { ...fault, times: Math.floor(fault.times / 2) } : undefined),
};

/** Answers that refuse entries of so many PutEvents requests, from the `nth` on; other calls are made. */
export function refusing(nth: number, times: number): Answer {
  let requests = 0;
  return (request, exchange) => {
    if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents') return exchange(request);
    requests += 1;
    return requests >= nth && requests < nth + times ? refuseSome(request, exchange) : exchange(request);
  };
}

/** Of several entries every other one is refused, a single one too. */
async function refuseSome(request: DirectRequest, exchange: Exchange): Promise<DirectAnswer> {
  const { Entries: entries } = JSON.parse(request.body.toString()) as { readonly Entries: readonly unknown[] };
  const taken = entries.filter((_, index) => index % 2 === 1);
  const refusal = { ErrorCode: 'InternalFailure', ErrorMessage: 'Refused by the simulation.' };
  const answer =
    taken.length === 0
      ? { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: Buffer.from('{"Entries":[]}') }
      : await exchange({ ...request, body: Buffer.from(JSON.stringify({ Entries: taken })) });
  if (answer.status !== 200) return answer;
  const accepted = (JSON.parse(answer.body.toString()) as { readonly Entries: readonly unknown[] }).Entries;
  const results = entries.map((_, index) => (index % 2 === 1 ? accepted[(index - 1) / 2] : refusal));
  const body = { FailedEntryCount: entries.length - taken.length, Entries: results };
  return { ...answer, body: Buffer.from(JSON.stringify(body)) };
}

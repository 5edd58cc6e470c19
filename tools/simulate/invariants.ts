import { createHash } from 'node:crypto';
import type { Plan } from './plan.ts';

export interface Bucket {
  readonly name: string;
  /** The document of its tags. */
  readonly tags: string;
}

/** An event on the bus. */
export interface BusEvent {
  readonly detailType: string;
  readonly metadata: { readonly eventId: string; readonly correlationId: string; readonly causationId?: string };
  readonly data: { readonly userId: string };
}

/** How a schedule ended. */
export interface Outcome {
  readonly end: 'at rest' | 'busy';
  /** Users whose registration was acknowledged. */
  readonly registered: readonly string[];
  readonly rows: readonly { readonly userId: string; readonly uri: string | undefined }[];
  readonly buckets: readonly Bucket[];
  /** Every URI that a user's row ever had. */
  readonly urisOf: ReadonlyMap<string, readonly string[]>;
  readonly events: readonly BusEvent[];
  /** Whose events are in which dead-letter queue. */
  readonly deadLetters: readonly { readonly userId: string; readonly queue: string }[];
  /** Users whose record is in the pipe's dead-letter queue. */
  readonly lostByPipe: readonly string[];
  /** How many messages are left in each subscriber's queue. */
  readonly waiting: readonly number[];
  readonly bugs: readonly string[];
  readonly denied: number;
  /** Log lines with personal data. */
  readonly personalLines: number;
  /** Faults that struck. */
  readonly faults: number;
}

/** A promise that a schedule broke. */
export interface Violation {
  readonly what: string;
  /** @default - it concerns no user alone */
  readonly userId?: string;
}

/** Which promises of the pipeline the outcome breaks. */
export function findViolations(plan: Plan, outcome: Outcome): Violation[] {
  return [
    ...stillBusy(outcome),
    ...outcome.bugs.map((stack) => ({ what: `the engine has a bug: ${stack}` })),
    ...(outcome.denied > 0 ? [{ what: `${outcome.denied} calls were denied though no grant was taken away` }] : []),
    ...(outcome.personalLines > 0 ? [{ what: `${outcome.personalLines} log lines have personal data` }] : []),
    ...outcome.registered.flatMap((userId) => ofUser(userId, plan, outcome)),
    ...strayBuckets(outcome),
    ...overwritten(outcome),
    ...causes(outcome),
  ];
}

/** What is still wrong after nothing failed any more, and every dead letter was redriven. The pipe's are another matter. */
export function findUnrepaired({ registered, rows, deadLetters, lostByPipe }: Outcome): Violation[] {
  const still = new Set(deadLetters.map(({ userId }) => userId));
  return registered.flatMap((userId) => {
    if (still.has(userId)) return [{ userId, what: 'has an event in a dead-letter queue again after the redrive' }];
    const isMissing = rows.find((row) => row.userId === userId)?.uri === undefined && !lostByPipe.includes(userId);
    return isMissing ? [{ userId, what: 'has no URI after the redrive' }] : [];
  });
}

function stillBusy({ end, waiting }: Outcome): Violation[] {
  const left = waiting.reduce((sum, messages) => sum + messages, 0);
  if (end === 'busy') return [{ what: 'a day later there is still something to do' }];
  return left > 0 ? [{ what: `${left} messages are left in the queues, and are not taken` }] : [];
}

/** Every registered user has one bucket and its URI, or an event in a dead-letter queue; without faults always the former. */
function ofUser(userId: string, { faults }: Plan, { rows, buckets, deadLetters, lostByPipe }: Outcome): Violation[] {
  const own = buckets.filter(({ tags }) => tags.includes(hashOf(userId)));
  const uri = rows.find((row) => row.userId === userId)?.uri;
  const isDead = lostByPipe.includes(userId) || deadLetters.some((letter) => letter.userId === userId);
  if (own.length > 1) return [{ userId, what: `has ${own.length} buckets: ${own.map(({ name }) => name).join(', ')}` }];
  if (isDead && faults.length === 0)
    return [{ userId, what: 'has an event in a dead-letter queue, though nothing failed' }];
  if (uri === undefined) return isDead ? [] : [{ userId, what: 'has no URI, and no event in a dead-letter queue' }];
  if (!own.some(({ name }) => uri === `s3://${name}`)) {
    return [{ userId, what: `has the URI ${uri}, but owns ${own.map(({ name }) => name).join() || 'no bucket'}` }];
  }
  return [];
}

function strayBuckets({ buckets, registered }: Outcome): Violation[] {
  const owners = registered.map(hashOf);
  return buckets
    .filter(({ tags }) => !owners.some((owner) => tags.includes(owner)))
    .map(({ name }) => ({ what: `the bucket ${name} belongs to no registered user` }));
}

function overwritten({ urisOf }: Outcome): Violation[] {
  return [...urisOf]
    .filter(([, uris]) => uris.length > 1)
    .map(([userId, uris]) => ({ userId, what: `had a URI that was overwritten: ${uris.join(', ')}` }));
}

/** What was published names its cause, which was published before it, and the registration where it began. */
function causes({ events }: Outcome): Violation[] {
  const seen = new Map<string, BusEvent>();
  return events.flatMap((event) => {
    const { metadata, data, detailType } = event;
    const cause = seen.get(metadata.causationId ?? '');
    seen.set(metadata.eventId, event);
    if (metadata.causationId === undefined) {
      return metadata.correlationId === metadata.eventId
        ? []
        : [{ userId: data.userId, what: `${detailType} has no cause` }];
    }
    const isOfCause =
      cause?.data.userId === data.userId &&
      cause.metadata.correlationId === metadata.correlationId &&
      metadata.eventId === `${metadata.causationId}:${detailType}`;
    return isOfCause
      ? []
      : [{ userId: data.userId, what: `${detailType} ${metadata.eventId} is not what its cause led to` }];
  });
}

function hashOf(userId: string): string {
  return createHash('sha256').update(userId).digest('hex');
}

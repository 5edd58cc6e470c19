import type { Plan } from '../day/plan.ts';
import { fixedBy } from './commands.ts';
import type { Bucket, Outcome, Promised, Registered } from './outcome.ts';
import { ownerHash, type Violation } from './violation.ts';

/**
 * Every registration whose user is there has one bucket and its URI in the row, or an event in a dead-letter queue; without faults
 * always the former. A row that was overwritten by a put has lost its URI (docs/operating.md).
 */
export const everyUserIsServed: Promised = (outcome, plan) => [
  ...outcome.registered
    .filter((userId) => !outcome.registrations.some((registration) => registration.userId === userId))
    .map((userId) => ({ userId, what: 'has registered, and there is no record of it' })),
  ...outcome.registrations.filter(({ isGone }) => !isGone).flatMap((each) => ofRegistration(each, plan, outcome)),
];

function ofRegistration(registration: Registered, { faults }: Plan, outcome: Outcome): Violation[] {
  const { userId } = registration;
  const own = bucketsOf(registration, outcome.buckets);
  const uri = uriOf(userId, outcome);
  const isDead = isDeadLetter(registration, outcome);
  if (isDead && faults.length === 0)
    return [{ userId, what: 'has an event in a dead-letter queue, though nothing failed' }];
  // Where users leave, bucket-service gives those who are back the bucket that their row names (decision 0034).
  const earlier = outcome.retiresBuckets ? earlierOf(registration, outcome) : [];
  const earlierBuckets = earlier.flatMap((each) => bucketsOf(each, outcome.buckets));
  const wasOverwritten = isPutOver(registration, [...own, ...earlierBuckets]);
  if (uri === undefined) {
    return isDead || wasOverwritten ? [] : [{ userId, what: 'has no URI, and no event in a dead-letter queue' }];
  }
  if (own.some(({ name }) => uri === `s3://${name}`)) return [];
  // An earlier registration's event came late, or the row was put back with its URI: nothing is overwritten then (docs/architecture.md).
  const isOfEarlier = namesEarlier(uri, registration, outcome);
  if (isOfEarlier && (isDead || wasOverwritten || outcome.retiresBuckets)) return [];
  return [{ userId, what: `has the URI ${uri}, but owns ${own.map(({ name }) => name).join() || 'no bucket'}` }];
}

/** Whether the row has lost the URI of its registration to a put, and has not got it back since. */
function isPutOver({ uris, putOver }: Registered, own: readonly Bucket[]): boolean {
  // One with which the row was put back is not of this registration.
  const isIts = (uri: string | undefined) =>
    uri !== undefined && (uri === uris[0] || own.some(({ name }) => uri === `s3://${name}`));
  return putOver.includes(uris.findLastIndex(isIts) + 1);
}

/** A registration has one bucket at most, and no bucket is there without one: its tags name both. */
export const everyBucketIsOfOneRegistration: Promised = (outcome) => {
  const { buckets, registrations } = outcome;
  const strays = buckets.filter((bucket) => !registrations.some((registration) => isOf(bucket, registration)));
  return [
    ...strays.map(({ name }) => ({ what: `the bucket ${name} belongs to no registration` })),
    ...registrations.flatMap((registration) => {
      const { userId } = registration;
      const own = bucketsOf(registration, buckets).map(({ name }) => name);
      if (own.length <= 1 || (own.length === 2 && wasFixedBefore(registration, outcome))) return [];
      return [{ userId, what: `has ${own.length} buckets of one registration: ${own.join(', ')}` }];
    }),
  ];
};

/**
 * Whether `reconcile --fix` has registered a user whose own event came to the queue of bucket-service after that: it was still at the
 * pipe, or at a rule that tries again, or it was imported (docs/operating.md).
 */
function wasFixedBefore({ eventId, userId }: Registered, { commands, archived }: Outcome): boolean {
  const fixedAt = commands.filter((run) => fixedBy(run).includes(userId)).map(({ startedAt }) => startedAt);
  const own = archived.filter((event) => event.subscriber === 'bucket-service' && event.eventId === eventId);
  const isLater = (at: number) => own.some(({ arrivedAt }) => arrivedAt === undefined || arrivedAt > at);
  return fixedAt.some((at) => own.length === 0 || isLater(at));
}

/** A bucket that was made stays, also when its user leaves. */
export const bucketsStay: Promised = ({ events, buckets }) => {
  const names = new Set(buckets.map(({ name }) => name));
  return events.flatMap(({ detailType, data: { userId, bucketName = '' } }) =>
    detailType !== 'BucketCreated' || names.has(bucketName)
      ? []
      : [{ userId, what: `was given the bucket ${bucketName}, which is not there` }],
  );
};

/** As long as a row stands, no URI in it is replaced by another. */
export const noUriIsOverwritten: Promised = ({ registrations }) =>
  registrations.flatMap(({ userId, uris }) =>
    uris.flatMap((uri, place) => {
      const before = place === 0 ? undefined : uris[place - 1];
      const isReplaced = before !== undefined && uri !== undefined && before !== uri;
      return isReplaced ? [{ userId, what: `had the URI ${before}, which was overwritten by ${uri}` }] : [];
    }),
  );

/** No service makes a row: a user who was deleted stays deleted. */
export const onlySignUpsMakeRows: Promised = ({ registrations }) =>
  registrations
    .filter(({ isSignUp }) => !isSignUp)
    .map(({ userId }) => ({ userId, what: 'has a row that no sign-up has written' }));

/** Each new row becomes an event, unless the pipe gave its record up; nothing else does, such as a row that is overwritten. */
export const onlyNewRowsAreRegistrations: Promised = ({ registrations, events, lostByPipe }) => {
  const published = events.filter(
    ({ detailType, metadata }) =>
      detailType === 'UserRegistered' && !metadata.replayName && !metadata.eventId.startsWith(FIXED),
  );
  const isOf = ({ metadata, data }: (typeof events)[number], { eventId, userId, registeredAt }: Registered) =>
    metadata.eventId === eventId && data.userId === userId && data.registeredAt === registeredAt;
  return [
    ...registrations
      .filter((each) => !published.some((event) => isOf(event, each)))
      .filter(({ eventId }) => !lostByPipe.some((lost) => lost.eventId === eventId))
      .map(({ userId }) => ({ userId, what: 'has a new row, which was not published' })),
    ...published
      .filter((event) => !registrations.some((each) => isOf(event, each)))
      .map(({ data: { userId } }) => ({ userId, what: 'has a UserRegistered event without a new row' })),
  ];
};

/** What is still wrong after nothing failed any more, and operators did what the documents say. */
export const everyUserIsRepaired: Promised = (outcome) => {
  const dead = outcome.deadLetters.map(({ userId }) => ({
    userId,
    what: 'has an event in a dead-letter queue again after the redrive',
  }));
  const standing = outcome.registrations.filter(({ isGone }) => !isGone);
  return [...dead, ...standing.flatMap((registration) => unrepaired(registration, outcome)), ...unhandled(outcome)];
};

/** uri-recorder's were decided about, and some were deleted. */
function unhandled({ archived, handled, lostByRules, purged }: Outcome): Violation[] {
  // Only the archive has what a rule lost: reconcile gave its user what the event would have, but no subscriber the event.
  const gone = new Set([...purged, ...lostByRules].map(({ subscriber, eventId }) => `${subscriber} ${eventId}`));
  return archived
    .filter(({ subscriber, eventId }) => subscriber !== 'uri-recorder' && !handled.has(`${subscriber} ${eventId}`))
    .filter(({ eventId, subscriber }) => !gone.has(`${subscriber} ${eventId}`))
    .map(({ userId, subscriber }) => ({ userId, what: `has an event that ${subscriber} never handled` }));
}

function unrepaired(registration: Registered, outcome: Outcome): Violation[] {
  const { userId, uris } = registration;
  const uri = uriOf(userId, outcome);
  if (uri === undefined) return [{ userId, what: 'has no URI after the repair' }];
  const own = bucketsOf(registration, outcome.buckets);
  // Put back from a backup.
  if (own.some(({ name }) => uri === `s3://${name}`) || uri === uris[0]) return [];
  if (outcome.retiresBuckets && namesEarlier(uri, registration, outcome)) return [];
  // An event of this registration never came: the user was served as an earlier one, by its late event or by reconcile.
  if (isDeadLetter(registration, outcome) && namesEarlier(uri, registration, outcome)) return [];
  // Lost by a put, and then an earlier registration's event came.
  if (isPutOver(registration, own) && namesEarlier(uri, registration, outcome)) return [];
  return [{ userId, what: `has the URI ${uri} of another registration after the repair` }];
}

/** Whether an event of this registration is in a dead-letter queue, or was purged from it, or a rule could not send it there either. */
function isDeadLetter({ eventId }: Registered, { deadLetters, lostByPipe, lostByRules, purged }: Outcome): boolean {
  return (
    lostByPipe.some((lost) => lost.eventId === eventId) ||
    lostByRules.some(({ correlationId }) => correlationId === eventId) ||
    [...deadLetters, ...purged].some(({ correlationId }) => correlationId === eventId)
  );
}

function uriOf(userId: string, { rows }: Outcome): string | undefined {
  return rows.find((row) => row.userId === userId)?.uri;
}

/** Whether a URI is that of an earlier registration of the same user. */
function namesEarlier(uri: string, registration: Registered, outcome: Outcome): boolean {
  return earlierOf(registration, outcome).some((earlier) =>
    bucketsOf(earlier, outcome.buckets).some(({ name }) => uri === `s3://${name}`),
  );
}

/** Those of the same user before this one. */
function earlierOf({ userId, eventId }: Registered, { registrations }: Outcome): Registered[] {
  const own = registrations.filter((each) => each.userId === userId);
  return own.slice(
    0,
    own.findIndex((each) => each.eventId === eventId),
  );
}

/** How the ids of registrations begin that `reconcile --fix` makes for users whose own event is lost. */
const FIXED = 'reconcile-';

/** The buckets of a registration. More than one is a broken promise. Registrations of one user within a second share a bucket. */
function bucketsOf(registration: Pick<Registered, 'userId' | 'registeredAt'>, buckets: readonly Bucket[]): Bucket[] {
  return buckets.filter((bucket) => isOf(bucket, registration));
}

/** Whether it was made since `reconcile --fix` registered its user. */
export function isOfFix({ tags }: Bucket): boolean {
  return tags.correlationId?.startsWith(FIXED) === true;
}

function isOf(bucket: Bucket, { userId, registeredAt }: Pick<Registered, 'userId' | 'registeredAt'>): boolean {
  const { tags } = bucket;
  return tags.userIdSha256 === ownerHash(userId) && (isOfFix(bucket) || tags.registeredAt === String(registeredAt));
}

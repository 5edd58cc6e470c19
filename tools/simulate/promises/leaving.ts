import type { Bucket, Outcome, Promised, Registered } from './outcome.ts';
import { isFullyMarked, isMarked } from './settling.ts';
import { isOfFix } from './users.ts';
import { ownerHash, type Violation } from './violation.ts';

/**
 * A bucket is retired as long as its user has no row (decision 0034): tagged, and to be emptied, both or none. Where a dead letter, or a
 * record that a pipe gave up, is about that, it may come later; where one was purged, or was lost by a rule, never.
 */
export const bucketsOfThoseWhoLeftAreRetired: Promised = (outcome) => {
  const last = new Map(outcome.registrations.map((registration) => [registration.userId, registration]));
  return [...last.values()].flatMap((registration) => ofUser(registration, outcome));
};

/** Each row that is deleted becomes an event, unless the pipe gave its record up; nothing else does. Other stages publish none. */
export const onlyDeletedRowsAreDeletions: Promised = ({ registrations, events, lostByPipe, retiresBuckets }) => {
  const deletions = registrations.flatMap(({ userId, deletionId }) => (deletionId ? [{ userId, deletionId }] : []));
  const published = events.filter(({ detailType, metadata }) => detailType === 'UserDeleted' && !metadata.replayName);
  const known = new Set([
    ...published.map(({ metadata }) => metadata.eventId),
    ...lostByPipe.map((lost) => lost.eventId),
  ]);
  const left = retiresBuckets ? deletions.filter(({ deletionId }) => !known.has(deletionId)) : [];
  return [
    ...left.map(({ userId }) => ({ userId, what: 'left, which was not published' })),
    ...published
      .filter(({ metadata }) => !deletions.some(({ deletionId }) => deletionId === metadata.eventId))
      .map(({ data: { userId } }) => ({ userId, what: 'has a UserDeleted event without a deleted row' })),
  ];
};

/** @param last the registration of the user after which none came */
function ofUser(last: Registered, outcome: Outcome): Violation[] {
  const { userId } = last;
  const { buckets, rows, retiresBuckets } = outcome;
  const isThere = rows.some((row) => row.userId === userId);
  const own = buckets.filter(({ tags }) => tags.userIdSha256 === ownerHash(userId));
  return own.flatMap((bucket): Violation[] => {
    const isRetired = isMarked(bucket);
    if (!retiresBuckets) {
      return isRetired
        ? [{ userId, what: `is of a stage that keeps buckets as they are, and ${bucket.name} is retired` }]
        : [];
    }
    if (isThere) {
      return isRetired && !mayBeRestored(last, outcome)
        ? [{ userId, what: `is there, and ${bucket.name} is retired` }]
        : [];
    }
    if (isFullyMarked(bucket) || mayBeRetired(bucket, last, outcome)) return [];
    // The function that restored it for a replay or a repair died before it could take that back (decision 0034).
    if (outcome.cutShort.includes(bucket.name)) return [];
    if (isOfReplay(bucket, last, outcome)) return [];
    // `reconcile` registered a user who left after it had read the row; it shows the bucket as one without user.
    if (isOfFix(bucket)) return [];
    return [{ userId, what: `left, and ${bucket.name} is not retired` }];
  });
}

/**
 * Whether what would retire a bucket has not come: the deletion of the row, after which there was none; or, for a bucket that was made
 * later, what says that it is there.
 */
function mayBeRetired({ name, tags }: Bucket, { deletionId }: Registered, outcome: Outcome): boolean {
  const announced = new Set(
    outcome.events.filter(({ data }) => data.bucketName === name).map(({ metadata }) => metadata.eventId),
  );
  return (
    outcome.lostByPipe.some(({ eventId }) => eventId === deletionId) ||
    undone(outcome).some(({ subscriber, eventId, correlationId }) => {
      if (subscriber === 'bucket-retirer') return eventId === deletionId;
      if (subscriber === 'bucket-restorer') return announced.has(eventId);
      return subscriber === 'bucket-service' && correlationId === tags.correlationId;
    })
  );
}

/**
 * Whether what would restore the buckets of a user who is back has not come: the registration, or what came of it; or the deletion of an
 * earlier row, after which bucket-retirer looks again and takes back what it has done.
 */
function mayBeRestored({ userId, eventId: registrationId }: Registered, outcome: Outcome): boolean {
  const own = outcome.registrations.filter((registration) => registration.userId === userId);
  return (
    outcome.lostByPipe.some(({ eventId }) => eventId === registrationId) ||
    undone(outcome).some(({ subscriber, eventId, correlationId }) => {
      if (subscriber === 'bucket-retirer') return own.some(({ deletionId }) => deletionId === eventId);
      return ['bucket-service', 'bucket-restorer'].includes(subscriber) && correlationId === registrationId;
    })
  );
}

/**
 * Whether only replays announced a bucket, and its user had left before: a replayed registration that never had a bucket of its own, of a
 * row that was put back, has one made. Nothing that is replayed retires one (decision 0034).
 */
function isOfReplay({ name }: Bucket, { deletionId }: Registered, { events }: Outcome): boolean {
  const leftAt = events.findIndex(({ metadata }) => metadata.eventId === deletionId);
  const announcements = events.flatMap(({ data, metadata }, at) =>
    data.bucketName === name ? [{ at, ...metadata }] : [],
  );
  const isLater = ({ at, replayName }: (typeof announcements)[number]) => replayName !== undefined && at > leftAt;
  return leftAt >= 0 && announcements.length > 0 && announcements.every(isLater);
}

/** Events that a subscriber has not handled, and may handle later or not at all. */
function undone({ deadLetters, purged, lostByRules }: Outcome): Outcome['lostByRules'] {
  return [...deadLetters, ...purged, ...lostByRules];
}

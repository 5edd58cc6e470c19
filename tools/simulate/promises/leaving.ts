import type { Bucket, Outcome, Promised } from './outcome.ts';
import { ownerHash, type Violation } from './violation.ts';

/**
 * A bucket is retired as long as its user has no row (decision 0034): tagged, and to be emptied, both or none. Where a dead letter or a
 * record that a pipe gave up is about the user, that may come later.
 */
export const bucketsOfThoseWhoLeftAreRetired: Promised = (outcome) => {
  const waiting = new Set([...outcome.deadLetters, ...outcome.lostByPipe].map(({ userId }) => userId));
  const users = new Set(outcome.registrations.map(({ userId }) => userId));
  return [...users].filter((userId) => !waiting.has(userId)).flatMap((userId) => ofUser(userId, outcome));
};

function ofUser(userId: string, outcome: Outcome): Violation[] {
  const { buckets, rows, retiresBuckets } = outcome;
  const isThere = rows.some((row) => row.userId === userId);
  const own = buckets.filter(({ tags }) => tags.userIdSha256 === ownerHash(userId));
  return own.flatMap((bucket): Violation[] => {
    const isRetired = isMarked(bucket);
    if (isThere || !retiresBuckets) {
      const why = isThere ? 'is there' : 'left a stage that keeps buckets as they are';
      return isRetired ? [{ userId, what: `${why}, and ${bucket.name} is retired` }] : [];
    }
    // What only a replay or a repair says does not retire a bucket, nor does an event that a rule has lost.
    if (isFullyMarked(bucket) || isOnlyTold(userId, outcome)) return [];
    return [{ userId, what: `left, and ${bucket.name} is not retired` }];
  });
}

function isMarked({ tags, isToBeEmptied }: Bucket): boolean {
  return tags.retiredAt !== undefined || tags.emptiedFrom !== undefined || isToBeEmptied === true;
}

function isFullyMarked({ tags, isToBeEmptied }: Bucket): boolean {
  return tags.retiredAt !== undefined && tags.emptiedFrom !== undefined && isToBeEmptied === true;
}

function isOnlyTold(userId: string, { events, replayed, lostByRules }: Outcome): boolean {
  const lost = new Set(lostByRules.map(({ eventId }) => eventId));
  return (
    events.some(({ data, metadata }) => data.userId === userId && lost.has(metadata.eventId)) ||
    replayed.some((message) => message.userId === userId) ||
    events.some(({ data, metadata }) => data.userId === userId && metadata.replayName !== undefined)
  );
}

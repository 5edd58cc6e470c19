import type { Plan } from '../day/plan.ts';
import type { PlannedFault } from '../faults/index.ts';
import type { Outcome, Promised } from './outcome.ts';
import { isFullyMarked, isMarked } from './settling.ts';
import { isOfFix } from './users.ts';
import { ownerHash, type Violation } from './violation.ts';

/**
 * A bucket is retired as long as its user has no row (decision 0034): tagged, and to be emptied, both or none. Where a dead letter or a
 * record that a pipe gave up is about the user, that may come later; where one was purged, never. Purged events of uri-recorder do not
 * matter: it retires nothing, and nothing is retired because of what it does.
 */
export const bucketsOfThoseWhoLeftAreRetired: Promised = (outcome, plan) => {
  const purged = outcome.purged.filter(({ subscriber }) => subscriber !== 'uri-recorder');
  const waiting = new Set([...outcome.deadLetters, ...outcome.lostByPipe, ...purged].map(({ userId }) => userId));
  const users = new Set(outcome.registrations.map(({ userId }) => userId));
  return [...users].filter((userId) => !waiting.has(userId)).flatMap((userId) => ofUser(userId, outcome, plan));
};

function ofUser(userId: string, outcome: Outcome, plan: Plan): Violation[] {
  const { buckets, rows, retiresBuckets } = outcome;
  const isThere = rows.some((row) => row.userId === userId);
  const own = buckets.filter(({ tags }) => tags.userIdSha256 === ownerHash(userId));
  return own.flatMap((bucket): Violation[] => {
    const isRetired = isMarked(bucket);
    if (isThere || !retiresBuckets) {
      const why = isThere ? 'is there' : 'left a stage that keeps buckets as they are';
      return isRetired ? [{ userId, what: `${why}, and ${bucket.name} is retired` }] : [];
    }
    if (isFullyMarked(bucket) || isLostByRule(userId, outcome)) return [];
    // A replay or a repair that restores the bucket takes that back, unless its function dies before it can (decision 0034).
    if (plan.faults.some(endsFunctions) && isReplayed(userId, outcome)) return [];
    // `reconcile` registered a user who left after it had read the row; it shows the bucket as one without user.
    if (isOfFix(bucket)) return [];
    return [{ userId, what: `left, and ${bucket.name} is not retired` }];
  });
}

function isLostByRule(userId: string, { events, lostByRules }: Outcome): boolean {
  const lost = new Set(lostByRules.map(({ eventId }) => eventId));
  return events.some(({ data, metadata }) => data.userId === userId && lost.has(metadata.eventId));
}

function isReplayed(userId: string, { events, replayed }: Outcome): boolean {
  return (
    replayed.some((message) => message.userId === userId) ||
    events.some(({ data, metadata }) => data.userId === userId && metadata.replayName !== undefined)
  );
}

function endsFunctions(fault: PlannedFault): boolean {
  if (fault.kind === 'on-the-way') return /^(?:kill|timeout)-/.test(fault.what);
  return ['host-lost', 'init', 'engine-killed'].includes(fault.kind);
}

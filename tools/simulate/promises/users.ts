import type { Plan } from '../day/plan.ts';
import type { Outcome } from './outcome.ts';
import type { Promised } from './promised.ts';
import { ownerHash, type Violation } from './violation.ts';

/** Every registered user has one bucket and its URI, or an event in a dead-letter queue; without faults always the former. */
export const everyUserIsServed: Promised = (outcome, plan) =>
  outcome.registered.flatMap((userId) => ofUser(userId, plan, outcome));

function ofUser(userId: string, { faults }: Plan, { rows, buckets, deadLetters, lostByPipe }: Outcome): Violation[] {
  const own = buckets.filter(({ tags }) => tags.includes(ownerHash(userId)));
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

export const noStrayBuckets: Promised = ({ buckets, registered }) => {
  const owners = registered.map(ownerHash);
  return buckets
    .filter(({ tags }) => !owners.some((owner) => tags.includes(owner)))
    .map(({ name }) => ({ what: `the bucket ${name} belongs to no registered user` }));
};

export const noUriIsOverwritten: Promised = ({ urisOf }) =>
  [...urisOf]
    .filter(([, uris]) => uris.length > 1)
    .map(([userId, uris]) => ({ userId, what: `had a URI that was overwritten: ${uris.join(', ')}` }));

/** What is still wrong after nothing failed any more, and every dead letter was redriven. The pipe's are another matter. */
export function findUnrepaired({ registered, rows, deadLetters, lostByPipe, brokenSteps }: Outcome): Violation[] {
  const still = new Set(deadLetters.map(({ userId }) => userId));
  const ofUsers = registered.flatMap((userId) => {
    if (still.has(userId)) return [{ userId, what: 'has an event in a dead-letter queue again after the redrive' }];
    const isMissing = rows.find((row) => row.userId === userId)?.uri === undefined && !lostByPipe.includes(userId);
    return isMissing ? [{ userId, what: 'has no URI after the redrive' }] : [];
  });
  return [...brokenSteps, ...ofUsers];
}

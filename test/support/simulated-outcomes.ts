import { createHash } from 'node:crypto';
import type { Plan } from '../../tools/simulate/day/plan.ts';
import { findViolations, type Outcome } from '../../tools/simulate/promises/index.ts';

/** A day on which nothing fails. */
export const calm: Plan = { seed: '1', registrations: [{ userId: 'ada', atMs: 0 }], faults: [] };

/** A day on which something does. */
export const bad: Plan = { ...calm, faults: [{ kind: 'duplicate', what: 'queue-message', nth: 1 }] };

const hashOf = (userId: string) => createHash('sha256').update(userId).digest('hex');

/** The bucket of Ada, whose registration is `r`. */
export const bucket = { name: 'siuada', tags: { userIdSha256: hashOf('ada'), registeredAt: '1' } };

/** What her registration's event says of itself. */
export const registered = { eventId: 'r', correlationId: 'r' };

/** What her registration led to. */
export const created = { eventId: 'r:BucketCreated', correlationId: 'r', causationId: 'r' };

/** An event about her, or another user. */
export const event = (detailType: string, metadata: Outcome['events'][number]['metadata'], userId = 'ada') => ({
  detailType,
  metadata,
  data: detailType === 'BucketCreated' ? { userId, bucketName: 'siuada' } : { userId, registeredAt: 1 },
});

/** Her registration. */
export const signUp: Outcome['registrations'][number] = {
  userId: 'ada',
  eventId: 'r',
  registeredAt: 1,
  isSignUp: true,
  uris: [undefined, 's3://siuada'],
  putOver: [],
  isGone: false,
};

/** What was promised: she has her bucket, and its URI in her row. */
export const good: Outcome = {
  end: 'at rest',
  registered: ['ada'],
  registrations: [signUp],
  rows: [{ userId: 'ada', uri: 's3://siuada' }],
  buckets: [bucket],
  events: [event('UserRegistered', registered), event('BucketCreated', created)],
  deadLetters: [],
  lostByPipe: [],
  purged: [],
  waiting: [0, 0],
  dlqs: [],
  lateReads: [],
  cutShort: [],
  bugs: [],
  brokenSteps: [],
  denied: [],
  lostByRules: [],
  personalLines: 0,
  commands: [],
  replayed: [],
  archived: [
    { at: 0, archivedAt: 0, subscriber: 'bucket-service', eventId: 'r', userId: 'ada' },
    { at: 0, archivedAt: 0, subscriber: 'uri-recorder', eventId: 'r:BucketCreated', userId: 'ada' },
  ],
  subscriptions: [
    { subscriber: 'bucket-service', event: 'UserRegistered', replays: 'receive' },
    { subscriber: 'uri-recorder', event: 'BucketCreated', replays: 'receive' },
  ],
  retiresBuckets: false,
  handled: new Set(['bucket-service r', 'uri-recorder r:BucketCreated']),
  faults: 0,
};

/** What is wrong with an outcome that is good but for this. */
export const broken = (what: Partial<Outcome>, plan = bad) =>
  findViolations(plan, { ...good, ...what }).map((each) => each.what);

/** Her registration, which the pipe gave up. */
export const lostByPipe = [{ userId: 'ada', eventId: 'r' }];

/** Ada left, and is back with a second registration. */
export const back = {
  ...signUp,
  eventId: 'r2',
  registeredAt: 2,
  uris: [undefined, 's3://siuada2'],
};

/** The bucket of that one. */
export const backBucket = { name: 'siuada2', tags: { ...bucket.tags, registeredAt: '2' } };

/** The outcome then, so far as it differs. */
export const twice: Partial<Outcome> = {
  registrations: [{ ...signUp, isGone: true }, back],
  rows: [{ userId: 'ada', uri: 's3://siuada2' }],
  buckets: [bucket, backBucket],
  archived: [],
  subscriptions: [],
  events: [
    ...good.events,
    { ...event('UserRegistered', { eventId: 'r2', correlationId: 'r2' }), data: { userId: 'ada', registeredAt: 2 } },
  ],
};

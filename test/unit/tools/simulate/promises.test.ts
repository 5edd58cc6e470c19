import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { Plan } from '../../../../tools/simulate/day/plan.ts';
import { findUnrepaired, findViolations, type Outcome } from '../../../../tools/simulate/promises/index.ts';

const calm: Plan = { seed: '1', registrations: [{ userId: 'ada', atMs: 0 }], faults: [] };
const bad: Plan = { ...calm, faults: [{ kind: 'duplicate', what: 'queue-message', nth: 1 }] };
const bucket = { name: 'siuada', tags: createHash('sha256').update('ada').digest('hex') };
const registered = { eventId: 'r', correlationId: 'r' };
const created = { eventId: 'r:BucketCreated', correlationId: 'r', causationId: 'r' };
const event = (detailType: string, metadata: Outcome['events'][number]['metadata'], userId = 'ada') => ({
  detailType,
  metadata,
  data: { userId },
});

const good: Outcome = {
  end: 'at rest',
  registered: ['ada'],
  rows: [{ userId: 'ada', uri: 's3://siuada' }],
  buckets: [bucket],
  urisOf: new Map([['ada', ['s3://siuada']]]),
  events: [event('UserRegistered', registered), event('BucketCreated', created)],
  deadLetters: [],
  lostByPipe: [],
  waiting: [0, 0],
  bugs: [],
  brokenSteps: [],
  denied: 0,
  personalLines: 0,
  commands: [],
  replayed: [],
  archived: [],
  faults: 0,
};

/** An outcome that is good but for this. */
const broken = (what: Partial<Outcome>, plan = bad) =>
  findViolations(plan, { ...good, ...what }).map((each) => each.what);
const noUri = [{ userId: 'ada', uri: undefined }];
const dead = [{ userId: 'ada', queue: 'dead' }];

test('given what was promised, there is nothing to say', () => {
  expect(broken({})).toEqual([]);
});

test('a user without URI has an event in a dead-letter queue', () => {
  expect(broken({ rows: noUri, deadLetters: dead })).toEqual([]);
  expect(broken({ rows: noUri })).toEqual(['has no URI, and no event in a dead-letter queue']);
});

test('a record that the pipe gave up is in its dead-letter queue', () => {
  expect(broken({ rows: noUri, lostByPipe: ['ada'] })).toEqual([]);
});

test('after the redrive every user has a URI, and no event is dead', () => {
  const left = (what: Partial<Outcome>) => findUnrepaired({ ...good, ...what }).map((each) => each.what);
  expect(left({})).toEqual([]);
  expect(left({ rows: noUri, lostByPipe: ['ada'] })).toEqual([]);
  expect(left({ rows: noUri })).toEqual(['has no URI after the redrive']);
  expect(left({ deadLetters: dead })).toEqual(['has an event in a dead-letter queue again after the redrive']);
});

test.each<[string, Partial<Outcome>]>([
  ['a dead letter on a calm day', { deadLetters: dead }],
  ['two buckets of one user', { buckets: [bucket, { ...bucket, name: 'siuada2' }] }],
  ['a URI of another bucket', { rows: [{ userId: 'ada', uri: 's3://other' }] }],
  ['a URI without bucket', { buckets: [] }],
  ['a bucket without registration', { buckets: [bucket, { name: 'stray', tags: '' }] }],
  ['a URI that was overwritten', { urisOf: new Map([['ada', ['s3://siuada', 's3://other']]]) }],
  ['messages that are left', { waiting: [0, 1] }],
  ['an end that never comes', { end: 'busy' }],
  ['a bug of the engine', { bugs: ['TypeError'] }],
  ['a denied call', { denied: 1 }],
  ['personal data in a log', { personalLines: 1 }],
  ['a cause that was never there', { events: [event('BucketCreated', created)] }],
  [
    'a cause of another user',
    { events: [event('UserRegistered', registered, 'bob'), event('BucketCreated', created)] },
  ],
  [
    'a new id for a repetition',
    { events: [good.events[0], event('BucketCreated', { ...created, eventId: 'new' })].flatMap((each) => each ?? []) },
  ],
])('%s breaks one promise', (_what, outcome) => {
  expect(broken(outcome, calm)).toHaveLength(1);
});

import { describe, expect, test } from '@jest/globals';
import type { Plan } from '../../../../tools/simulate/day/plan.ts';
import { findUnrepaired, type Outcome } from '../../../../tools/simulate/promises/index.ts';
import {
  back,
  bad,
  broken,
  bucket,
  calm,
  created,
  event,
  good,
  lostByPipe,
  registered,
  signUp,
  twice,
} from '../../../support/simulated-outcomes.ts';

const noUri = { rows: [{ userId: 'ada', uri: undefined }], registrations: [{ ...signUp, uris: [undefined] }] };
const dead = [
  {
    userId: 'ada',
    subscriber: 'uri-recorder',
    queue: 'dead',
    eventId: 'r:BucketCreated',
    correlationId: 'r',
    reason: 'x',
  },
];

test('given what was promised, there is nothing to say', () => {
  expect(broken({})).toEqual([]);
});

test('a user without URI has an event in a dead-letter queue', () => {
  expect(broken({ ...noUri, deadLetters: dead })).toEqual([]);
  expect(broken({ ...noUri })).toEqual(['has no URI, and no event in a dead-letter queue']);
});

test('what someone has purged is no more than that: the user is without a URI until the repair, and the event is never handled', () => {
  const purged = dead;
  const handled = new Set(['bucket-service r']);
  expect(broken({ ...noUri, handled, purged })).toEqual([]);
  expect(
    broken({ ...noUri, handled, purged: [{ ...purged[0], correlationId: 'r2', eventId: 'r2' } as (typeof dead)[0]] }),
  ).toEqual([
    'has no URI, and no event in a dead-letter queue',
    'has the event r:BucketCreated, which uri-recorder has not handled',
  ]);
  const left = (what: Partial<Outcome>) => findUnrepaired(bad, { ...good, ...what }).map((each) => each.what);
  expect(left({ ...noUri, purged })).toEqual(['has no URI after the repair']);
  const unhandled = { handled: new Set(['uri-recorder r:BucketCreated']) };
  expect(left(unhandled)).toEqual(['has an event that bucket-service never handled']);
  expect(
    left({ ...unhandled, purged: [{ ...purged[0], subscriber: 'bucket-service', eventId: 'r' } as (typeof dead)[0]] }),
  ).toEqual([]);
});

test('a record that the pipe gave up is in its dead-letter queue', () => {
  expect(broken({ ...noUri, lostByPipe })).toEqual([]);
});

test('after the repair every user has a URI, and no event is dead', () => {
  const left = (what: Partial<Outcome>) => findUnrepaired(bad, { ...good, ...what }).map((each) => each.what);
  expect(left({})).toEqual([]);
  expect(left({ ...noUri, lostByPipe })).toEqual(['has no URI after the repair']);
  expect(left({ ...noUri })).toEqual(['has no URI after the repair']);
  expect(left({ deadLetters: dead })).toEqual(['has an event in a dead-letter queue again after the redrive']);
});

test('each registration has a bucket of its own, and the row has that of the last', () => {
  const ofFirst = {
    ...twice,
    rows: [{ userId: 'ada', uri: 's3://siuada' }],
    registrations: [
      { ...signUp, isGone: true },
      { ...back, uris: [undefined, 's3://siuada'] },
    ],
  };
  expect(broken(twice)).toEqual([]);
  expect(broken(ofFirst)).toEqual(['has the URI s3://siuada, but owns siuada2']);
  // The event of the first came late, and that of the second was refused.
  expect(broken({ ...ofFirst, deadLetters: [{ ...dead[0], correlationId: 'r2' } as (typeof dead)[0]] })).toEqual([]);
});

describe('a row that was put over', () => {
  const lost = (uris: (string | undefined)[], putOver: number[], uri?: string) => ({
    rows: [{ userId: 'ada', uri }],
    registrations: [{ ...signUp, uris, putOver }],
  });
  const without = 'has no URI, and no event in a dead-letter queue';

  test('has lost its URI until it is restored', () => {
    const overwritten = lost([undefined, 's3://siuada', undefined], [2]);
    expect(broken(overwritten)).toEqual([]);
    expect(findUnrepaired(bad, { ...good, ...overwritten }).map(({ what }) => what)).toEqual([
      'has no URI after the repair',
    ]);
    expect(broken(lost(['s3://elsewhere', undefined], [1]))).toEqual([]);
  });

  test('explains no URI that was lost in another way, whatever struck the day', () => {
    const kill: Plan = { ...bad, faults: [{ kind: 'engine-killed', at: { ms: 1 }, forMs: 1 }] };
    expect(broken(lost([undefined, 's3://siuada', undefined], []), kill)).toEqual([without]);
    // Not in the stream: what the table holds is not what was written.
    expect(broken(lost([undefined, 's3://siuada'], []), kill)).toEqual([without]);
    expect(broken(lost([undefined], []), kill)).toEqual([without]);
    // It had its URI again after the put.
    expect(broken(lost([undefined, 's3://siuada', undefined, 's3://siuada', undefined], [2]))).toEqual([without]);
  });

  test('has lost the bucket of an earlier registration where users who are back keep it', () => {
    const lost = (retiresBuckets: boolean) =>
      broken({
        ...twice,
        retiresBuckets,
        rows: [{ userId: 'ada', uri: undefined }],
        registrations: [
          { ...signUp, isGone: true },
          { ...back, uris: [undefined, 's3://siuada', undefined], putOver: [2] },
        ],
      });
    expect(lost(true)).not.toContain(without);
    expect(lost(false)).toContain(without);
  });

  test('may have the URI of an earlier registration then, whose event came late', () => {
    const late = (uris: (string | undefined)[], putOver: number[]) => ({
      ...twice,
      rows: [{ userId: 'ada', uri: 's3://siuada' }],
      registrations: [
        { ...signUp, isGone: true },
        { ...back, uris, putOver },
      ],
    });
    const uris = [undefined, 's3://siuada2', undefined, 's3://siuada'];
    const unrepaired = (what: Partial<Outcome>) => findUnrepaired(bad, { ...good, ...what });
    expect(broken(late(uris, [2]))).toEqual([]);
    expect(unrepaired(late(uris, [2]))).toEqual([]);
    expect(broken(late(uris, []))).toEqual(['has the URI s3://siuada, but owns siuada2']);
    expect(unrepaired(late(uris, []))).toHaveLength(1);
    expect(unrepaired({ ...late(uris, [2]), rows: [{ userId: 'ada', uri: 's3://elsewhere' }] })).toHaveLength(1);
  });
});

test('a URI of an earlier registration is put right, unless the row was put back with it, or the event of the later one never came', () => {
  const ofFirst = { ...twice, rows: [{ userId: 'ada', uri: 's3://siuada' }] };
  const left = (uris: (typeof back)['uris'], gone: Partial<Outcome> = {}) =>
    findUnrepaired(bad, {
      ...good,
      ...ofFirst,
      ...gone,
      registrations: [
        { ...signUp, isGone: true },
        { ...back, uris },
      ],
    });
  const late = [undefined, 's3://siuada'];
  expect(left(late)).toHaveLength(1);
  expect(left(['s3://siuada'])).toEqual([]);
  const of = (id: string) => ({ userId: 'ada', subscriber: 'bucket-service', eventId: id, correlationId: id });
  expect(left(late, { purged: [of('r2')] })).toEqual([]);
  expect(left(late, { lostByRules: [of('r2')] })).toEqual([]);
  expect(left(late, { lostByPipe: [of('r2')] })).toEqual([]);
  expect(left(late, { purged: [of('r')], lostByRules: [of('r')], lostByPipe: [of('r')] })).toHaveLength(1);
});

test('a subscriber that skips replays need not get what comes of one', () => {
  const again = event('BucketCreated', { ...created, eventId: 'r:BucketCreated', replayName: 'x' });
  const of = (replays: 'receive' | 'skip') =>
    broken({
      events: [...good.events, again],
      subscriptions: [{ subscriber: 'mail', event: 'BucketCreated', replays }],
    });
  expect(of('receive')).toHaveLength(2);
  expect(of('skip')).toHaveLength(1);
});

test('an event that was not handled is a dead letter, with a reason', () => {
  const handled = new Set(['bucket-service r']);
  const [{ reason: _, ...silent } = {}] = dead;
  expect(broken({ handled })).toEqual(['has the event r:BucketCreated, which uri-recorder has not handled']);
  expect(broken({ handled, deadLetters: dead })).toEqual([]);
  expect(broken({ handled, deadLetters: [silent as (typeof dead)[0]] })).toEqual([
    'has a dead letter without a reason in dead',
  ]);
});

test('an event that a rule could not send is excused for the subscriber of that rule alone', () => {
  const lost = (subscriber: string) => ({
    handled: new Set(['uri-recorder r:BucketCreated']),
    lostByRules: [{ subscriber, eventId: 'r', correlationId: 'r' }],
  });
  const what = 'has the event r, which bucket-service has not handled';
  expect(broken(lost('bucket-service'))).toEqual([]);
  expect(broken(lost('directory'))).toEqual([what]);
  expect(findUnrepaired(bad, { ...good, ...lost('bucket-service') })).toEqual([]);
  expect(findUnrepaired(bad, { ...good, ...lost('directory') })).toHaveLength(1);
});

test.each<[string, Partial<Outcome>, string]>([
  ['an event that a subscriber did not get', { archived: good.archived.slice(0, 1) }, 'not sent to uri-recorder'],
  ['a dead letter on a calm day', { deadLetters: dead }, 'though nothing failed'],
  ['two buckets of a registration', { buckets: [bucket, { ...bucket, name: 'siuada2' }] }, 'has 2 buckets'],
  ['a URI of another bucket', { rows: [{ userId: 'ada', uri: 's3://other' }] }, 'has the URI s3://other'],
  ['a URI without bucket', { buckets: [] }, 'owns no bucket'],
  ['a bucket without registration', { buckets: [bucket, { name: 'stray', tags: {} }] }, 'belongs to no registration'],
  ['a bucket that is gone', { registrations: [{ ...signUp, isGone: true }], buckets: [] }, 'which is not there'],
  [
    'a URI that was overwritten',
    { registrations: [{ ...signUp, uris: ['s3://other', 's3://siuada'] }] },
    'overwritten by s3://siuada',
  ],
  ['a row of a service', { registrations: [{ ...signUp, isSignUp: false }] }, 'no sign-up has written'],
  ['a registration without record', { registered: ['ada', 'bob'] }, 'there is no record'],
  ['a new row that was not published', { registrations: [signUp, { ...back, isGone: true }] }, 'was not published'],
  [
    'an event without a new row',
    { events: [...good.events, event('UserRegistered', { eventId: 'x', correlationId: 'x' })] },
    'without a new row',
  ],
  ['messages that are left', { waiting: [0, 1] }, '1 messages are left'],
  ['an end that never comes', { end: 'busy' }, 'a day later'],
  ['a bug of the engine', { bugs: ['TypeError'] }, 'TypeError'],
  ['a denied call', { denied: ['s3:CreateBucket'] }, 's3:CreateBucket was denied'],
  ['personal data in a log', { personalLines: 1 }, 'personal data'],
  ['a cause that was never there', { events: [event('BucketCreated', created)] }, 'not what its cause led to'],
  [
    'a cause of another user',
    { events: [event('UserRegistered', registered, 'bob'), event('BucketCreated', created)] },
    'not what its cause led to',
  ],
  [
    'a new id for a repetition',
    { events: [good.events[0], event('BucketCreated', { ...created, eventId: 'new' })].flatMap((each) => each ?? []) },
    'new is not what its cause led to',
  ],
])('%s breaks a promise', (_what, outcome, text) => {
  expect(broken(outcome, calm)).toContainEqual(expect.stringContaining(text));
});

test('a subscriber with a condition gets the events that fulfil it, and no others', () => {
  const wanting = (userPrefix: string, archived = good.archived) =>
    broken({
      archived,
      subscriptions: [{ subscriber: 'uri-recorder', event: 'BucketCreated', replays: 'receive', userPrefix }],
    });
  expect(wanting('ad')).toEqual([]);
  expect(wanting('eve')).toEqual(['has the event r:BucketCreated, which uri-recorder does not want']);
  expect(wanting('ad', [])).toEqual(['has the event r:BucketCreated, which was not sent to uri-recorder']);
});

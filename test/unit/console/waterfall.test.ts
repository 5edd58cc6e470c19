import { describe, expect, test } from '@jest/globals';
import type { Track } from '../../../console/contract/user.ts';
import { tracksOf } from '../../../console/server/user/waterfall.ts';
import { payloadsIn } from '../../../operations/trace/payloads.ts';
import {
  batch,
  deadLetter,
  delivered,
  event,
  failedItems,
  invocation,
  journal,
  log,
  message,
  provisioned,
  recorded,
  registered,
  row,
  rule,
  START,
  type Step,
  traced,
} from '../operations/trace/journal-entries.ts';

/** The tracks of alice's first registration. */
function tracks(...steps: readonly Step[]): Track[] {
  const entries = journal(...steps);
  return tracksOf(traced('alice', entries)[0]?.hops ?? [], payloadsIn(entries));
}

/** A track in a line: who, what, how it stands, and its spans from the start, in milliseconds. */
const told = ({ who, what, replay, state, spans }: Track) => {
  const times = spans.map(({ kind, from, to, isFailed }) => {
    const end = to === undefined ? '' : to - START;
    return `${kind} ${from - START}-${end}${isFailed ? '!' : ''}`;
  });
  return [`${who} ${what}${replay === undefined ? '' : ` [${replay}]`}: ${state}`, ...times].join(', ');
};

const EVENT = { type: 'UserRegistered', userId: 'alice', correlationId: 'r', id: 'bus' } as const;

/** A step at another time, in milliseconds from the start. */
const at = ([hop, fields]: Step, ms: number): Step => [hop, { ...fields, at: START + ms }];

/** The function fails with the message, which is delivered again. */
const failing = (nth: number, ms: number): Step[] => [
  at(batch('bucket-function', `q${nth}`, ['m'], [nth]), ms),
  invocation('bucket-function', `q${nth}`),
  failedItems('bucket-function', `q${nth}`, ['m']),
];

describe('the tracks of a registration', () => {
  test('given one that went well, then each part waits and works in turn', () => {
    const whole = tracks(...registered('alice'), ...provisioned('alice'), ...recorded('alice'));
    expect(whole.map(told)).toEqual([
      'users table row written: done, working 0-0',
      'pipe puts the event: done, waiting 0-1, working 1-2',
      'bus UserRegistered: done, working 2-2',
      'bucket-service handles UserRegistered: done, waiting 4-9, working 9-16',
      'bus BucketCreated: done, working 11-11',
      'uri-recorder handles BucketCreated: done, waiting 12-17, working 17-20',
      'users table has the URI: done, working 18-18',
    ]);
  });

  test('given one that runs, then its last span is open', () => {
    const begun = registered('alice');
    expect(told(tracks(...begun).at(-1) as Track)).toBe('bucket-service handles UserRegistered: waiting, waiting 4-');
    const taken = tracks(...begun, batch('bucket-function', 'q', ['m-r-alice'], [1]));
    expect(told(taken.at(-1) as Track)).toBe('bucket-service handles UserRegistered: working, waiting 4-9, working 9-');
  });

  test('given a function that fails until its message is a dead letter, then each attempt failed, and no wait did', () => {
    const lane = tracks(
      event(EVENT),
      ...delivered(EVENT, 'bucket', 'm'),
      ...failing(1, 10),
      ...failing(2, 100),
      at(deadLetter(EVENT, 'bucket-queue', 'm'), 200),
    )[1] as Track;
    expect(told(lane)).toBe(
      'bucket-service handles UserRegistered: failed, waiting 1-10, working 10-11!, waiting 11-100, working 100-101!, waiting 101-200',
    );
    expect(lane.hops.filter(({ isProblem }) => isProblem).map(({ text }) => text)).toEqual([
      'its function reports it as failed after 12 ms',
      'its function reports it as failed after 12 ms',
      'given up after 5 receives: now in the dead-letter queue',
    ]);
  });

  test('given a dead letter whose message came before the time that is looked at, then it has a track, which failed', () => {
    const [lane, ...others] = tracks(deadLetter(EVENT, 'bucket-queue', 'm'));
    expect(told(lane as Track)).toBe('bucket-service handles UserRegistered: failed, working 0-0!');
    expect(others).toEqual([]);
  });

  test('given a replay, then it has tracks of its own', () => {
    const again = { ...EVENT, id: 'bus-2', replay: 'monday' };
    const all = tracks(
      event(EVENT),
      ...delivered(EVENT, 'bucket', 'm'),
      event(again),
      ...delivered(again, 'bucket', 'n'),
    );
    expect(all.map(told)).toEqual([
      'bus UserRegistered: done, working 0-0',
      'bucket-service handles UserRegistered: waiting, waiting 1-',
      'bus UserRegistered [monday]: done, working 4-4',
      'bucket-service handles UserRegistered [monday]: waiting, waiting 5-',
    ]);
  });

  test('given a row that the filter drops, then its pipe stops, and nothing failed', () => {
    const dropped = tracks(row('alice', 'r'), ['pipe-filter', { eventId: 'r', eventName: 'INSERT', passed: false }]);
    expect(dropped.map(told)).toEqual([
      'users table row written: done, working 0-0',
      'pipe puts the event: stopped, waiting 0-1',
    ]);
  });

  test('given a stage where users leave, then the pipe of deletions has a track for a row that is removed, and none for a new one', () => {
    const deletions = { pipe: 'deletions-pipe' };
    const left = tracks(
      row('alice', 'r'),
      ['pipe-filter', { ...deletions, eventId: 'r', eventName: 'INSERT', passed: false }],
      row('alice', 'd', 'REMOVE'),
      ['pipe-filter', { ...deletions, eventId: 'd', eventName: 'REMOVE', passed: true }],
      ['pipe-delivery', { ...deletions, eventId: 'd', retries: 0, outcome: 'delivered', busEventId: 'bus-d' }],
    );
    expect(left.map(told)).toEqual([
      'users table row written: done, working 0-0',
      'users table row removed: done, working 2-2',
      'pipe of deletions puts the event: done, waiting 2-4',
    ]);
  });

  test('given an event that a rule does not match, then why is at the event', () => {
    const [bus, ...others] = tracks(event(EVENT), rule('bucket-rule', 'bus', 'source does not accept "x"'));
    expect(others).toEqual([]);
    expect(bus?.hops.at(-1)).toMatchObject({
      who: 'bucket-service',
      text: 'its rule does not match: source does not accept "x"',
      isProblem: false,
    });
  });

  test('given a bus that refuses, then each refusal is seen, and the wait for the next attempt', () => {
    const put = (retries: number, outcome: object): Step => ['pipe-delivery', { eventId: 'r', retries, ...outcome }];
    const refused = { outcome: 'refused', code: 'Throttled', message: 'slow down' };
    const [, pipe] = tracks(
      row('alice', 'r'),
      ['pipe-filter', { eventId: 'r', eventName: 'INSERT', passed: true }],
      put(0, refused),
      put(1, refused),
      event(EVENT),
      put(2, { outcome: 'delivered', busEventId: 'bus' }),
    );
    expect(told(pipe as Track)).toBe('pipe puts the event: done, waiting 0-1, working 1-2!, waiting 2-3!, waiting 3-4');
  });

  test('given a redriven message, then the same track waits again', () => {
    const lane = tracks(
      event(EVENT),
      ...delivered(EVENT, 'bucket', 'm'),
      deadLetter(EVENT, 'bucket-queue', 'm'),
      message(EVENT, 'bucket-queue', 'm2'),
    )[1];
    expect(told(lane as Track)).toBe('bucket-service handles UserRegistered: waiting, waiting 1-4, waiting 5-');
  });

  test('given the logs alone, as on AWS, then a function worked for as long as it reports', () => {
    const line = (at: number, fields: object) => ({
      at: START + at,
      subscriber: 'bucket-service',
      line: JSON.stringify(fields),
    });
    const keys = { userId: 'alice', correlationId: 'r', eventId: 'r', function_request_id: 'q' };
    const report = {
      type: 'platform.report',
      record: { requestId: 'q', status: 'success', metrics: { durationMs: 40 } },
    };
    const [registration] = traced(
      'alice',
      [],
      [line(50, { level: 'INFO', message: 'bucket created', ...keys }), line(60, report)],
    );
    expect(tracksOf(registration?.hops ?? [], new Map()).map(told)).toEqual([
      'bucket-service by its log: done, working 50-50, working 20-60',
    ]);
  });

  test('given log lines of a function, then they are in the track of their message', () => {
    const keys = { userId: 'alice', correlationId: 'r', messageId: 'm' };
    const lane = tracks(
      event(EVENT),
      ...delivered(EVENT, 'bucket', 'm'),
      log('bucket-function', { level: 'ERROR', message: 'event not handled', problem: 'no', ...keys }),
    )[1];
    expect(lane?.hops.at(-1)).toMatchObject({
      kind: 'log',
      isProblem: true,
      text: expect.stringContaining('problem=no'),
    });
  });
});

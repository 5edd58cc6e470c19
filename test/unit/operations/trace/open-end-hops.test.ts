import { describe, expect, test } from '@jest/globals';
import type { TraceHop } from '../../../../operations/trace/hops.ts';
import { openEndsOf } from '../../../../operations/trace/open-ends.ts';

// What is open by the hops alone, each at a time of its own.

const [subscriber, busEventId] = ['mailer', 'b'];
const written: TraceHop = { hop: 'row', at: 1, change: 'written', eventId: 'r' };
const removed: TraceHop = { hop: 'row', at: 1, change: 'removed', eventId: 'r' };
const changed = (at: number, eventId = 'c'): TraceHop => ({ hop: 'row', at, change: 'changed', eventId });
const filter = (at: number, change: string, more: object = {}): TraceHop => {
  return { hop: 'filter', at, change, passed: true, ...more };
};
const OF_DELETIONS = { isOfDeletions: true } as const;
const refusedPut = (at: number, more: object = {}): TraceHop => {
  return { hop: 'put', at, attempt: 1, refusal: { code: 'C', message: 'm' }, ...more };
};
const event: TraceHop = { hop: 'event', at: 2, busEventId, detailType: 'T', source: 's', isDropped: false };
const rule = (at: number, matched = true): TraceHop => ({ hop: 'rule', at, subscriber, busEventId, matched });
const delivery = (at: number, messageId?: string): TraceHop => {
  return { hop: 'delivery', at, subscriber, busEventId, attempt: 1, ...(messageId !== undefined && { messageId }) };
};
const refusedDelivery = (at: number): TraceHop => {
  const refusal = { code: 'C', message: 'm' };
  return { hop: 'delivery', at, subscriber, busEventId, attempt: 1, refusal };
};
const batch = (at: number, messageIds: string[], requestId = 'q'): TraceHop => {
  return { hop: 'batch', at, subscriber, requestId, messageIds, receive: 1, size: messageIds.length };
};
const ended = (at: number, failedIds: string[], requestId = 'q'): TraceHop => {
  return { hop: 'invocation', at, subscriber, requestId, outcome: 'handled', failedIds, durationMs: 1 };
};
const deadLetter = (at: number, more: object = { busEventId }): TraceHop => {
  return { hop: 'dead-letter', at, subscriber, messageId: 'm', receives: 5, ...more };
};
const log = (at: number, more: object): TraceHop => ({ hop: 'log', at, subscriber, text: '', line: '', ...more });
const mark: TraceHop = { hop: 'mark', at: 0, kind: 'skip', text: '', sequence: 1 };

const openOf = (hops: TraceHop[], correlationId = 'r') =>
  openEndsOf({ correlationId, hops }).map(({ kind, since, text, command }) => {
    return `${kind} since ${since}: ${text}${command === undefined ? '' : ` [${command}]`}`;
  });

describe('between the row and the bus', () => {
  const NOT_PUT = 'the pipe has not put its event on the bus yet';
  const REFUSED = 'the bus refused its event (C: m); the pipe tries again';

  test.each<[string, TraceHop[], string[]]>([
    ['a row', [written], ['waiting since 1: its stream record waits for the pipe [doctor]']],
    ['a filter', [written, filter(2, 'INSERT')], [`waiting since 2: ${NOT_PUT}`]],
    ['a change of the row after a refusal', [written, refusedPut(2), changed(3)], [`waiting since 2: ${REFUSED}`]],
    [
      'the filter for a change after a refusal',
      [written, refusedPut(2), filter(3, 'MODIFY', { passed: false })],
      [`waiting since 2: ${REFUSED}`],
    ],
    [
      'the pipe of deletions after a refusal',
      [written, refusedPut(2), { hop: 'pipe-dlq', at: 3, condition: 'x', isLost: true, ...OF_DELETIONS }],
      [`waiting since 2: ${REFUSED}`],
    ],
    [
      'a put whose event is not known',
      [written, filter(2, 'INSERT'), { hop: 'put', at: 3, attempt: 1 }],
      ['waiting since 3: its event is on its way to the bus'],
    ],
    ['a change whose record has the id of the registration', [changed(1, 'r')], []],
    ['a row that was removed, of another story', [changed(1), { ...removed, eventId: 'x' }], []],
    [
      'a row that was removed, of its own story, and the other pipe',
      [removed, filter(2, 'REMOVE', OF_DELETIONS), refusedPut(3)],
      [`waiting since 2: ${NOT_PUT}`],
    ],
    [
      'a row that was removed, and the pipe of deletions',
      [removed, filter(2, 'REMOVE', OF_DELETIONS), refusedPut(3, OF_DELETIONS)],
      [`waiting since 3: ${REFUSED}`],
    ],
    [
      'a row that was removed, and the filter of another change',
      [removed, filter(2, 'INSERT', OF_DELETIONS)],
      ['waiting since 1: its stream record waits for the pipe [doctor]'],
    ],
  ])('given %s', (_, hops, expected) => {
    expect(openOf(hops)).toEqual(expected);
  });
});

describe('an event on the bus', () => {
  test.each<[string, TraceHop[], string[]]>([
    ['of which no rule is known', [event], ['unmatched since 2: no rule matched T [doctor]']],
    ['that no rule matched', [event, rule(3, false)], ['unmatched since 2: no rule matched T [doctor]']],
    ['of a replay that no rule matched', [{ ...event, replay: 'again' }], []],
    [
      'that went to a bus that is not there',
      [{ ...event, isDropped: true }],
      ['lost since 2: T went to a bus that does not exist'],
    ],
    ['that a rule matched', [event, rule(3)], ['waiting since 3: T is on its way to the queue of mailer']],
  ])('%s', (_, hops, expected) => {
    expect(openOf([mark, ...hops])).toEqual(expected);
  });
});

describe('an event on its way to a subscriber', () => {
  const matched = [event, rule(3)];
  const IN_QUEUE = 'T waits in the queue of mailer [doctor]';

  test.each<[string, TraceHop[], string[]]>([
    [
      'that its queue refused',
      [refusedDelivery(4)],
      ['waiting since 4: the queue of mailer refused T (C: m); the rule tries again'],
    ],
    ['that was delivered, by a message that is not known', [delivery(4)], [`waiting since 4: ${IN_QUEUE}`]],
    ['that was delivered so after a refusal', [refusedDelivery(4), delivery(5)], [`waiting since 5: ${IN_QUEUE}`]],
    ['that was delivered', [delivery(4, 'm')], [`waiting since 4: ${IN_QUEUE}`]],
    [
      'that was delivered with another, which is not known',
      [delivery(4, 'm'), batch(5, ['m', 'other']), ended(6, ['m', 'other'])],
      ['waiting since 6: mailer could not handle T (it reported the message as failed); its queue delivers it again'],
    ],
    [
      'that its function has by now, whatever else is said of a delivery',
      [delivery(4, 'm'), batch(5, ['m']), delivery(6)],
      ['waiting since 5: the function of mailer works on T'],
    ],
    ['that is done', [delivery(4, 'm'), batch(5, ['m']), ended(6, [])], []],
    [
      'that its function reported as failed, and said nothing of it',
      [delivery(4, 'm'), batch(5, ['m']), ended(6, ['m'])],
      ['waiting since 6: mailer could not handle T (it reported the message as failed); its queue delivers it again'],
    ],
    [
      'whose last line of the log is no failure',
      [
        delivery(4, 'm'),
        batch(5, ['m']),
        log(5, { messageId: 'm', problem: 'no room' }),
        log(5, { messageId: 'm' }),
        log(5, { problem: 'of another' }),
        ended(6, ['m']),
      ],
      ['waiting since 6: mailer could not handle T (no room); its queue delivers it again'],
    ],
    [
      'of which an invocation is known that took nothing',
      [delivery(4, 'm'), ended(6, ['m'])],
      [`waiting since 4: ${IN_QUEUE}`],
    ],
    [
      'that is a dead letter',
      [delivery(4, 'm'), deadLetter(9)],
      ['dead-letter since 9: T is in the dead-letter queue of mailer [dlq show --subscriber mailer]'],
    ],
    [
      'that is a dead letter no more',
      [
        delivery(4, 'm'),
        deadLetter(9),
        { hop: 'deleted', at: 10, subscriber, isDlq: true, busEventId, messageId: 'm' },
      ],
      [],
    ],
    [
      'that its rule gave up',
      [{ hop: 'rule-dlq', at: 7, subscriber, busEventId, code: 'X', isLost: true }],
      ['lost since 7: T is lost for mailer: its dead-letter queue refused it too'],
    ],
  ])('%s', (_, hops, expected) => {
    expect(openOf([...matched, ...hops])).toEqual(expected);
  });

  test('that was delivered by a rule of which no more is known', () => {
    expect(openOf([{ ...event, replay: 'again' }, delivery(4)])).toEqual([`waiting since 4: ${IN_QUEUE}`]);
  });

  test('that is a dead letter, where what happened before is not known', () => {
    const where = 'is in the dead-letter queue of mailer [dlq show --subscriber mailer]';
    expect(openOf([deadLetter(9, { busEventId, detailType: 'Own' })])).toEqual([`dead-letter since 9: Own ${where}`]);
    expect(openOf([deadLetter(9, {})])).toEqual([`dead-letter since 9: its event ${where}`]);
  });

  test.each<[string, object, string]>([
    ['a queue', { isDlq: false }, 'waiting since 1: its event waits in the queue of mailer [doctor]'],
    [
      'a queue, with an event that the bus does not know',
      { isDlq: false, busEventId, detailType: 'Own' },
      'waiting since 1: Own waits in the queue of mailer [doctor]',
    ],
    [
      'a dead-letter queue',
      { isDlq: true, detailType: 'Own' },
      'dead-letter since 1: Own is in the dead-letter queue of mailer [dlq show --subscriber mailer]',
    ],
  ])('that somebody put into %s', (_, more, expected) => {
    expect(openOf([{ hop: 'message', at: 1, subscriber, isDlq: false, messageId: 'm', ...more } as TraceHop])).toEqual([
      expected,
    ]);
  });
});

test('where only logs and ends of invocations are known, the last line about each event counts', () => {
  const problem = { eventId: 'e', problem: 'no' };
  const open =
    'waiting since 4: mailer could not handle an event (no): its queue delivers it again, or it is a dead letter [dlq show --subscriber mailer]';
  expect(openOf([log(4, problem), ended(5, []), log(6, { eventId: 'other' })])).toEqual([open]);
  expect(openOf([log(4, problem), { ...log(6, { eventId: 'e' }), subscriber: 'other' } as TraceHop])).toEqual([open]);
  expect(openOf([log(4, problem), log(6, { eventId: 'e' })])).toEqual([]);
  // The end of an invocation is no line, and says nothing of a line that names no event.
  expect(openOf([log(4, { problem: 'no' }), ended(5, [])])).toEqual([open]);
});

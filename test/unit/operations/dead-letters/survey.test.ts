import { describe, expect, test } from '@jest/globals';
import { planJson, planText, type QueuePlan } from '../../../../cli/commands/dlq/plan-text.ts';
import type { DeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import { describeKinds, describeUsers, Survey, surveyJson } from '../../../../operations/dead-letters/survey.ts';
import { deliveryFailure, foreignMessage, handlerFailure, pipeFailure } from './letters.ts';

function surveyOf(...letters: DeadLetter[]): Survey {
  const survey = new Survey();
  for (const letter of letters) survey.add(letter);
  return survey;
}

const MIXED = surveyOf(
  handlerFailure('a'),
  handlerFailure('b'),
  deliveryFailure('c'),
  deliveryFailure('d'),
  deliveryFailure('e', 'NO_PERMISSIONS'),
  foreignMessage('f'),
);

describe('a survey', () => {
  test('counts kinds and reasons, and remembers users and messages', () => {
    expect(MIXED.size).toBe(6);
    expect(MIXED.kinds).toEqual({ pipe: 0, handler: 2, delivery: 3, foreign: 1 });
    expect(describeKinds(MIXED)).toBe(
      '2 handler failures, 3 delivery failures (NO_RESOURCE ×2, NO_PERMISSIONS ×1), 1 foreign message (not JSON)',
    );
    expect(describeUsers(MIXED)).toBe(', for user-a, user-b, user-c, user-d, user-e');
    expect(MIXED.has('a')).toBe(true);
    expect(MIXED.has('x')).toBe(false);
    expect(MIXED.oldestSentAt).toBe(Date.parse('2026-11-22T09:00:00Z'));
  });

  test('knows when the oldest was sent, in whatever order they come, and passes over those that do not say', () => {
    const sent = (sentAt?: number): DeadLetter => ({
      ...foreignMessage(String(sentAt)),
      ...(sentAt !== undefined && { sentAt }),
    });
    const { sentAt: _, ...silent } = foreignMessage('silent');
    expect(surveyOf(sent(2000), sent(1000), silent, sent(3000)).oldestSentAt).toBe(1000);
    expect(surveyOf(silent).oldestSentAt).toBeUndefined();
  });

  test('of nothing says nothing', () => {
    expect(describeKinds(new Survey()) + describeUsers(new Survey())).toBe('');
  });

  test('counts what the stream has of the messages that it was asked about', () => {
    const survey = new Survey();
    const registrations = [{ userId: 'alice', registeredAt: 1, eventId: 'e', sequenceNumber: '1' }];
    survey.add(pipeFailure('a'), { registrations, others: 2 });
    survey.add(pipeFailure('b'), { registrations: [], others: 0, lost: 'gone' });
    survey.add(pipeFailure('c'));
    expect(survey.records).toEqual({ messages: 2, registrations: 1, others: 2, lost: 1 });
    expect(survey.users).toEqual(['alice']);
  });

  test('as JSON names five users at most', () => {
    const many = surveyOf(...Array.from({ length: 7 }, (_, index) => handlerFailure(String(index))));
    expect(JSON.parse(JSON.stringify(surveyJson(many)))).toEqual({
      size: 7,
      kinds: { pipe: 0, handler: 7, delivery: 0, foreign: 0 },
      reasons: {},
      users: ['user-0', 'user-1', 'user-2', 'user-3', 'user-4'],
    });
  });
});

describe('a plan', () => {
  const plan = (survey: Survey, more: Partial<QueuePlan> = {}): QueuePlan => {
    return { name: 'q', survey, most: survey.size, depth: { visible: survey.size, inFlight: 0 }, ...more };
  };
  const text = (one: QueuePlan) => planText([one], { end: () => ' to its queue' });

  test('says what would go where, and what would stay', () => {
    expect(text(plan(MIXED))).toBe(
      'q  2 handler failures, 3 delivery failures (NO_RESOURCE ×2, NO_PERMISSIONS ×1) to its queue, ' +
        'for user-a, user-b, user-c, user-d, user-e; left there: 1 foreign message (not JSON)\n',
    );
  });

  test('says so if there is nothing, and if somebody has messages just then', () => {
    expect(text(plan(new Survey()))).toBe('q  nothing\n');
    expect(text(plan(new Survey(), { depth: { visible: 0, inFlight: 2 } }))).toBe(
      'q  nothing; 2 in flight: somebody has them just now\n',
    );
  });

  test('tells what a limit leaves out, and what it has not looked at', () => {
    const depth = { visible: 100, inFlight: 0 };
    expect(text(plan(surveyOf(handlerFailure('a')), { most: 60, depth }))).toBe(
      'q  60 messages, of the first 1: 1 handler failure to its queue, for user-a; 40 messages beyond these\n',
    );
  });

  test("tells what the pipe's messages stand for", () => {
    const survey = new Survey();
    survey.add(pipeFailure('a'), { registrations: [], others: 1, lost: 'gone' });
    survey.add(pipeFailure('b'));
    expect(text(plan(survey))).toBe(
      'q  2 pipe failures (RetryAttemptsExhausted) to its queue; ' +
        'the first 1 stand for 0 registrations and 1 other change; records of 1 message are lost to the stream\n',
    );
  });

  test('takes foreign messages along where they are meant', () => {
    expect(planText([plan(surveyOf(foreignMessage('f')))], { taken: ['foreign'] })).toBe(
      'q  1 foreign message (not JSON)\n',
    );
  });

  test('is one line of JSON', () => {
    expect(JSON.parse(planJson(plan(MIXED, { depth: { visible: 9, inFlight: 1 } })))).toMatchObject({
      queue: 'q',
      messages: 9,
      inFlight: 1,
      meant: 6,
      looked: { size: 6, reasons: { delivery: { NO_RESOURCE: 2, NO_PERMISSIONS: 1 }, foreign: { 'not JSON': 1 } } },
    });
  });
});

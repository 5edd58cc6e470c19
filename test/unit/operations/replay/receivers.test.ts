import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../../operations/messages/errors.ts';
import { toReceiver, typesText, whoTake } from '../../../../operations/replay/receivers.ts';
import { subscriber } from './plans.ts';

function ruleOf(pattern: object, State: 'ENABLED' | 'DISABLED' = 'ENABLED') {
  return { EventPattern: JSON.stringify(pattern), State };
}

describe('a receiver', () => {
  test('takes the types that its rule names', () => {
    const receiver = toReceiver(subscriber('audit'), ruleOf({ source: ['s'], 'detail-type': ['A', 'B'] }));
    expect(receiver).toEqual({ subscriber: subscriber('audit'), types: ['A', 'B'] });
    expect(typesText(receiver)).toBe('A and B');
  });

  test.each([{ source: ['s'] }, { 'detail-type': [{ prefix: 'A' }] }, { 'detail-type': ['A', { prefix: 'B' }] }])(
    'may take any type by %j',
    (pattern) => {
      const receiver = toReceiver(subscriber('audit'), ruleOf(pattern));
      expect(receiver.types).toBeUndefined();
      expect(typesText(receiver)).toBe('any event');
    },
  );

  test.each([
    [{ 'replay-name': [{ exists: false }] }, 'its rule skips replays'],
    [{ 'replay-name': [{ exists: true }] }, undefined],
    [{ 'replay-name': ['one'] }, undefined],
    [{ 'replay-name': [null] }, undefined],
    [{ 'replay-name': [{ exists: false }, 'one'] }, undefined],
    [{ source: ['s'] }, undefined],
  ])('with the pattern %j is hindered: %s', (pattern, hindrance) => {
    expect(toReceiver(subscriber('mail'), ruleOf(pattern)).hindrance).toBe(hindrance);
  });

  test('whose rule is disabled gets nothing', () => {
    const rule = ruleOf({ 'replay-name': [{ exists: false }] }, 'DISABLED');
    expect(toReceiver(subscriber('mail'), rule).hindrance).toBe('its rule is disabled');
  });
});

describe('those who take a type', () => {
  const receivers = [
    { subscriber: subscriber('a'), types: ['A'] },
    { subscriber: subscriber('b'), types: ['B'] },
    { subscriber: subscriber('any') },
  ];

  test('are those whose rule names it, or names none', () => {
    expect(whoTake('A', receivers).map(({ subscriber: { name } }) => name)).toEqual(['a', 'any']);
  });

  test('are nobody: that is refused, with what they take', () => {
    const choose = () => whoTake('C', receivers.slice(0, 2));
    expect(choose).toThrow(UsageError);
    expect(choose).toThrow('no C goes to those who are to receive the replay: a takes A, b takes B');
  });
});

import { describe, expect, test } from '@jest/globals';
import { ruleConditions, ruleConditionText } from '../../../../operations/deployed/rule-condition.ts';

const textOf = (data: object) => ruleConditionText(JSON.stringify({ detail: { data } }));

describe('the conditions of a rule, in words', () => {
  test.each<[object, string]>([
    [{ region: ['eu-west-1'] }, 'region is eu-west-1'],
    [
      { region: ['eu-west-1', { prefix: 'us-' }, { suffix: '-2' }] },
      'region is eu-west-1 or begins with us- or ends with "-2"',
    ],
    [
      { userId: ['', 'a b', 'x\u001b[2J', 7, true, null] },
      'userId is "" or "a b" or "x\\u001b[2J" or 7 or true or null',
    ],
    [{ userId: [{ exactly: 'alice' }, { 'equals-ignore-case': 'bob' }] }, 'userId is alice or is bob in any case'],
    [
      { userId: [{ prefix: { 'equals-ignore-case': 'x' } }, { wildcard: 'a*b' }] },
      'userId begins with x in any case or is like a*b',
    ],
    [{ ip: [{ cidr: '10.0.0.0/8' }, { exists: false }] }, 'ip is in 10.0.0.0/8 or is not there'],
    [
      { at: [{ numeric: ['>=', 5] }, { numeric: ['=', 3] }], ip: [{ exists: true }] },
      'at is at least 5 or is 3, and ip is there',
    ],
    [{ at: [{ numeric: ['>', 5, '<=', 9] }] }, 'at is above 5 and at most 9'],
    [{ at: [{ 'anything-but': [1, 2] }, { 'anything-but': 'x' }] }, 'at is not 1 or 2 or is not x'],
    [{ at: [{ 'anything-but': { prefix: ['a', 'b'] } }] }, 'at does not begin with a or b'],
    [{ at: [{ 'anything-but': { suffix: 'a' } }] }, 'at does not end with a'],
    [{ at: [{ 'anything-but': { wildcard: 'a*' } }] }, 'at is not like a*'],
    [{ at: [{ 'anything-but': { 'equals-ignore-case': 'a' } }] }, 'at is not a in any case'],
    [{ lines: { size: ['S'] } }, 'lines.size is S'],
    [{ $or: [{ size: ['S'] }, { at: [5], ip: ['x'] }] }, 'data fits one of: size is S; at is 5 and ip is x'],
    [{ at: [{ 'some-news': 5 }] }, 'at is {"some-news":5}'],
  ])('%j: %s', (data, text) => {
    expect(textOf(data)).toBe(text);
  });

  test('leave out what every subscriber has: the event, its version, and whether it skips replays', () => {
    const metadata = { schemaVersion: [1], replayName: [{ exists: false }] };
    const pattern = { source: ['s'], 'detail-type': ['T'], 'replay-name': [{ exists: false }], detail: { metadata } };
    expect(ruleConditions(JSON.stringify(pattern))).toEqual([]);
    expect(ruleConditionText(JSON.stringify({ ...pattern, account: ['1'] }))).toBe('account is 1');
  });

  test.each([undefined, '', 'null', '[', '"x"'])('given the pattern %j, there are none', (pattern) => {
    expect(ruleConditionText(pattern)).toBe('');
  });
});

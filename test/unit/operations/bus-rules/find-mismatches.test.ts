import { describe, expect, test } from '@jest/globals';
import { conditionsOf, type Pattern } from '../../../../operations/bus-rules/rule-conditions.ts';
import { findMismatches } from '../../../../operations/bus-rules/try-rules.ts';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/index.ts';

const EVENT = {
  source: 'users-table',
  'detail-type': 'UserRegistered',
  'replay-name': 'again',
  detail: {
    metadata: { schemaVersion: 1 },
    data: {
      userId: 'alice',
      lines: [
        { size: 'S', count: 1 },
        { size: 'M', count: 2 },
      ],
    },
  },
};

/** As EventBridge answers, by the engine's own patterns. */
const ask = async (pattern: Pattern) => compileEventPattern(pattern)(EVENT);

const textsFor = async (pattern: Pattern) => (await findMismatches(pattern, EVENT, ask)).map(({ text }) => text);

describe('the field in which a pattern does not match', () => {
  test.each<[string, Pattern, string]>([
    [
      'with another value',
      { 'detail-type': ['BucketCreated'] },
      'detail-type does not accept "UserRegistered"; the rule asks that it is BucketCreated',
    ],
    [
      'deep in the detail',
      { source: ['users-table'], detail: { metadata: { schemaVersion: [2, 3] } } },
      'detail.metadata.schemaVersion does not accept 1; the rule asks that it is 2 or 3',
    ],
    [
      'that the event does not have',
      { detail: { data: { country: [{ exists: true }] } } },
      'detail.data.country has no value in the event; the rule asks that it is there',
    ],
    [
      'that the event must not have',
      { 'replay-name': [{ exists: false }] },
      'replay-name does not accept "again"; the rule asks that it is not there',
    ],
    [
      'written with dots',
      { detail: { 'data.userId': [{ prefix: 'b' }] } },
      'detail.data.userId does not accept "alice"; the rule asks that it begins with b',
    ],
    [
      'in an array',
      { detail: { data: { lines: { size: [{ suffix: 'L' }] } } } },
      'detail.data.lines.size does not accept ["S","M"]; the rule asks that it ends with L',
    ],
  ])('%s is named, with what the rule takes', async (_, pattern, text) => {
    expect(await textsFor(pattern)).toEqual([text]);
  });

  test('every field that does not match is named', async () => {
    const found = await findMismatches({ source: ['x'], detail: { data: { userId: ['bob'] } } }, EVENT, ask);
    expect(found.map(({ fields }) => fields)).toEqual([['source'], ['detail.data.userId']]);
  });

  test('given alternatives, each says what it lacks', async () => {
    const pattern = {
      source: ['users-table'],
      detail: { $or: [{ data: { userId: ['bob'] } }, { metadata: { schemaVersion: [2] } }] },
    };
    expect(await findMismatches(pattern, EVENT, ask)).toEqual([
      {
        fields: ['detail.data.userId', 'detail.metadata.schemaVersion'],
        text:
          'none of its alternatives matches: detail.data.userId does not accept "alice"; the rule asks that it is bob; ' +
          'or detail.metadata.schemaVersion does not accept 1; the rule asks that it is 2',
      },
    ]);
  });

  test('given fields that match in different elements of an array only, it says so', async () => {
    const texts = await textsFor({ detail: { data: { lines: { size: ['S'], count: [2] } } } });
    expect(texts).toEqual(['each field matches alone, but no one choice of array elements satisfies them all']);
  });
});

test('a field named $or that holds no alternatives is an ordinary field', () => {
  expect(conditionsOf({ detail: { $or: ['a'] } })).toEqual([
    { kind: 'field', path: 'detail.$or', accepts: ['a'], pattern: { detail: { $or: ['a'] } } },
  ]);
});

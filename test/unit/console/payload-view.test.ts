import { describe, expect, test } from '@jest/globals';
import { payloadView } from '../../../console/server/user/payload-view.ts';
import { changesBetween } from '../../../operations/messages/changes.ts';

describe('what differs between two payloads', () => {
  test.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 2 }, [{ path: 'a', before: '1', after: '2' }]],
    [
      {},
      { a: { b: 'x' } },
      [
        { path: 'a.b', after: '"x"' },
        { path: '', before: '{}' },
      ],
    ],
    [{ a: 1, b: 2 }, { a: 1 }, [{ path: 'b', before: '2' }]],
    [{ a: [1, 2] }, { a: [1, 3] }, [{ path: 'a.1', before: '2', after: '3' }]],
    [{ a: null }, { a: [] }, [{ path: 'a', before: 'null', after: '[]' }]],
    [
      'text',
      { a: 1 },
      [
        { path: 'a', after: '1' },
        { path: '', before: '"text"' },
      ],
    ],
  ])('given %j and %j, it is %j', (before, after, changes) => {
    expect(changesBetween(before, after)).toEqual(changes);
  });

  test('given very many differences, the first are named', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field-${index}`, index]));
    expect(changesBetween({}, many)).toHaveLength(50);
  });
});

describe('a payload for the page', () => {
  const payloads = new Map<string, unknown>([
    ['one', { a: 1 }],
    ['two', { a: 2 }],
    ['long', { text: 'x'.repeat(100_000) }],
  ]);

  test('given one with another before it, has its text and its changes', () => {
    expect(payloadView(payloads, { title: 'The event', id: 'two', before: 'one' })).toEqual({
      title: 'The event',
      text: '{\n  "a": 2\n}',
      changes: [{ path: 'a', before: '1', after: '2' }],
    });
  });

  test('given nothing to compare with, has no changes', () => {
    expect(payloadView(payloads, { title: 'The event', id: 'two', before: 'lost' })).not.toHaveProperty('changes');
    expect(payloadView(payloads, { title: 'The event', id: 'one' })).not.toHaveProperty('changes');
  });

  test('given one that is unknown, as on AWS, is absent', () => {
    expect(payloadView(payloads, { title: 'The event', id: 'lost' })).toBeUndefined();
  });

  test('given a long one, it is cut, and says how long it is', () => {
    const { text } = payloadView(payloads, { title: 'The event', id: 'long' }) ?? { text: '' };
    expect(text.length).toBeLessThan(21_000);
    expect(text).toMatch(/… \(100016 characters\)$/);
  });
});

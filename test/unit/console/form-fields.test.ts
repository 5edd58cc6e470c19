import { describe, expect, test } from '@jest/globals';
import {
  expresses,
  formFields,
  freshDetail,
  textOfValue,
  valueAt,
  valueOfText,
  withValue,
} from '../../../console/page/events/send/form-fields.ts';

const schema = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const one = (field: object, more: object = {}) => formFields(schema({ x: field }, more))[0];

describe('the fields of a form', () => {
  test.each<[string, object, string]>([
    ['a text', { type: 'string' }, 'text'],
    ['an ISO time', { type: 'string', format: 'date-time' }, 'date'],
    ['seconds since 1970', { type: 'integer', maximum: 253402300799 }, 'time'],
    ['a number', { type: 'number' }, 'number'],
    ['a yes or no', { type: 'boolean' }, 'boolean'],
    ['one of several', { enum: ['a', 1] }, 'choice'],
    ['one alone', { const: 'a' }, 'choice'],
    ['an object with fields', schema({ y: {} }), 'group'],
    ['an object without', { type: 'object' }, 'json'],
    ['a list', { type: 'array' }, 'json'],
    ['anything', {}, 'json'],
  ])('%s is %j: %s', (_, field, kind) => {
    expect(one(field)?.kind).toBe(kind);
  });

  test('a reference is what it refers to, with the words beside it', () => {
    const found = one(
      { $ref: '#/$defs/size', description: 'Mine.' },
      { $defs: { size: { enum: ['S', 'M'] } }, required: ['x'] },
    );
    expect(found).toMatchObject({ kind: 'choice', choices: ['"S"', '"M"'], meaning: 'Mine.', required: true });
  });

  test('what the server gives each event is no field', () => {
    const metadata = schema({
      eventId: {},
      correlationId: {},
      causationId: {},
      schemaVersion: {},
      replayName: { type: 'string' },
    });
    const [group] = formFields(schema({ metadata }));
    expect(group?.fields.map(({ pointer }) => pointer)).toEqual(['/metadata/replayName']);
  });
});

describe('what is typed', () => {
  test.each<[string, 'text' | 'number' | 'boolean' | 'choice' | 'json', boolean, unknown]>([
    ['', 'text', true, ''],
    ['', 'text', false, undefined],
    ['12', 'text', true, '12'],
    ['12', 'number', true, 12],
    ['1e3', 'number', true, 1000],
    ['soon', 'number', true, 'soon'],
    ['', 'number', false, undefined],
    ['true', 'boolean', true, true],
    ['"S"', 'choice', true, 'S'],
    ['', 'choice', true, undefined],
    ['[1]', 'json', true, [1]],
    ['[1', 'json', true, '[1'],
  ])('%j in a field of kind %s (required: %j) is %j, and is shown as it was typed', (text, kind, required, value) => {
    expect(valueOfText({ kind, required }, text)).toEqual(value);
    if (value !== '[1' && text !== '1e3') expect(textOfValue(kind, value)).toBe(text);
  });

  test('changes one value and no other; nothing removes it', () => {
    const before = { data: { a: 1, 'b/c': 2 }, metadata: {} };
    const after = withValue(before, '/data/b~1c', 3);
    expect([valueAt(after, '/data/b~1c'), valueAt(before, '/data/b~1c')]).toEqual([3, 2]);
    expect(withValue(after, '/data/a', undefined)).toEqual({ data: { 'b/c': 3 }, metadata: {} });
    expect(withValue({}, '/data/a', 1)).toEqual({ data: { a: 1 } });
  });
});

test('a form can show an event that has no more than its fields', () => {
  const fields = formFields(schema({ metadata: schema({ eventId: {} }), data: schema({ a: { type: 'string' } }) }));
  expect(expresses(fields, { metadata: { eventId: 'x', causationId: 'y' }, data: { a: 1 } })).toBe(true);
  expect(expresses(fields, { data: { a: 'a', colour: 'red' } })).toBe(false);
});

test('a new event is the sample without its ids, and happens now', () => {
  const seconds = { type: 'integer', maximum: 253402300799 };
  const fields = formFields(schema({ data: schema({ at: seconds, until: seconds }) }));
  const detail = {
    metadata: { schemaVersion: 1, eventId: 'a', replayName: 'r', tenant: 't' },
    data: { at: 1, userId: 'u' },
  };
  expect(freshDetail({ detail }, fields, 5_000_000)).toEqual({
    metadata: { tenant: 't' },
    data: { at: 5000, userId: 'u' },
  });
});

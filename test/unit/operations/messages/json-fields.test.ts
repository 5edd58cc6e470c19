import { expect, test } from '@jest/globals';
import { fieldsOf, objectProblem, parseObject, textsOf } from '../../../../operations/messages/json-fields.ts';

test('a foreign value has fields if it is an object', () => {
  expect(fieldsOf({ a: 1 })).toEqual({ a: 1 });
  for (const other of [null, undefined, 'text', 1, true]) expect(fieldsOf(other)).toEqual({});
});

test('a text of JSON is read if it holds an object or a list', () => {
  expect(parseObject('{"a":1}')).toEqual({ a: 1 });
  expect(parseObject('[1]')).toEqual([1]);
  for (const other of ['', 'null', '1', '"text"', '{', 'hello']) expect(parseObject(other)).toBeUndefined();
});

test('why a text is no object is said in one line', () => {
  expect(objectProblem('5')).toBe('is not a JSON object');
  expect(objectProblem('[1,\n\n x]')).toBe('is not JSON: Unexpected token \'x\', "[1, x]" is not valid JSON');
});

test('of fields, the texts are kept', () => {
  expect(textsOf({ a: 'x', b: 1, c: undefined, d: null, e: '' })).toStrictEqual({ a: 'x', e: '' });
});

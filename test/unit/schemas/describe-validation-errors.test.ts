import { expect, test } from '@jest/globals';
import { describeValidationErrors, listViolations, type ValidationError } from '../../../schemas/event-contract.ts';

const error = (instancePath: string, keyword: string, params: ValidationError['params'], message?: string) => ({
  instancePath,
  keyword,
  params,
  ...(message === undefined ? {} : { message }),
});

test.each<[string, ValidationError]>([
  ['data.userId must be string', error('/data/userId', 'type', { type: 'string' }, 'must be string')],
  ['metadata.eventId is missing', error('/metadata', 'required', { missingProperty: 'eventId' })],
  ['metadata is missing', error('', 'required', { missingProperty: 'metadata' })],
  ['value must be object', error('', 'type', { type: 'object' }, 'must be object')],
  ['detail-type must be "UserRegistered"', error('/detail-type', 'const', { allowedValue: 'UserRegistered' })],
  ['size must be one of ["S","M"]', error('/size', 'enum', { allowedValues: ['S', 'M'] })],
  ['lines[2].size must be string', error('/lines/2/size', 'type', {}, 'must be string')],
  ['a/b~c must be string', error('/a~1b~0c', 'type', {}, 'must be string')],
  ['a.b/c is missing', error('/a', 'required', { missingProperty: 'b/c' })],
  ['size breaks the rule "wobble"', error('/size', 'wobble', {})],
])('%s', (line, violation) => {
  expect(describeValidationErrors([violation])).toBe(line);
});

test('several violations make one line', () => {
  const violations = [error('/a', 'type', {}, 'must be string'), error('', 'required', { missingProperty: 'b' })];
  expect(describeValidationErrors(violations)).toBe('a must be string; b is missing');
});

test('many violations are cut short, and counted', () => {
  const violations = Array.from({ length: 12 }, (_, index) => error(`/a/${index}`, 'type', {}, 'must be string'));
  expect(describeValidationErrors(violations)).toMatch(/^a\[0\] must be string; .*; and 2 more$/);
});

test.each([[null], [undefined], [[]]])('no violations are said to be none', (errors) => {
  expect(describeValidationErrors(errors)).toBe('no violations');
});

test('violations are listed by field, a missing one under its own name', () => {
  const violations = [
    error('/data', 'required', { missingProperty: 'user/id' }),
    error('', 'type', {}, 'must be object'),
  ];
  expect(listViolations(violations)).toEqual([
    { pointer: '/data/user~1id', field: 'data.user/id', problem: 'is missing' },
    { pointer: '', field: 'value', problem: 'must be object' },
  ]);
});

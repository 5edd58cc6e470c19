import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderInputTemplate } from '../support/input-template.ts';

// Characters that JSON escapes, that templates give a meaning to, or that break naive replacement, and then any other.
const TROUBLE = [
  '"',
  '\\',
  '\n',
  '\t',
  '\u0000',
  '\u2028',
  'é',
  '日',
  '😀',
  '\ud800',
  '<',
  '>',
  '$',
  '&',
  '{',
  '}',
  'a',
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...TROUBLE) }),
  fc.string({ unit: 'grapheme' }),
);

const userIs = (userId: string) => ({ dynamodb: { NewImage: { userId: { S: userId } } } });
const UNQUOTED = '{"userId": <$.dynamodb.NewImage.userId.S>}';
const QUOTED = '{"userId": "<$.dynamodb.NewImage.userId.S>"}';

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return 'not JSON';
  }
}

describe('an unquoted placeholder', () => {
  test('given any string, it parses back to that string', () => {
    fc.assert(
      fc.property(anyText, (userId) => {
        expect(JSON.parse(renderInputTemplate(UNQUOTED, userIs(userId), {}))).toEqual({ userId });
      }),
    );
  });

  test('given any JSON value, it parses back to that value', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const value: unknown = JSON.parse(json);
        expect(JSON.parse(renderInputTemplate('{"value": <$.value>}', { value }, {}))).toEqual({ value });
      }),
    );
  });
});

describe('a quoted placeholder', () => {
  test('given any string with a quote in it, the value does not survive', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const userId = `${before}"${after}`;
        expect(parsed(renderInputTemplate(QUOTED, userIs(userId), {}))).not.toEqual({ userId });
      }),
    );
  });

  test('given a plain quote, the output is not JSON', () => {
    expect(parsed(renderInputTemplate(QUOTED, userIs('say "hi"'), {}))).toBe('not JSON');
  });

  test('given a string that JSON need not escape, it says the same as an unquoted one', () => {
    const harmless = fc.string({ unit: 'grapheme' }).filter((text) => JSON.stringify(text) === `"${text}"`);
    fc.assert(
      fc.property(harmless, (userId) => {
        const record = userIs(userId);
        expect(renderInputTemplate(QUOTED, record, {})).toBe(renderInputTemplate(UNQUOTED, record, {}));
      }),
    );
  });
});

describe('a template without placeholders', () => {
  test('given any text without <, it is the output, whatever the record', () => {
    const constant = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('<'));
    fc.assert(
      fc.property(constant, fc.jsonValue(), (template, input) => {
        expect(renderInputTemplate(template, input, {})).toBe(template);
      }),
    );
  });
});

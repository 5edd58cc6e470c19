import { describe, expect, test } from '@jest/globals';
import { isXmlText } from '../../../../packages/local-engine/protocols/xml.ts';
import {
  attributesAskedFor,
  messageAttributesOf,
  traceHeaderOf,
} from '../../../../packages/local-engine/sqs/message-attributes.ts';

const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
const binary = (BinaryValue: string) => ({ DataType: 'Binary', BinaryValue });

describe('the characters of a message', () => {
  test.each(['a', '\t\n\r', '~', '가나다', '\uD7FF', '\uE000', '\uFFFD', '😀', '\u{10FFFF}'])('%p is taken', (body) => {
    expect(isXmlText(body)).toBe(true);
  });

  test.each(['\u0000', '\u0001', '\b', '\v', '\u001F', '\uD800', '\uDC00', 'a\uDE00', '\uFFFE', '\uFFFF'])(
    '%p is not',
    (body) => {
      expect(isXmlText(body)).toBe(false);
    },
  );
});

describe('message attributes', () => {
  test.each<{ attributes: Record<string, object> }>([
    { attributes: {} },
    { attributes: { city: text('서울 😀'), 'a.b-c_1': text(' '), 'attr.1øßä': text('x') } },
    { attributes: { label: text('x', 'String.json'), n: text('7', 'Number.int'), b: binary('AAECAw==') } },
    { attributes: { ['n'.repeat(256)]: text('x') } },
    { attributes: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`key${n}`, text('x')])) },
    ...['0', '-1', '+1.5', '.5', '1.', '1e3', '1E-128', '1e126', '9'.repeat(38), '000.10'].map((value) => ({
      attributes: { n: text(value, 'Number') },
    })),
  ])('$attributes are taken', ({ attributes }) => {
    expect(messageAttributesOf(attributes)).toEqual(attributes);
  });

  const PERIODS = /period/;
  const CHARACTERS = /^Message \(user\) attributes name can only contain/;
  const RESERVED = /^You can't use message attribute names beginning with 'AWS\.' or 'Amazon\.'/;
  const TYPES = /^The type of message \(user\) attribute 'k' is invalid/;
  test.each<{ attributes: Record<string, unknown>; message: RegExp }>([
    { attributes: { '': text('x') }, message: /1 to 256 characters/ },
    { attributes: { ['n'.repeat(257)]: text('x') }, message: /1 to 256 characters/ },
    { attributes: { 'aWs.x': text('x') }, message: RESERVED },
    { attributes: { 'AMAZON.x': text('x') }, message: RESERVED },
    { attributes: { '.x': text('x') }, message: RESERVED },
    { attributes: { 'x.': text('x') }, message: PERIODS },
    { attributes: { 'x..y': text('x') }, message: PERIODS },
    ...['!', '"', '§', '(', '?', ' ', '😀'].map((sign) => ({
      attributes: { [`a${sign}b`]: text('x') },
      message: CHARACTERS,
    })),
    { attributes: { k: null }, message: /'k' must contain a non-empty attribute type/ },
    { attributes: { k: 'x' }, message: /'k' must contain a non-empty attribute type/ },
    { attributes: { k: text('x', '') }, message: /'k' must contain a non-empty attribute type/ },
    { attributes: { k: { DataType: 5, StringValue: 'x' } }, message: /'k' must contain a non-empty attribute type/ },
    { attributes: { k: text('x', 'Invalid') }, message: TYPES },
    { attributes: { k: text('x', 'string') }, message: TYPES },
    { attributes: { k: text('x', 'Stringy') }, message: TYPES },
    { attributes: { k: text('x', 'String.') }, message: TYPES },
    { attributes: { k: text('1', `Number.${'L'.repeat(256)}`) }, message: TYPES },
    {
      attributes: { ErrorDetails: text('') },
      message: /^Message \(user\) attribute 'ErrorDetails' must contain a non-empty value of type 'String'\.$/,
    },
    { attributes: { k: text('', 'Number') }, message: /non-empty value of type 'String'/ },
    { attributes: { k: binary('') }, message: /non-empty value of type 'Binary'/ },
    { attributes: { k: text('x', 'Binary') }, message: /non-empty value of type 'Binary'/ },
    { attributes: { k: { ...binary('AA=='), DataType: 'String' } }, message: /non-empty value of type 'String'/ },
    { attributes: { k: { ...text('x'), ...binary('AA==') } }, message: /must use field 'BinaryValue'/ },
    { attributes: { k: text('a\b') }, message: /^Invalid characters found\. Valid unicode characters are #x9/ },
    ...['!!!', 'AA', 'A===', 'AA==AA==', 'AA=A', ' AA=='].map((value) => ({
      attributes: { k: binary(value) },
      message: /'k' has a BinaryValue that is not base64/,
    })),
    ...['world', '1,5', '0x10', 'Infinity', '1e', '--1', '1e127', '1e-129', '9'.repeat(39), ' 1'].map((value) => ({
      attributes: { k: text(value, 'Number') },
      message: /^Can't cast the value of message \(user\) attribute 'k' to a number\.$/,
    })),
    {
      attributes: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`key${n}`, text('x')])),
      message: /^Number of message attributes \[11\] exceeds the allowed maximum \[10\]\.$/,
    },
  ])('$attributes are refused', ({ attributes, message }) => {
    const error = { code: 'InvalidParameterValueException', message: expect.stringMatching(message) };
    expect(() => messageAttributesOf(attributes)).toThrow(expect.objectContaining(error));
  });

  test('given lists of values, which SQS does not have yet, they are refused', () => {
    const attributes = { k: { ...text('x'), StringListValues: ['y'] } };
    expect(() => messageAttributesOf(attributes)).toThrow(expect.objectContaining({ code: 'UnsupportedOperation' }));
  });
});

describe('message system attributes', () => {
  test('given a trace header, it is read, and without any there is none', () => {
    expect(traceHeaderOf({ AWSTraceHeader: text('Root=1') })).toBe('Root=1');
    expect(traceHeaderOf({})).toBeUndefined();
  });

  test.each([
    { attributes: { Other: text('x') } },
    { attributes: { AWSTraceHeader: text('x'), Other: text('x') } },
    { attributes: { AWSTraceHeader: text('1', 'Number') } },
    { attributes: { AWSTraceHeader: text('') } },
    { attributes: { AWSTraceHeader: binary('AA==') } },
  ])('$attributes are refused', ({ attributes }) => {
    expect(() => traceHeaderOf(attributes)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValueException' }),
    );
  });
});

describe('the attributes that a receiver asks for', () => {
  const attributes = { 'Help.Me': text('Me'), Hello: text('There'), General: text('Kenobi') };

  // Recorded on AWS.
  test.each([
    { names: [], found: [] },
    { names: ['All'], found: ['Help.Me', 'Hello', 'General'] },
    { names: ['*'], found: ['Help.Me', 'Hello', 'General'] },
    { names: ['.*'], found: ['Help.Me', 'Hello', 'General'] },
    { names: ['Foo', 'Help'], found: [] },
    { names: ['Hello', 'General'], found: ['Hello', 'General'] },
    { names: ['Foo', 'Hello'], found: ['Hello'] },
    { names: ['Hel.*'], found: ['Help.Me', 'Hello'] },
    { names: ['Hel*', 'General'], found: ['Help.Me', 'Hello', 'General'] },
    { names: ['Help.*'], found: ['Help.Me'] },
    { names: ['all', 'hello'], found: [] },
    { names: ['AWS.', '..foo'], found: [] },
  ])('given $names, they are $found', ({ names, found }) => {
    expect(Object.keys(attributesAskedFor(attributes, names))).toEqual(found);
  });
});

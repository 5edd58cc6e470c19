import { describe, expect, test } from '@jest/globals';
import { isXmlText } from '../../../../packages/local-engine/protocols/xml.ts';
import {
  attributesAskedFor,
  md5OfAttributes,
  messageAttributesOf,
  newMessage,
  sizeOf,
  traceHeaderOf,
} from '../../../../packages/local-engine/sqs/message.ts';

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

describe('the hash of attributes', () => {
  const TRACE = 'traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01';

  // Recorded on AWS.
  test.each([
    { attributes: { Foo: text('Bar') }, md5: 'ae7155c6026991b6d54b11589678bf9c' },
    {
      attributes: { 'Help.Me': text('Me'), Hello: text('There'), General: text('Kenobi') },
      md5: '4c360f3fdafd970e05fae2f149d997f5',
    },
    { attributes: { Hello: text('There'), General: text('Kenobi') }, md5: 'fca026605781cb4126a1e9044df24232' },
    {
      attributes: { attr1: { DataType: 'Binary', BinaryValue: Buffer.from(TRACE).toString('base64') } },
      md5: '8cbe4db156db8a94db8b801b7addb984',
    },
    {
      attributes: {
        AWSTraceHeader: text('Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'),
      },
      md5: '5ae4d5d7636402d80f4eb6d213245a88',
    },
  ])('of $attributes is $md5', ({ attributes, md5 }) => {
    expect(md5OfAttributes(attributes)).toBe(md5);
  });

  test('given none, there is none', () => {
    expect(md5OfAttributes({})).toBeUndefined();
  });
});

test('given a message, its size is that of the body and of the name, type and value of each attribute, in bytes', () => {
  const attributes = { k: text('x'), 열쇠: { DataType: 'Binary', BinaryValue: 'AAECAw==' } };
  expect(sizeOf({ body: 'aé😀' })).toBe(7);
  expect(sizeOf({ body: '', attributes })).toBe(1 + 6 + 1 + 6 + 6 + 4);
});

test('given the time, a new message has it, and an id of its own', () => {
  const [one, other] = [newMessage({ body: 'message' }, 5), newMessage({ body: 'message' }, 5)];
  expect(one).toMatchObject({ sentAt: 5, receives: 0, attributes: {}, md5OfBody: '78e731027d8fd50ed642340b7c9a63b3' });
  expect(one.messageId).not.toBe(other.messageId);
});

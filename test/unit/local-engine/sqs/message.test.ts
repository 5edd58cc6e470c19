import { describe, expect, test } from '@jest/globals';
import { md5OfAttributes, newMessage, sizeOf } from '../../../../packages/local-engine/sqs/message.ts';

const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

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

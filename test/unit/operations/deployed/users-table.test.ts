import { describe, expect, test } from '@jest/globals';
import { bytesTooMany, MOST_ROW_BYTES, rowBytes } from '../../../../operations/deployed/users-table.ts';

/** Values by the rules of the DynamoDB developer guide, item sizes and formats; the name `a` counts one byte. */
describe('the bytes of a row', () => {
  test.each([
    [{ S: 'abc' }, 3],
    [{ S: '김' }, 3],
    [{ S: '' }, 0],
    [{ B: new Uint8Array(5) }, 5],
    [{ BOOL: true }, 1],
    [{ NULL: true }, 1],
    [{ N: '7' }, 2],
    [{ N: '27' }, 2],
    [{ N: '-27' }, 3],
    [{ N: '1000' }, 2],
    [{ N: '0.00123' }, 3],
    [{ N: '1.5E+20' }, 2],
    [{ SS: ['ab', 'c'] }, 3],
    [{ NS: ['1', '22'] }, 4],
    [{ BS: [new Uint8Array(2), new Uint8Array(3)] }, 5],
    [{ L: [] }, 3],
    [{ L: [{ S: 'ab' }, { BOOL: false }] }, 3 + 2 + 3],
    [{ M: { b: { S: 'cd' } } }, 3 + 1 + 1 + 2],
  ])('of the value %j are %i, and its name', (value, bytes) => {
    expect(rowBytes({ a: value })).toBe(1 + bytes);
  });

  test('of several attributes add up', () => {
    expect(rowBytes({ userId: { S: 'alice' }, age: { N: '42' } })).toBe(6 + 5 + 3 + 2);
  });
});

describe('the room for the addresses of a bucket', () => {
  const [bucket, region] = ['siualice', 'eu-west-1'];
  const needed =
    's3_bucket_uri'.length +
    's3://siualice'.length +
    's3_bucket_url'.length +
    'https://siualice.s3.eu-west-1.amazonaws.com/'.length;

  test.each([
    [MOST_ROW_BYTES - needed, 0],
    [MOST_ROW_BYTES - needed + 1, 1],
    [MOST_ROW_BYTES, needed],
    [10, 0],
  ])('given a row of %i bytes, %i are too many', (bytes, tooMany) => {
    expect(bytesTooMany(bytes, bucket, region)).toBe(tooMany);
  });
});

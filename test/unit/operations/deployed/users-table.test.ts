import { describe, expect, it, test } from '@jest/globals';
import { bytesTooMany, MOST_ROW_BYTES, rowBytes, usersTable } from '../../../../operations/deployed/users-table.ts';
import { TABLE_MADE_AT, World } from '../reconcile/world.ts';

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

describe('the users table', () => {
  it('counts users without URI over all pages, and reads nothing else of them', async () => {
    const w = new World();
    w.register('alice');
    for (let user = 0; user < 7; user++) w.addRow(`user-${user}`);
    expect(await usersTable(w.on).countWithoutUri()).toBe(7);
    expect(w.calls.filter((call) => call === 'ScanCommand')).toHaveLength(4);
    expect(await usersTable(w.on).countWithoutUri(AbortSignal.abort())).toBeLessThan(7);
  });

  it('asks again for rows that did not fit into an answer, and leaves out those that are gone', async () => {
    const w = new World();
    for (const userId of ['a', 'b', 'c', 'd', 'e']) w.addRow(userId);
    w.pageSize = 2;
    const rows = await usersTable(w.on).readRows(['a', 'b', 'c', 'd', 'e', 'gone']);
    expect(rows.map(({ userId }) => userId)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('was made at a whole second', async () => {
    expect(await usersTable(new World().on).readFacts()).toEqual({ createdAt: TABLE_MADE_AT, rows: 0 });
  });
});

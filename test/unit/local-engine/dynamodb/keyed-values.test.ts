import { expect, test } from '@jest/globals';
import { KeyedValues, type Write } from '../../../../packages/local-engine/dynamodb/keyed-values.ts';

const ignore = () => {};

function storedAt(values: KeyedValues, key: string): unknown {
  let found: unknown;
  values.get(key, (_error, value) => {
    found = value;
  });
  return found;
}

test('given a value that is changed after it was put or read, the kept one stays', () => {
  const values = new KeyedValues();
  const value = { name: { S: 'a' } };
  values.put('key', value, ignore);
  value.name.S = 'changed';
  (storedAt(values, 'key') as typeof value).name.S = 'changed too';
  expect(storedAt(values, 'key')).toEqual({ name: { S: 'a' } });
});

test('given puts and deletes, the listener gets each with the value before, but not what was loaded', () => {
  const [values, writes] = [new KeyedValues(), [] as Write[]];
  values.onWrite((write) => writes.push(write));
  values.load('key', '{"n":1}');
  values.put('key', { n: 2 }, ignore);
  values.del('key', ignore);
  expect(writes).toEqual([
    { key: 'key', before: '{"n":1}', after: '{"n":2}' },
    { key: 'key', before: '{"n":2}', after: undefined },
  ]);
});

test('given values that come and go while all are read, those that stay are read once, in order', async () => {
  const values = new KeyedValues();
  for (let n = 1000; n < 2000; n++) values.put(String(n), { n }, ignore);
  const read: number[] = [];
  for await (const { n } of values.createValueStream({ gte: '1200' })) {
    read.push(n);
    if (n !== 1300) continue;
    values.put('1250', { n: 1250 }, ignore);
    values.del('1800', ignore);
    values.put('1999b', { n: 3000 }, ignore);
  }
  const from1200 = Array.from({ length: 800 }, (_, index) => 1200 + index);
  expect(read).toEqual([...from1200.filter((n) => n !== 1800), 3000]);
});

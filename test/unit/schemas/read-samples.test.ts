import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readSamples } from '../../../schemas/generator/read-samples.ts';
import { shirtOrdered } from './event-schemas.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samples-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, text = '{}') => writeFile(join(folder, name), text);
const read = () => readSamples(folder, [shirtOrdered()]);

test('the plain sample comes first, whatever the names of the others', async () => {
  await write('shirt-ordered.v2.gift.json', '{"id":"g"}');
  await write('shirt-ordered.v2.json');
  await write('shirt-ordered.v2.a-lot.json');
  const samples = (await read()).get('shirt-ordered.v2') ?? [];
  expect(samples.map(({ special }) => special)).toEqual(['', 'a-lot', 'gift']);
  expect(samples[2]).toEqual({ fileName: 'shirt-ordered.v2.gift.json', special: 'gift', event: { id: 'g' } });
});

test('a version without a plain sample is told which file to write', async () => {
  await write('shirt-ordered.v2.gift.json');
  await expect(read()).rejects.toThrow('samples/shirt-ordered.v2.json is missing: write a whole event there');
});

test('so it is when there are no samples at all', async () => {
  await expect(readSamples(join(folder, 'none'), [shirtOrdered()])).rejects.toThrow('samples/shirt-ordered.v2.json');
});

test.each([
  ['shirt-ordered.v1.json', '{}', 'belongs to no schema'],
  ['shirt-ordered.v2.yaml', '{}', 'belongs to no schema'],
  ['shirt-ordered.v2.gift.json', '{', 'not JSON'],
  ['shirt-ordered.v2.gift.json', '[]', 'an event is a JSON object'],
])('%s with %s is refused, and named', async (name, text, problem) => {
  await write('shirt-ordered.v2.json');
  await write(name, text);
  await expect(read()).rejects.toThrow(`samples/${name}: ${problem}`);
});

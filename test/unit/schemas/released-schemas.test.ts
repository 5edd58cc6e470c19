import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  compareWithReleased,
  copyToReleased,
  describeBreakingChange,
} from '../../../schemas/compatibility/released-schemas.ts';

let folder: string;
let released: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schemas-'));
  released = join(folder, 'released');
});
afterEach(() => rm(folder, { recursive: true }));

const write = (path: string, schema: object) => writeFile(join(folder, path), JSON.stringify(schema));

test('a schema without a released copy is unreleased, and breaks nobody', async () => {
  await write('shirt-ordered.v1.schema.json', { type: 'object' });
  expect(await compareWithReleased(folder, released)).toEqual([
    { fileName: 'shirt-ordered.v1.schema.json', released: false, breakingChanges: [] },
  ]);
});

test('after a release, a schema is compatible with its copy', async () => {
  await write('shirt-ordered.v1.schema.json', { type: 'object' });
  await copyToReleased(folder, released);
  expect(await readdir(released)).toEqual(['shirt-ordered.v1.schema.json']);
  expect(await compareWithReleased(folder, released)).toEqual([
    { fileName: 'shirt-ordered.v1.schema.json', released: true, breakingChanges: [] },
  ]);
});

test('a released schema whose file is gone is a breaking change', async () => {
  await mkdir(released);
  await write('released/shirt-ordered.v1.schema.json', { type: 'object' });
  const [comparison] = await compareWithReleased(folder, released);
  expect(comparison?.breakingChanges).toHaveLength(1);
});

test('a change is told with its file, its field and the way out', () => {
  const change = { field: '/data/size', keyword: 'type', message: '"type" changed' };
  expect(describeBreakingChange('shirt-ordered.v9.schema.json', change)).toMatch(
    /^shirt-ordered\.v9\.schema\.json: \/data\/size "type" changed\. .*add shirt-ordered\.v10\.schema\.json/,
  );
});

test('a change of the schema as a whole is told without a field', () => {
  const change = { field: '', keyword: 'x-source', message: '"x-source" changed' };
  expect(describeBreakingChange('shirt-ordered.v1.schema.json', change)).toMatch(
    /^shirt-ordered\.v1\.schema\.json: "x-source" changed\. /,
  );
});

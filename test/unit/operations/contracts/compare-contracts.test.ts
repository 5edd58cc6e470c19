import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compareContracts, compareSchemas, versionNames } from '../../../../operations/contracts/compare-contracts.ts';

const SCHEMAS = join(import.meta.dirname, '../../../../schemas');

const object = (properties: object, required: readonly string[] = []) => ({ type: 'object', required, properties });
const size = { type: 'string', description: 'The size.' };

describe('two schemas', () => {
  test('that are equal say the same', () => {
    expect(compareSchemas(object({ size }), object({ size }))).toMatchObject({ verdict: 'same', differences: [] });
  });

  test('given a new optional field and better words, are compatible', () => {
    const after = object({ size: { ...size, description: 'The size, in words.' }, gift: { type: 'boolean' } });
    expect(compareSchemas(object({ size }), after)).toEqual({
      verdict: 'compatible',
      text: 'Compatible: events and readers of both understand each other.',
      differences: [
        { field: 'size', kind: 'reworded', before: 'string, optional', after: 'string, optional', breaking: [] },
        { field: 'gift', kind: 'added', after: 'boolean, optional', breaking: [] },
      ],
    });
  });

  test('given what the gate refuses, are breaking, and each field says why', () => {
    const before = object({ data: object({ size, lines: { type: 'array', items: size } }) });
    const after = object({
      data: object({ size: { ...size, maxLength: 2 }, lines: { type: 'array', items: { type: 'number' } } }, ['size']),
    });
    const { verdict, text, differences } = compareSchemas(before, after);
    expect([verdict, text]).toEqual(['breaking', expect.stringMatching(/^Breaking: 3 changes that/)]);
    expect(differences).toEqual([
      {
        field: 'data.size',
        kind: 'changed',
        before: 'string, optional',
        after: 'string, at most 2 characters, always there',
        breaking: [
          expect.stringMatching(/^became required: /),
          expect.stringMatching(/^"maxLength" changed from nothing to 2: /),
        ],
      },
      expect.objectContaining({ field: 'data.lines', kind: 'changed' }),
      expect.objectContaining({ field: 'data.lines[]', breaking: [expect.stringMatching(/^"type" changed/)] }),
    ]);
  });
});

describe('a difference', () => {
  test('given one change that breaks, says so in the singular', () => {
    const { text } = compareSchemas(object({ size }), object({ size: { ...size, maxLength: 2 } }));
    expect(text).toMatch(/^Breaking: a change that some reader/);
  });

  test('that is a field which is gone has no shape after it; a new one has none before it', () => {
    expect(compareSchemas(object({ size, gift: size }), object({ size, color: size })).differences).toStrictEqual([
      { field: 'gift', kind: 'removed', before: 'string, optional', breaking: expect.any(Array) },
      { field: 'color', kind: 'added', after: 'string, optional', breaking: [] },
    ]);
  });

  test('given a field that has slashes and tildes in its name, is at that field', () => {
    const before = object({ 'a/b~c': size });
    const { differences } = compareSchemas(before, object({ 'a/b~c': { ...size, maxLength: 2 } }));
    expect(differences.map(({ field, breaking }) => [field, breaking.length])).toEqual([['a/b~c', 1]]);
  });

  test('given only what the gate says, is a change', () => {
    const { differences } = compareSchemas(object({}), { ...object({}), additionalProperties: false });
    expect(differences.map(({ field, kind, breaking }) => [field, kind, breaking.length > 0])).toEqual([
      ['', 'changed', true],
    ]);
  });
});

test('versions are named with their release in front, if they have one', () => {
  const entry = (schemaName: string, released?: object) => ({ schemaName, ...(released && { released }) });
  const catalog = [entry('a.v1', {}), entry('b.v1')] as unknown as Parameters<typeof versionNames>[0];
  expect(versionNames(catalog)).toEqual(['a.v1@released', 'a.v1', 'b.v1']);
});

describe('two versions of the files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'schemas-'));
    const schemas = (await readdir(SCHEMAS)).filter((name) => name.endsWith('.schema.json'));
    for (const name of ['released', 'samples', ...schemas]) {
      await cp(join(SCHEMAS, name), join(folder, name), { recursive: true });
    }
    const file = join(folder, 'user-registered.v1.schema.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"maxLength": 2048', '"maxLength": 100'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('the released one and the one that is there are two versions', async () => {
    const compared = await compareContracts('user-registered.v1@released', 'user-registered.v1', folder);
    expect(compared.verdict).toBe('breaking');
    expect(compared.differences.find(({ breaking }) => breaking.length > 0)?.field).toBe('data.userId');
  });

  test('in this checkout, what is there is compatible with what was released', async () => {
    const { verdict } = await compareContracts('user-registered.v1@released', 'user-registered.v1');
    expect(verdict).toBe('compatible');
  });

  test.each([
    ['user-registered.v7', /^there is no version user-registered\.v7; there are bucket-created\.v1@released, /],
    ['user-registered.v7@released', /^there is no version user-registered\.v7@released; there are /],
    ['user-deleted.v1@released', /^there is no version user-deleted\.v1@released; there are .*, user-deleted\.v1, /],
    ['bucket-created.v1', /are different events; compare two versions of one$/],
  ])('%s is refused', async (other, message) => {
    await expect(compareContracts('user-registered.v1', other, folder)).rejects.toThrow(message);
  });
});

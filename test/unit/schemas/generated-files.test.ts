import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findOutdatedFiles, renderAll, writeGeneratedFiles } from '../../../schemas/generator/generated-files.ts';

const v1 = 'user-registered.v1.schema.json';
const sourceFolder = join(import.meta.dirname, '../../../schemas');
const v1Path = join(sourceFolder, v1);

let root: string;
let schemas: string;
let generated: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'schemas-'));
  schemas = join(root, 'schemas');
  generated = join(schemas, 'generated');
  await mkdir(join(schemas, 'samples'), { recursive: true });
  await copyFile(v1Path, join(schemas, v1));
  await copyFile(
    join(sourceFolder, 'samples/user-registered.v1.json'),
    join(schemas, 'samples/user-registered.v1.json'),
  );
});
afterEach(() => rm(root, { recursive: true }));

const findOutdated = async () => findOutdatedFiles(root, await renderAll(schemas));
const write = async () => writeGeneratedFiles(root, await renderAll(schemas));

/** Every file that the schemas generate, by its path. */
async function render(): Promise<ReadonlyMap<string, string>> {
  const folders = await renderAll(schemas);
  return new Map(folders.flatMap(({ path, files }) => [...files].map(([name, text]) => [`${path}/${name}`, text])));
}

async function addVersion(version: number): Promise<void> {
  const text = (await readFile(v1Path, 'utf8'))
    .replace('V1"', `V${version}"`)
    .replace('"const": 1', `"const": ${version}`);
  await writeFile(join(schemas, `user-registered.v${version}.schema.json`), text);
  await writeFile(join(schemas, `samples/user-registered.v${version}.json`), '{}');
}

describe('given folders that are up to date', () => {
  beforeEach(write);

  test('nothing is outdated, and nothing is written again', async () => {
    expect(await findOutdated()).toEqual([]);
    expect(await write()).toEqual([]);
  });

  test.each(['schemas/generated/event-contracts.ts', 'docs/events.md', 'docs/events.asyncapi.json'])(
    'when %s is edited, it is stale; when it is deleted, it is missing',
    async (file) => {
      await writeFile(join(root, file), 'mine now');
      expect(await findOutdated()).toEqual([{ file, problem: 'stale' }]);
      await rm(join(root, file));
      expect(await findOutdated()).toEqual([{ file, problem: 'missing' }]);
    },
  );

  test.each(['schemas/generated/shirt-ordered.v1.ts', 'docs/events.asyncapi.yaml'])(
    'when %s is there, which no schema generates, it is left over, and removed',
    async (file) => {
      await writeFile(join(root, file), '');
      expect(await findOutdated()).toEqual([{ file, problem: 'left over' }]);
      expect(await write()).toEqual([{ file, problem: 'left over' }]);
      expect(await findOutdated()).toEqual([]);
    },
  );

  test('what people write beside the generated documents is theirs', async () => {
    await writeFile(join(root, 'docs/architecture.md'), '');
    expect(await findOutdated()).toEqual([]);
  });

  test('when a schema changes, what depends on it is stale', async () => {
    const text = await readFile(v1Path, 'utf8');
    await writeFile(join(schemas, v1), text.replace('"maxLength": 2048', '"maxLength": 1024'));
    expect(await findOutdated()).toEqual([
      { file: 'schemas/generated/user-registered.v1.validators.js', problem: 'stale' },
      { file: 'schemas/generated/detail-schemas.ts', problem: 'stale' },
      { file: 'schemas/generated/registered-schemas.ts', problem: 'stale' },
      { file: 'docs/events.asyncapi.json', problem: 'stale' },
      { file: 'docs/events.md', problem: 'stale' },
    ]);
  });

  test('when a sample changes, the documents are stale', async () => {
    await writeFile(join(schemas, 'samples/user-registered.v1.json'), '{}');
    expect((await findOutdated()).map(({ file }) => file)).toEqual(['docs/events.asyncapi.json', 'docs/events.md']);
  });

  test('writing mends whatever is outdated', async () => {
    await writeFile(join(generated, 'event-contracts.ts'), '');
    await writeFile(join(generated, 'shirt-ordered.v1.ts'), '');
    await addVersion(2);
    await write();
    expect(await findOutdated()).toEqual([]);
  });
});

describe('given several versions of an event', () => {
  test('the newest takes the plain name, by number rather than by spelling, and each keeps its own', async () => {
    await addVersion(2);
    await addVersion(10);
    const index = (await render()).get('schemas/generated/event-contracts.ts');
    expect(index?.match(/export \{.*\}/g)).toEqual([
      'export { UserRegisteredV1 }',
      'export { UserRegisteredV2 }',
      'export { UserRegisteredV10, UserRegisteredV10 as UserRegistered }',
    ]);
    expect(index).toContain('export const newestContracts = {\n  UserRegistered: UserRegisteredV10,\n}');
  });
});

test('the same schemas give the same bytes', async () => {
  expect(await render()).toEqual(await render());
});

test('every file says that it is generated, and none names the machine that rendered it', async () => {
  for (const [file, content] of await render()) {
    const says = 'generated by schemas/generate.ts – do not edit';
    if (file.endsWith('.json')) expect(JSON.parse(content)).toHaveProperty('x-generated', says);
    else expect(content.split('\n')[0]).toBe(file.endsWith('.md') ? `<!-- ${says} -->` : `// ${says}`);
    expect(content).not.toContain(join(import.meta.dirname, '../../..'));
    expect(content).not.toContain('node_modules');
  }
});

test('validators import nothing', async () => {
  const validators = [...(await render())].filter(([file]) => file.endsWith('.js'));
  expect(validators).toHaveLength(1);
  for (const [, content] of validators) expect(content).not.toMatch(/^import /m);
});

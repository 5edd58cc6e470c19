import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { renderEvent } from '../../../../cli/commands/new/event-files.ts';
import { writeNewFiles } from '../../../../cli/commands/new/new-files.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

test.each(['UserVerified', 'V', `U${'s'.repeat(79)}`])('the sample of %s keeps to its schema', (name) => {
  const { schema, sample } = renderEvent({ name, source: 'sign-up' });
  const { 'detail-type': detailType, source, detail } = JSON.parse(sample.text);
  expect({ detailType, source }).toEqual({ detailType: name, source: 'sign-up' });
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(schema.text));
  expect(validate(detail)).toBe(true);
  // One that answers nothing has no cause; one in milliseconds is no time.
  const { causationId: _, ...metadata } = detail.metadata;
  expect(validate({ ...detail, metadata })).toBe(true);
  expect(validate({ ...detail, data: { ...detail.data, occurredAt: Date.now() } })).toBe(false);
});

test('the files keep to the format of the project', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scaffold-'));
  try {
    await copyFile(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
    for (const name of ['V', 'UserVerified', `U${'s'.repeat(79)}`]) {
      const { schema, sample } = renderEvent({ name, source: 's'.repeat(256) });
      await writeNewFiles(folder, [schema, sample]);
    }
    const biome = join(ROOT, 'node_modules', '.bin', 'biome');
    await promisify(execFile)(biome, ['check', '--colors=off', '.'], { cwd: folder });
  } finally {
    await rm(folder, { recursive: true });
  }
});

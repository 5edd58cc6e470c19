import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { functionNameProblem } from '../../../../cli/commands/new/function-name.ts';
import { renderSubscriber, type SubscribedEvent } from '../../../../cli/commands/new/subscriber-files.ts';
import { writeNewFiles } from '../../../../cli/commands/new/write-new-files.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const event = (detailType: string): SubscribedEvent => ({ detailType, schemaName: 'shirt.v2', schemaVersion: 2 });

describe('the files of a subscriber', () => {
  const files = renderSubscriber('welcome-email', event('ShirtOrdered'));
  const textOf = (ending: string) => files.find(({ path }) => path.endsWith(ending))?.text;

  test('are those of its folder and its test', () => {
    expect(files.map(({ path }) => path)).toEqual([
      'services/welcome-email/subscription.ts',
      'services/welcome-email/handler.ts',
      'services/welcome-email/welcome-email.ts',
      'test/unit/services/welcome-email/welcome-email.test.ts',
    ]);
  });

  test('want the event by its name, and take the version that is the newest now', () => {
    expect(textOf('subscription.ts')).toContain("event: 'ShirtOrdered',");
    expect(textOf('handler.ts')).toContain("import { ShirtOrderedV2 } from '../../schemas/generated/shirt.v2.ts';");
    expect(textOf('handler.ts')).toContain('contract: ShirtOrderedV2,');
  });

  test('show a handler nothing of queues, batches, envelopes and AWS', () => {
    expect(textOf('handler.ts')).not.toMatch(/sqs|queue|batch|envelope|dead|dlq|record|aws/i);
    expect(textOf('/welcome-email.ts')?.match(/^import .*$/gm)).toEqual([expect.stringMatching(/^import type /)]);
  });
});

describe('whatever the names', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scaffold-'));
    await copyFile(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** What the project's linter and formatter have against files, as they stand. */
  async function complaints(): Promise<string> {
    const biome = join(ROOT, 'node_modules', '.bin', 'biome');
    const args = ['check', '--colors=off', '--error-on-warnings', '--max-diagnostics=5', '.'];
    return promisify(execFile)(biome, args, { cwd: folder }).then(
      () => '',
      ({ stdout, stderr }) => stdout + stderr,
    );
  }

  test('the files keep to format and lint: short and long ones, and every width around the edge of a line', async () => {
    const services = ['a', 'welcome-email', 'a-b-c-d', ...Array.from({ length: 11 }, (_, n) => 'x'.repeat(30 + n))];
    const events = [1, 7, 30, ...Array.from({ length: 20 }, (_, n) => 36 + n), 80];
    for (const [index, service] of services.entries()) {
      for (const length of index === services.length - 1 ? events : [7, 43, 44]) {
        const files = renderSubscriber(service, event(`S${'h'.repeat(length - 1)}`));
        await writeNewFiles(join(folder, `${service.length}-${length}-${index}`), files);
      }
    }
    expect(await complaints()).toBe('');
  });

  test('the linter has nothing against any function that is not refused', async () => {
    const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const globals = Object.getOwnPropertyNames(globalThis).filter((name) => /^[a-z][A-Za-z0-9]*$/.test(name));
    const types = [
      'any',
      'as',
      'async',
      'from',
      'get',
      'is',
      'never',
      'number',
      'object',
      'of',
      'set',
      'string',
      'type',
    ];
    const services = [...new Set([...globals, ...types])].map(kebab).filter((name) => !functionNameProblem(name));
    expect(services.length).toBeGreaterThan(30);
    for (const name of services) await writeNewFiles(folder, renderSubscriber(name, event('ShirtOrdered')));
    expect(await complaints()).toBe('');
  });
});

import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { functionNameProblem } from '../../../../cli/commands/new/names.ts';
import { planEvent } from '../../../../cli/commands/new/new-event.ts';
import { writeNewFiles } from '../../../../cli/commands/new/new-files.ts';
import { planSubscriber, renderSubscriber, type SubscribedEvent } from '../../../../cli/commands/new/new-subscriber.ts';
import { newestContracts } from '../../../../schemas/generated/event-contracts.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const event = (detailType: string): SubscribedEvent => ({
  source: 'shop',
  detailType,
  schemaName: 'shirt.v2',
  schemaVersion: 2,
});

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
    const known = [...types, 'console', 'fetch', 'process', 'set-timeout', 'structured-clone'];
    expect(services).toEqual(expect.arrayContaining(known));
    for (const name of services) await writeNewFiles(folder, renderSubscriber(name, event('ShirtOrdered')));
    expect(await complaints()).toBe('');
  });
});

const nothing = () => false;
const refusal = (reason: string) =>
  expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(reason) });
const only = (path: string) => (asked: string) => asked === path;
const EVENTS = `the events are ${Object.keys(newestContracts).join(', ')}`;

describe('planning a subscriber', () => {
  test.each([
    ['Welcome', 'BucketCreated', nothing, 'must be named in kebab-case'],
    ['2-welcome', 'BucketCreated', nothing, 'every word beginning with a letter'],
    ['welcome-2', 'BucketCreated', nothing, 'every word beginning with a letter'],
    ['../welcome', 'BucketCreated', nothing, 'must be named in kebab-case'],
    ['', 'BucketCreated', nothing, 'must be named in kebab-case'],
    ['x'.repeat(41), 'BucketCreated', nothing, 'at most 40 characters'],
    ['shared', 'BucketCreated', nothing, 'services/shared holds what services share'],
    ['event-bus', 'BucketCreated', nothing, 'must not have the name of a part of the stack'],
    ['delete', 'BucketCreated', nothing, 'delete is a reserved word of JavaScript'],
    ['handler', 'BucketCreated', nothing, 'the files of every subscriber use handler'],
    ['welcome', 'ScaffoldLost', nothing, `there is no event ScaffoldLost; ${EVENTS}`],
    ['welcome', 'toString', nothing, `there is no event toString; ${EVENTS}`],
    ['welcome', undefined, nothing, `name the event for welcome with --on; ${EVENTS}`],
    ['welcome', 'BucketCreated', only('services/welcome'), 'services/welcome exists already'],
    ['welcome', 'BucketCreated', only('test/unit/services/welcome'), 'test/unit/services/welcome exists already'],
  ])('%s on %s is refused', (name, event, exists, reason) => {
    expect(() => planSubscriber({ name, event }, exists)).toThrow(refusal(reason));
  });

  test.each(Object.keys(newestContracts))('%s can be subscribed to', (event) => {
    expect(planSubscriber({ name: 'x'.repeat(40), event }, nothing).files).toHaveLength(4);
  });
});

describe('planning an event', () => {
  test.each([
    ['scaffoldTried', undefined, nothing, 'PascalCase'],
    ['UserRegistered', undefined, nothing, 'the event UserRegistered exists already'],
    ['ScaffoldTried', 'aws.users', nothing, '--source must name the producer'],
    ['ScaffoldTried', '', nothing, '--source must name the producer'],
    ['ScaffoldTried', 'sign up', nothing, '--source must name the producer'],
    ['ScaffoldTried', 's'.repeat(257), nothing, '--source must name the producer'],
    ['ScaffoldTried', undefined, only('schemas/scaffold-tried.v1.schema.json'), 'schema.json exists already'],
    ['ScaffoldTried', undefined, only('schemas/released/scaffold-tried.v1.schema.json'), 'schema.json exists already'],
    [
      'ScaffoldTried',
      undefined,
      only('schemas/samples/scaffold-tried.v1.json'),
      'scaffold-tried.v1.json exists already',
    ],
  ])('%s from %s is refused', (name, source, exists, reason) => {
    expect(() => planEvent({ name, source }, exists)).toThrow(refusal(reason));
  });

  test('the producer is the one that is named, or the likely one', () => {
    expect(planEvent({ name: 'ScaffoldTried', source: 'sign-up' }, nothing)).toHaveProperty('source', 'sign-up');
    expect(planEvent({ name: 'ScaffoldTried', source: undefined }, nothing)).toHaveProperty(
      'source',
      'scaffold-service',
    );
  });
});

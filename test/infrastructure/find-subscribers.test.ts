import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../cdk/context.ts';
import { findSubscribers } from '../../cdk/find-subscribers.ts';
import { STACK_NAMES } from '../../cdk/subscriber-name.ts';
import { newestContracts } from '../../schemas/generated/event-contracts.ts';

/** Those of this project, whatever events were added to it. */
const EVENTS = Object.keys(newestContracts).join(', ');

const ACCESS_LIST =
  'a list without repeats of create-user-buckets, retire-user-buckets, put-user-objects, read-user-objects, read-users-table, update-users-table, record-bucket-uris, publish-events';

describe('finding subscribers', () => {
  let services: string;

  beforeEach(() => {
    services = mkdtempSync(join(tmpdir(), 'services-'));
  });
  afterEach(() => {
    rmSync(services, { recursive: true });
  });

  /** Writes a service's folder: its subscription as given, and an empty handler unless it shall have none. */
  async function service(
    name: string,
    subscription: object | string | undefined,
    files = ['handler.ts'],
  ): Promise<void> {
    await mkdir(join(services, name));
    for (const file of files) await writeFile(join(services, name, file), '');
    if (subscription === undefined) return;
    const code =
      typeof subscription === 'string' ? subscription : `export const subscription = ${JSON.stringify(subscription)}`;
    await writeFile(join(services, name, 'subscription.ts'), code);
  }

  async function problems(): Promise<readonly string[]> {
    const error: unknown = await findSubscribers(services).catch((thrown: unknown) => thrown);
    if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError', { cause: error });
    return error.problems;
  }

  test('finds every folder that subscribes, by name, with the defaults filled in', async () => {
    await service('welcome-mail', { event: 'BucketCreated', replays: 'skip', timeoutSeconds: 30 });
    await service('audit', { event: 'UserRegistered' });
    await service('shared', undefined, ['handler.ts']);
    await service('templates', undefined, ['letter.txt']);

    expect(await findSubscribers(services)).toEqual([
      {
        name: 'audit',
        id: 'Audit',
        folder: join(services, 'audit'),
        handlerFile: join(services, 'audit', 'handler.ts'),
        event: { source: 'users-table', detailType: 'UserRegistered' },
        subscription: {
          event: 'UserRegistered',
          access: [],
          timeoutSeconds: 10,
          concurrency: 10,
          batchSize: 10,
          schemaVersion: 'any',
          where: {},
          replays: 'receive',
        },
      },
      expect.objectContaining({
        name: 'welcome-mail',
        id: 'WelcomeMail',
        event: { source: 'bucket-service', detailType: 'BucketCreated' },
        subscription: expect.objectContaining({ replays: 'skip', timeoutSeconds: 30 }),
      }),
    ]);
  });

  test('finds the services of this project', async () => {
    const found = await findSubscribers(join(import.meta.dirname, '../../services'));
    expect(found.map(({ id, event }) => [id, event.detailType])).toEqual(
      expect.arrayContaining([
        ['BucketRestorer', 'BucketCreated'],
        ['BucketRetirer', 'UserDeleted'],
        ['BucketService', 'UserRegistered'],
        ['UriRecorder', 'BucketCreated'],
      ]),
    );
  });

  test.each<[object, string]>([
    [{}, `event must be one of ${EVENTS}; got nothing`],
    [{ event: 'UserMoved' }, `event must be one of ${EVENTS}; got "UserMoved"`],
    [{ event: 'UserRegistered', access: ['drop-tables'] }, `access must be ${ACCESS_LIST}; got ["drop-tables"]`],
    [{ event: 'UserRegistered', access: 'publish-events' }, `access must be ${ACCESS_LIST}; got "publish-events"`],
    [
      { event: 'UserRegistered', access: ['publish-events', 'publish-events'] },
      `access must be ${ACCESS_LIST}; got ["publish-events","publish-events"]`,
    ],
    [{ event: 'UserRegistered', access: ['toString'] }, `access must be ${ACCESS_LIST}; got ["toString"]`],
    [
      { event: 'UserRegistered', schemaVersion: 99 },
      'schemaVersion must be any, or a version of UserRegistered (1); got 99',
    ],
    [
      { event: 'UserRegistered', schemaVersion: 'v1' },
      'schemaVersion must be any, or the number of a version of the event; got "v1"',
    ],
    [{ event: 'UserRegistered', timeoutSeconds: 901 }, 'timeoutSeconds must be a whole number from 1 to 900; got 901'],
    [{ event: 'UserRegistered', timeoutSeconds: 0.5 }, 'timeoutSeconds must be a whole number from 1 to 900; got 0.5'],
    [{ event: 'UserRegistered', concurrency: 1 }, 'concurrency must be a whole number from 2 to 1000; got 1'],
    [{ event: 'UserRegistered', batchSize: 11 }, 'batchSize must be a whole number from 1 to 10; got 11'],
    [{ event: 'UserRegistered', replays: 'never' }, 'replays must be one of receive, skip; got "never"'],
    [{ event: 'UserRegistered', where: ['userId'] }, 'where must be an object of fields of data; got ["userId"]'],
    [
      { event: 'UserRegistered', where: { userid: ['alice'] } },
      'where.userid is not a field of user-registered.v1; the fields are userId, registeredAt; did you mean userId?',
    ],
    [
      { event: 'UserRegistered', schemaVersion: 1, where: { userId: [7] } },
      'where.userId: 7 can never match; by user-registered.v1 it is a text, of at least 1 character, of at most 2048 characters',
    ],
    [
      { event: 'UserRegistered', timeout: 5 },
      'timeout is not a field; the fields are event, schemaVersion, where, access, timeoutSeconds, concurrency, batchSize, replays; got 5',
    ],
  ])('refuses %j, naming folder, field, allowed values and what was received', async (subscription, problem) => {
    await service('audit', subscription);
    expect(await problems()).toEqual([`services/audit/subscription.ts: ${problem}`]);
  });

  test.each<[string, object | string | undefined, string[], string]>([
    [
      'audit',
      { event: 'UserRegistered' },
      ['hander.ts', 'audit.ts'],
      'services/audit must hold a handler.ts; it holds audit.ts, hander.ts, subscription.ts',
    ],
    [
      'audit',
      undefined,
      ['handler.ts', 'subscriptions.ts'],
      'services/audit must hold a subscription.ts; it holds handler.ts, subscriptions.ts',
    ],
    [
      'audit',
      'export default { event: "UserRegistered" }',
      ['handler.ts'],
      'services/audit/subscription.ts must export an object named subscription; it exports default',
    ],
    [
      'Audit_Log',
      { event: 'UserRegistered' },
      ['handler.ts'],
      'services/Audit_Log: a service\'s folder must be named in kebab-case, every word beginning with a letter; got "Audit_Log"',
    ],
    [
      'audit-2',
      { event: 'UserRegistered' },
      ['handler.ts'],
      'services/audit-2: a service\'s folder must be named in kebab-case, every word beginning with a letter; got "audit-2"',
    ],
    [
      'event-bus',
      { event: 'UserRegistered' },
      ['handler.ts'],
      `services/event-bus: a service must not have the name of a part of the stack (${STACK_NAMES.join(', ')}); got "event-bus"`,
    ],
    [
      'default',
      { event: 'UserRegistered' },
      ['handler.ts'],
      'services/default: a service must not be named default or resource, which the CDK leaves out of logical ids; got "default"',
    ],
    [
      'x'.repeat(41),
      { event: 'UserRegistered' },
      ['handler.ts'],
      `services/${'x'.repeat(41)}: a service's name must have at most 40 characters, because AWS cuts names made from it, such as a function's, to 64; got "${'x'.repeat(41)}", which has 41`,
    ],
  ])('refuses the folder %s with %j and %j', async (name, subscription, files, problem) => {
    await service(name, subscription, files);
    expect(await problems()).toEqual([problem]);
  });

  test('takes up to 30 subscribers with a wildcard, as a bus does', async () => {
    const wild = { event: 'UserRegistered', where: { userId: [{ 'anything-but': { wildcard: 'test-*' } }] } };
    for (let index = 0; index < 30; index += 1) await service(`wild${index}`, wild);
    expect(await findSubscribers(services)).toHaveLength(30);
    await service('wilder', wild);
    expect(await problems()).toEqual([
      expect.stringMatching(
        /^a bus can have 30 rules with a wildcard, but 31 subscriptions have one in where: wild0, /,
      ),
    ]);
  });

  test('refuses everything that is wrong at once', async () => {
    await service('audit', { event: 'Nothing', replays: 'never' });
    await service('mail', { event: 'BucketCreated' }, []);
    expect(await problems()).toHaveLength(3);
  });
});

import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ContractVersion,
  findContract,
  findSample,
  listContracts,
  readContracts,
  STATE_TEXTS,
} from '../../../../operations/contracts/index.ts';
import { stateOf } from '../../../../operations/contracts/list-contracts.ts';
import { sampleName } from '../../../../operations/contracts/read-contracts.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/index.ts';
import { FakeAws } from '../aws/fake-aws.ts';

const RULES = {
  'bucket-rule': { source: ['users-table'], 'detail-type': ['UserRegistered'] },
  'every-event': { source: [{ prefix: '' }] },
  'of-another-source': { source: ['elsewhere'], detail: { data: { userId: [{ exists: true }] } } },
  'korean-rule': {
    'detail-type': ['UserRegistered'],
    detail: { metadata: { schemaVersion: [1] }, data: { country: ['kr'] } },
    'replay-name': [{ exists: false }],
  },
  'next-version': { 'detail-type': ['UserRegistered'], detail: { metadata: { schemaVersion: [2] } } },
  alternatives: { 'detail-type': ['UserDeleted'], $or: [{ source: ['x'] }, { source: ['y'] }] },
  'pipeline-events-20200101T000000Z-aaaaa': { source: ['users-table'] },
};

/** A stack with a pipe that publishes UserRegistered, two subscribers, and the rules above. */
function deployed() {
  const aws = new FakeAws({
    ListRules: () => ({
      Rules: [
        ...Object.entries(RULES).map(([Name, pattern]) => ({
          Name,
          State: 'ENABLED',
          EventPattern: JSON.stringify(pattern),
        })),
        { Name: 'of-aws', State: 'ENABLED', EventPattern: '{"source":["users-table"]}', ManagedBy: 'events' },
      ],
    }),
    GetTemplate: () => ({
      TemplateBody: JSON.stringify({
        Resources: Object.fromEntries(
          [
            ['Pipe', 'UserRegistered', 'users-table'],
            ['OtherType', 'Other', 'users-table'],
            ['OtherSource', 'UserDeleted', 'elsewhere'],
          ].map(([id, DetailType, Source]) => [
            id,
            {
              Type: 'AWS::Pipes::Pipe',
              Properties: { TargetParameters: { EventBridgeEventBusParameters: { DetailType, Source } } },
            },
          ]),
        ),
      }),
    }),
    ListStackResources: () => ({
      StackResourceSummaries: ['OtherType', 'OtherSource', 'Pipe'].map((LogicalResourceId) => ({
        LogicalResourceId,
        PhysicalResourceId: `app-${LogicalResourceId}`,
        ResourceType: 'AWS::Pipes::Pipe',
      })),
    }),
    TestEventPattern: ({ EventPattern, Event }) => ({
      Result: compileEventPattern(JSON.parse(EventPattern))(JSON.parse(Event)),
    }),
  });
  const outputs = {
    EventBusName: 'bus',
    ...Object.fromEntries(
      [
        ['BucketService', 'bucket'],
        ['UriRecorder', 'uri'],
      ].flatMap(([id, name]) => [
        [`${id}QueueUrl`, `https://sqs/${name}`],
        [`${id}DlqUrl`, `https://sqs/${name}-dlq`],
        [`${id}RuleArn`, `arn:aws:events:eu-west-1:123456789012:rule/bus/${name}-rule`],
      ]),
    ),
  };
  return { clients: aws.clients, target: { stackName: 's' }, stack: { name: 's', outputs } };
}

describe('the contracts of a running stack', () => {
  let versions: readonly ContractVersion[];
  beforeAll(async () => {
    versions = await listContracts(deployed());
  });
  const of = (name: string) => versions.find((version) => version.name === name);

  test('are the versions of this checkout, with what their files say', () => {
    expect(versions.map(({ name, type, version }) => [name, type, version])).toEqual([
      ['bucket-created.v1', 'BucketCreated', 1],
      ['user-deleted.v1', 'UserDeleted', 1],
      ['user-registered.v1', 'UserRegistered', 1],
    ]);
    const registered = of('user-registered.v1');
    expect(registered).toMatchObject({
      source: 'users-table',
      description: 'A user signed up: there is a new row in the users table.',
      published: expect.stringMatching(/^By the pipe/),
      schema: expect.objectContaining({ title: 'UserRegisteredV1' }),
    });
    expect(registered?.fields.map(({ path }) => path)).toContain('data.userId');
    expect(registered?.samples.map(({ name, special }) => [name, special === ''])).toEqual([
      ['user-registered.v1', true],
      ['user-registered.v1.korean-id', false],
      ['user-registered.v1.quoted-id', false],
      ['user-registered.v1.replayed', false],
    ]);
    expect(registered?.samples[0]?.event).toMatchObject({ 'detail-type': 'UserRegistered' });
  });

  test('name who publishes them: the pipe of this type and source, or the service of that name', () => {
    expect(of('user-registered.v1')?.producer).toBe('the pipe app-Pipe');
    expect(of('bucket-created.v1')?.producer).toBe('bucket-service');
    expect(of('user-deleted.v1')).not.toHaveProperty('producer');
  });

  test('name the lasting rules that take them, with what these ask besides', () => {
    const takers = (name: string) => of(name)?.subscribers.map(({ who, kind }) => `${who} (${kind})`);
    expect(takers('user-registered.v1')).toEqual([
      'bucket-service (subscriber)',
      'every-event (other)',
      'korean-rule (other)',
    ]);
    expect(takers('user-deleted.v1')).toEqual(['alternatives (other)', 'every-event (other)']);
    expect(takers('bucket-created.v1')).toEqual(['every-event (other)']);
    expect(of('user-registered.v1')?.subscribers[2]).toStrictEqual({
      who: 'korean-rule',
      rule: 'korean-rule',
      kind: 'other',
      isEnabled: true,
      condition: 'country is kr',
      skipsReplays: true,
    });
    expect(of('user-registered.v1')?.subscribers[0]).toMatchObject({ condition: '', skipsReplays: false });
  });

  test('are found by their name, or the newest by that of the event', () => {
    const [first] = versions;
    if (first === undefined) throw new Error('There is none.');
    const all = [...versions, { ...first, name: 'bucket-created.v2', version: 2 }];
    expect(findContract(all, 'bucket-created.v1').version).toBe(1);
    expect(findContract(all, 'BucketCreated').version).toBe(2);
    expect(() => findContract(versions, 'Nothing')).toThrow(UsageError);
    expect(() => findContract(versions, 'Nothing')).toThrow(
      'there is no contract Nothing; there are bucket-created.v1, user-deleted.v1, user-registered.v1',
    );
  });

  test('say how they stand to their release, each in other words', () => {
    for (const { state } of versions) expect(['released', 'not released', 'changed']).toContain(state);
    expect(STATE_TEXTS).toEqual({
      released: 'released',
      changed: expect.stringContaining('compatible'),
      'not released': expect.stringContaining('may still change'),
      breaking: expect.stringContaining('breaking'),
    });
  });
});

describe('how a version stands to its release', () => {
  const size = { type: 'string', description: 'The size.' };
  const schemaOf = (properties: object, required: readonly string[] = []) => ({ type: 'object', required, properties });
  const released = schemaOf({ size });

  test.each<[string, object | undefined, object, ContractVersion['state']]>([
    ['never released', undefined, schemaOf({ size }), 'not released'],
    ['as it was', released, schemaOf({ size }), 'released'],
    ['with one more field, which may be left out', released, schemaOf({ size, gift: size }), 'changed'],
    ['in other words', released, schemaOf({ size: { ...size, description: 'How large.' } }), 'changed'],
    ['with a field that is needed from now on', released, schemaOf({ size }, ['size']), 'breaking'],
  ])('given one %s', (_, before, schema, state) => {
    expect(stateOf({ schema: { ...schema }, ...(before && { released: { ...before } }) })).toBe(state);
  });
});

describe('a sample', () => {
  test('is named as its file without the ending', () => {
    expect(['a.v1.json', 'a.json.v1.json', 'a.v1'].map((fileName) => sampleName({ fileName }))).toEqual([
      'a.v1',
      'a.json.v1',
      'a.v1',
    ]);
  });

  test('is found by its name, or the plain one by that of the event', async () => {
    expect(await findSample('user-registered.v1.replayed')).toHaveProperty('replay-name');
    expect(await findSample('UserRegistered')).toEqual(await findSample('user-registered.v1'));
    expect(await findSample('user-registered.v1')).not.toHaveProperty('replay-name');
  });

  test('that there is not is refused with those that there are', async () => {
    await expect(findSample('nothing')).rejects.toThrow(
      /^there is no sample nothing; there are bucket-created\.v1, bucket-created\.v1\.existing-global-name, /,
    );
  });
});

describe('schemas that cannot be read', () => {
  test('are named with what has to be fixed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'schemas-'));
    try {
      await cp(join(import.meta.dirname, '../../../../schemas/samples'), join(folder, 'samples'), { recursive: true });
      await writeFile(join(folder, 'user-registered.v1.schema.json'), '{');
      const refused = readContracts(folder);
      await expect(refused).rejects.toThrow(CommandFailure);
      await expect(refused).rejects.toThrow(/^schemas\/user-registered\.v1\.schema\.json/);
      await expect(refused).rejects.toHaveProperty('cause', expect.any(Error));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('as there is no folder, fail as the file system says', async () => {
    await expect(readContracts(join(tmpdir(), 'no-such-folder-of-schemas'))).rejects.toHaveProperty('code', 'ENOENT');
  });
});

import { describe, expect, test } from '@jest/globals';
import { Identities } from '../../../../packages/local-engine/cloudformation/identities.ts';
import { resolveStacks } from '../../../../packages/local-engine/cloudformation/stack.ts';
import type { TemplateResource } from '../../../../packages/local-engine/cloudformation/template/template.ts';
import { localAccount } from '../../../../packages/local-engine/core/account.ts';
import { ACCOUNT } from '../support/parts.ts';
import { ENDPOINT, stackOf } from '../support/stack.ts';

type Resources = Readonly<Record<string, TemplateResource>>;

const CREATED_AT = Date.parse('2026-11-22T10:20:30.987Z');
const QUEUE: TemplateResource = { Type: 'AWS::SQS::Queue' };
const BUS: TemplateResource = { Type: 'AWS::Events::EventBus', Properties: { Name: 'main' } };

const identitiesOf = (resources: Resources, { account = ACCOUNT, name = 'Pipeline', sections = {} } = {}) =>
  new Identities(stackOf(resources, sections, name), {
    account,
    endpoint: ENDPOINT,
    createdAt: CREATED_AT,
    parameters: new Map(),
    earlier: [],
  });
const resolve = (resources: Resources) =>
  resolveStacks([stackOf(resources)], { account: ACCOUNT, endpoint: ENDPOINT }, () => CREATED_AT);

describe('names', () => {
  const nameOf = (logicalId: string, resource: TemplateResource, name = 'Pipeline') =>
    identitiesOf({ [logicalId]: resource }, { name }).physicalName(logicalId, resource);

  test('given none, it is made of stack, logical id and what makes it unique, always the same', () => {
    expect(nameOf('Queue', QUEUE)).toMatch(/^Pipeline-Queue-[0-9a-f]{12}$/);
    expect(nameOf('Queue', QUEUE)).toBe(nameOf('Queue', QUEUE));
  });

  test('given one, it is kept, also where it is a reference', () => {
    expect(nameOf('Queue', { ...QUEUE, Properties: { QueueName: 'mine' } })).toBe('mine');
    const QueueName = { 'Fn::Join': ['-', [{ Ref: 'AWS::StackName' }, 'q']] };
    expect(nameOf('Queue', { ...QUEUE, Properties: { QueueName } })).toBe('Pipeline-q');
  });

  test('given long ids that differ only at their end, names have 64 characters and differ', () => {
    const long = 'L'.repeat(120);
    const names = [nameOf(`${long}A`, QUEUE), nameOf(`${long}B`, QUEUE), nameOf(`${long}A`, QUEUE, 'Other')];
    expect(names.map(({ length }) => length)).toEqual([64, 64, 64]);
    expect(new Set(names).size).toBe(3);
  });

  test('given two stacks, the same logical id has two names', () => {
    expect(nameOf('Queue', QUEUE, 'A')).not.toBe(nameOf('Queue', QUEUE, 'B'));
  });
});

describe('what Ref and GetAtt give', () => {
  const resources: Resources = {
    Queue: { ...QUEUE, Properties: { QueueName: 'q' } },
    Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'users' } },
    Bus: BUS,
    Rule: { Type: 'AWS::Events::Rule', Properties: { Name: 'r', EventBusName: { Ref: 'Bus' } } },
    DefaultRule: { Type: 'AWS::Events::Rule', Properties: { Name: 'r' } },
    Archive: { Type: 'AWS::Events::Archive', Properties: { ArchiveName: 'a' } },
    Function: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } },
    Pipe: { Type: 'AWS::Pipes::Pipe', Properties: { Name: 'p' } },
    Role: { Type: 'AWS::IAM::Role' },
  };

  test.each([
    { region: 'ap-northeast-1', partition: 'aws' },
    { region: 'cn-north-1', partition: 'aws-cn' },
    { region: 'us-gov-west-1', partition: 'aws-us-gov' },
  ])('given $region, ARNs are in the partition $partition', ({ region, partition }) => {
    const identities = identitiesOf(resources, { account: localAccount(region, '111122223333') });
    const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:111122223333:${resource}`;
    const table = arn('dynamodb', 'table/users');
    const arns = Object.keys(resources).map((id) => identities.attribute(id, 'Arn'));
    expect(arns).toEqual([
      arn('sqs', 'q'),
      table,
      arn('events', 'event-bus/main'),
      arn('events', 'rule/main/r'),
      arn('events', 'rule/r'),
      arn('events', 'archive/a'),
      arn('lambda', 'function:f'),
      arn('pipes', 'pipe/p'),
      expect.stringMatching(`^arn:${partition}:iam::111122223333:role/Pipeline-Role-`),
    ]);
    expect(identities.attribute('Table', 'StreamArn')).toBe(`${table}/stream/2026-11-22T10:20:30.987`);
    expect(identities.ref('AWS::Partition')).toBe(partition);
  });

  test.each([
    { id: 'Queue', ref: `${ENDPOINT}/111122223333/q` },
    { id: 'Table', ref: 'users' },
    { id: 'Bus', ref: 'main' },
    { id: 'Rule', ref: 'r' },
    { id: 'Archive', ref: 'a' },
    { id: 'Function', ref: 'f' },
    { id: 'Pipe', ref: 'p' },
  ])('given $id, Ref gives $ref', ({ id, ref }) => {
    expect(identitiesOf(resources).ref(id)).toBe(ref);
  });

  test.each([
    { name: 'AWS::AccountId', ref: '111122223333' },
    { name: 'AWS::Region', ref: 'ap-northeast-1' },
    { name: 'AWS::StackName', ref: 'Pipeline' },
    { name: 'AWS::URLSuffix', ref: 'amazonaws.com' },
    { name: 'Stage', ref: 'dev' },
    { name: 'Nothing', ref: undefined },
  ])('given the name $name, Ref gives $ref', ({ name, ref }) => {
    expect(identitiesOf({}, { sections: { Parameters: { Stage: { Default: 'dev' } } } }).ref(name)).toBe(ref);
  });

  test('given an unknown attribute or resource, there is nothing', () => {
    expect(identitiesOf(resources).attribute('Queue', 'Size')).toBeUndefined();
    expect(identitiesOf(resources).attribute('Nothing', 'Arn')).toBeUndefined();
  });
});

describe('schema registries', () => {
  const SCHEMAS = 'arn:aws:schemas:ap-northeast-1:111122223333';
  const registry = (RegistryName?: string) => ({ Type: 'AWS::EventSchemas::Registry', Properties: { RegistryName } });
  const schema = (RegistryName: unknown) => ({
    Type: 'AWS::EventSchemas::Schema',
    Properties: { RegistryName, SchemaName: 'UserRegistered', Type: 'JSONSchemaDraft4', Content: '{}' },
  });

  test.each([
    { form: 'GetAtt', RegistryName: { 'Fn::GetAtt': ['Registry', 'RegistryName'] } },
    { form: 'a literal', RegistryName: 'events' },
  ])('given a schema whose registry is named by $form, both have their ARNs', ({ RegistryName }) => {
    const identities = identitiesOf({ Registry: registry('events'), Schema: schema(RegistryName) });
    expect(identities.of('Registry')).toEqual({
      ref: `${SCHEMAS}:registry/events`,
      attributes: { RegistryArn: `${SCHEMAS}:registry/events`, RegistryName: 'events' },
    });
    const SchemaArn = `${SCHEMAS}:schema/events/UserRegistered`;
    expect(identities.of('Schema')).toMatchObject({
      ref: SchemaArn,
      attributes: { SchemaArn, SchemaName: 'UserRegistered', SchemaVersion: '1' },
    });
  });

  test('given a registry without a name, it is given one', () => {
    expect(identitiesOf({ Registry: registry() }).attribute('Registry', 'RegistryName')).toMatch(/^Pipeline-Registry-/);
  });
});

describe('the id of a stack', () => {
  const idOf = (account = ACCOUNT, name = 'Pipeline') =>
    String(identitiesOf({}, { account, name }).ref('AWS::StackId'));

  test('ends in a UUID, which is the same every time and another for another stack', () => {
    expect(idOf()).toMatch(
      /^arn:aws:cloudformation:ap-northeast-1:111122223333:stack\/Pipeline\/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(idOf()).toBe(idOf());
    const uuids = [idOf(), idOf(ACCOUNT, 'Other'), idOf(localAccount('eu-west-1', '111122223333'))].map((id) =>
      id.split('/').at(-1),
    );
    expect(new Set(uuids).size).toBe(3);
  });

  test('can be taken apart for a name, as templates do', () => {
    const uuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    const QueueName = { 'Fn::Join': ['-', ['q', { 'Fn::Select': [4, { 'Fn::Split': ['-', uuid] }] }]] };
    expect(identitiesOf({ Queue: { ...QUEUE, Properties: { QueueName } } }).attribute('Queue', 'QueueName')).toMatch(
      /^q-[0-9a-f]{12}$/,
    );
  });
});

describe('the order in which resources are made', () => {
  test('follows DependsOn, one or a list', () => {
    const resources = {
      A: { ...QUEUE, DependsOn: ['B', 'C'] },
      B: { ...QUEUE, DependsOn: 'D' },
      C: QUEUE,
      D: QUEUE,
    };
    const order = resolve(resources).flatMap((stack) => stack.resources.map(({ logicalId }) => logicalId));
    expect(order).toEqual(['D', 'B', 'C', 'A']);
  });
});

describe('circles', () => {
  test('given a resource that is named after itself, the error names it', () => {
    const named = { ...QUEUE, Properties: { QueueName: { 'Fn::GetAtt': ['Queue', 'Arn'] } } };
    const load = () => identitiesOf({ Queue: named }).ref('Queue');
    expect(load).toThrow(expect.objectContaining({ name: 'TemplateError', logicalId: 'Queue' }));
  });

  test.each<{ given: string; resources: Resources }>([
    {
      given: 'two resources that refer to each other',
      resources: {
        A: { ...QUEUE, Properties: { VisibilityTimeout: { Ref: 'B' } } },
        B: { ...QUEUE, Properties: { VisibilityTimeout: { 'Fn::GetAtt': ['A', 'Arn'] } } },
      },
    },
    {
      given: 'two resources that depend on each other',
      resources: { A: { ...QUEUE, DependsOn: ['B'] }, B: { ...QUEUE, DependsOn: 'A' } },
    },
    { given: 'a resource that depends on itself', resources: { A: { ...QUEUE, DependsOn: 'A' } } },
  ])('given $given, the stack is refused by the name of one', ({ resources }) => {
    expect(() => resolve(resources)).toThrow(
      expect.objectContaining({
        name: 'TemplateError',
        logicalId: expect.stringMatching(/^[AB]$/),
        message: expect.stringMatching(
          /circular reference\. Circular dependency between resources: \[[AB](, [AB])?\]$/,
        ),
      }),
    );
  });

  test('given a reference to nothing, the stack is refused by the name of the resource that holds it', () => {
    const resources = { A: { ...QUEUE, Properties: { VisibilityTimeout: { Ref: 'Nothing' } } } };
    expect(() => resolve(resources)).toThrow(
      expect.objectContaining({ name: 'TemplateError', message: expect.stringMatching(/^A: .*Nothing/) }),
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SchemaRegistry, type SchemaRegistryProps } from '../../cdk/constructs/schema-registry.ts';
import { registeredSchemas } from '../../schemas/generated/registered-schemas.ts';
import type { RegisteredSchema } from '../../schemas/registered-schema.ts';
import { foundSubscriber, synthesize } from './support/synthesize.ts';
import { resource } from './support/template.ts';

const TYPES = ['AWS::EventSchemas::Registry', 'AWS::EventSchemas::Schema'];

/** What a stage publishes in which nothing happens when users leave. */
const PUBLISHED = registeredSchemas.filter(({ detailType }) => detailType !== 'UserDeleted');

/** What a template may have. Source: CloudFormation quotas, template body size in an S3 object. */
const LARGEST_TEMPLATE = 1_000_000;

const shirtOrdered: RegisteredSchema = {
  typeName: 'ShirtOrderedV2',
  source: 'shop/online',
  detailType: 'ShirtOrdered',
  version: 2,
  description: 'A shirt was ordered.',
  openApi: { openapi: '3.0.0' },
};

function registryWith(props: Partial<SchemaRegistryProps> = {}): Template {
  // The CDK's own validation takes seconds, and only warns.
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Shop');
  new SchemaRegistry(stack, 'Schemas', { registryName: 'shop', schemas: [shirtOrdered], ...props });
  return Template.fromStack(stack);
}

describe('the schema registry of the pipeline', () => {
  test('is named after the stage', () => {
    const [, { Properties }] = resource(synthesize(), 'AWS::EventSchemas::Registry');
    expect(Properties.RegistryName).toBe('user-bucket-pipeline-test');
  });

  test('holds every version of every event, as an OpenAPI document', () => {
    const settings = { whenUserLeaves: 'keep' } as const;
    const found = Object.values(synthesize({ settings }).findResources('AWS::EventSchemas::Schema')).map(
      ({ Properties: { Content, ...others } }) => ({ ...others, Content: JSON.parse(Content) }),
    );
    expect(found).toEqual(
      registeredSchemas.map(({ source, detailType, version, description, openApi }) => ({
        RegistryName: 'user-bucket-pipeline-test',
        SchemaName: `${source}@${detailType}-v${version}`,
        Type: 'OpenApi3',
        Description: description,
        Content: openApi,
      })),
    );
    expect(found.map(({ SchemaName }) => SchemaName)).toEqual(
      expect.arrayContaining(['users-table@UserRegistered-v1', 'bucket-service@BucketCreated-v1']),
    );
  });

  test('comes before its schemas, and goes after them', () => {
    const template = synthesize();
    const [registryId] = resource(template, 'AWS::EventSchemas::Registry');
    const schemas = Object.values(template.findResources('AWS::EventSchemas::Schema'));
    expect(schemas.map(({ DependsOn }) => DependsOn)).toEqual(PUBLISHED.map(() => [registryId]));
  });

  test.each(['retain', 'destroy'] as const)('goes with the stack when removalPolicy is %s', (removalPolicy) => {
    const template = synthesize({ settings: { removalPolicy } });
    const policies = TYPES.flatMap((type) => Object.values(template.findResources(type))).map(
      ({ DeletionPolicy }) => DeletionPolicy,
    );
    expect(policies).toEqual(['Delete', ...PUBLISHED.map(() => 'Delete')]);
  });

  test('is not there when the stage has none, for Regions without the service; and nothing else changes', () => {
    const without = synthesize({ settings: { schemaRegistry: false } });
    for (const type of TYPES) without.resourceCountIs(type, 0);
    const { Resources } = synthesize().toJSON();
    const others = Object.fromEntries(
      Object.entries<{ Type: string }>(Resources).filter(([, { Type }]) => !TYPES.includes(Type)),
    );
    expect(without.toJSON().Resources).toEqual(others);
  });

  test('leaves its name to a subscriber', () => {
    const subscribers = [foundSubscriber('schema-registry'), foundSubscriber('schemas')];
    expect(() => synthesize({ subscribers })).not.toThrow();
  });

  test('leaves most of the template to others', () => {
    expect(JSON.stringify(synthesize().toJSON()).length).toBeLessThan(LARGEST_TEMPLATE / 10);
  });
});

describe('a schema registry', () => {
  test('writes a slash in a source as a hyphen, which names know', () => {
    const [, { Properties }] = resource(registryWith(), 'AWS::EventSchemas::Schema');
    expect(Properties.SchemaName).toBe('shop-online@ShirtOrdered-v2');
  });

  test('cuts a description that is too long', () => {
    const long = { ...shirtOrdered, description: 'x'.repeat(300) };
    const [, { Properties }] = resource(registryWith({ schemas: [long] }), 'AWS::EventSchemas::Schema');
    expect(Properties.Description).toBe(`${'x'.repeat(255)}…`);
  });

  test.each<[string, Partial<SchemaRegistryProps>, string]>([
    [
      'a name with a space',
      { registryName: 'my shop' },
      'Shop/Schemas: the name of a schema registry must be 1 to 64 letters',
    ],
    ['a name that is too long', { registryName: 'x'.repeat(65) }, 'must be 1 to 64 letters'],
    [
      'a schema whose name is too long',
      { schemas: [{ ...shirtOrdered, source: 'x'.repeat(256), detailType: 'X'.repeat(128) }] },
      'the name of the registered schema of ShirtOrderedV2 must be 1 to 385 letters',
    ],
    [
      'a schema that is too large',
      { schemas: [{ ...shirtOrdered, openApi: { info: 'x'.repeat(100_000) } }] },
      'the registered schema of ShirtOrderedV2 must have at most 100000 characters; it has 100011',
    ],
  ])('refuses %s, by name', (_, props, problem) => {
    expect(() => registryWith(props)).toThrow(problem);
  });
});

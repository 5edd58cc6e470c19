import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from '@jest/globals';
import type { AssembledStack } from '../../../../packages/local-engine/cloudformation/assembly.ts';
import { type ResolvedStack, resolveStacks } from '../../../../packages/local-engine/cloudformation/stack.ts';
import type { StackChange } from '../../../../packages/local-engine/cloudformation/stack-update.ts';
import { Stacks } from '../../../../packages/local-engine/cloudformation/stacks.ts';
import type { Template, TemplateResource } from '../../../../packages/local-engine/cloudformation/template/template.ts';
import { SkippingClock } from '../../../../packages/local-engine/core/clock.ts';
import type { RoleProps } from '../../../../packages/local-engine/iam/roles.ts';
import { createServices } from '../../../../packages/local-engine/services.ts';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { FACTOR, TIME_FACTOR } from '../../../support/limits.ts';
import { ACCOUNT } from './parts.ts';

export type Resources = Readonly<Record<string, TemplateResource>>;

export const ENDPOINT = 'http://127.0.0.1:4566';
export const CREATED_AT = Date.parse('2026-11-22T10:20:30.987Z');

export function stackOf(
  resources: Resources,
  sections: Omit<Template, 'Resources'> = {},
  name = 'Pipeline',
): AssembledStack {
  const template = { ...sections, Resources: resources };
  return { name, template, assetFolder: (objectKey) => codeFolders.get(objectKey) };
}

/** What stacks want, worked out. */
export function resolve(...stacks: readonly AssembledStack[]): ResolvedStack[] {
  return resolveStacks(stacks, { account: ACCOUNT, endpoint: ENDPOINT }, () => CREATED_AT);
}

const codeFolders = new Map<string, string>();
const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  const ended = await Promise.allSettled(ending.splice(0).map((end) => end()));
  for (const result of ended) if (result.status === 'rejected') throw result.reason;
});
afterAll(() => Promise.all([...codeFolders.values()].map((folder) => rm(folder, { recursive: true }))));

/** The code of a function, an ES module, under an object key. */
export function code(objectKey: string, module: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'code-'));
  writeFileSync(join(folder, 'index.mjs'), module);
  codeFolders.set(objectKey, folder);
}

/** A role for functions and pipes of tests that are about something else. */
const ALMIGHTY: RoleProps = {
  name: 'service',
  arn: `arn:aws:iam::${ACCOUNT.id}:role/service`,
  trust: { Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' } },
  ownPolicies: [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
};

/** Stacks in services of their own, ended after the test unless before, and a short way to update them. */
export function makeStacks(storage: Storage = new Storage()) {
  const clock = new SkippingClock({ timeFactor: FACTOR });
  const services = createServices({
    account: ACCOUNT,
    endpoint: ENDPOINT,
    clock,
    storage,
    functionVariables: TIME_FACTOR,
  });
  services.roles.put(ALMIGHTY);
  const stacks = new Stacks(services);
  const end = async () => {
    await stacks.close();
    for (const mapping of services.mappings.values()) mapping.stop();
    for (const pipe of services.pipes.values()) pipe.stop();
    services.delivery.stop();
    services.queues.close();
    await Promise.all([...services.functions.values()].map((fn) => fn.kill()));
    storage.close();
  };
  ending.push(end);
  /** Brings what runs to these stacks; resources alone are those of the stack `Pipeline`. */
  const update = (...wanted: readonly (AssembledStack | Resources)[]): Promise<readonly StackChange[]> =>
    stacks.update(async () =>
      wanted.map((it) => ('assetFolder' in it ? (it as AssembledStack) : stackOf(it as Resources))),
    );
  return { clock, services, stacks, update, end };
}

export const table: TemplateResource = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'users',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  },
};
export const bus: TemplateResource = { Type: 'AWS::Events::EventBus', Properties: { Name: 'main' } };
export const archive: TemplateResource = {
  Type: 'AWS::Events::Archive',
  Properties: { ArchiveName: 'all', SourceArn: { 'Fn::GetAtt': ['Bus', 'Arn'] } },
};
export const pipe: TemplateResource = {
  Type: 'AWS::Pipes::Pipe',
  Properties: {
    Name: 'registrations',
    RoleArn: ALMIGHTY.arn,
    Source: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
    SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON', BatchSize: 10 } },
    Target: { 'Fn::GetAtt': ['Bus', 'Arn'] },
    TargetParameters: { InputTemplate: '{"id": <$.dynamodb.Keys.id.S>}' },
  },
};
export const queue = (QueueName: string, more: object = {}): TemplateResource => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...more },
});
export const rule = (more: object = {}): TemplateResource => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: 'users',
    EventBusName: { Ref: 'Bus' },
    EventPattern: { source: ['users-table'] },
    Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
    ...more,
  },
});
export const policy = (more: object = {}): TemplateResource => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: 'Queue' }],
    PolicyDocument: {
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
        ...more,
      },
    },
  },
});
export const parameter = (Name: string, Value: unknown): TemplateResource => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name, Type: 'String', Value },
});
export const fn = (S3Key: string, more: object = {}): TemplateResource => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'service',
    Code: { S3Bucket: 'assets', S3Key },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: ALMIGHTY.arn,
    ...more,
  },
});
export const mapping = (more: object = {}): TemplateResource => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
    FunctionName: { Ref: 'Function' },
    ...more,
  },
});
/** Has no effect here. */
export const topic = (DisplayName: string): TemplateResource => ({
  Type: 'AWS::SNS::Topic',
  Properties: { DisplayName },
});

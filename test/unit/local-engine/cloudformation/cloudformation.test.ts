import { describe, expect, test } from '@jest/globals';
import { cloudFormationApi } from '../../../../packages/local-engine/cloudformation/cloudformation.ts';
import type { ResolvedResource } from '../../../../packages/local-engine/cloudformation/stack.ts';
import type { DeployedStack } from '../../../../packages/local-engine/cloudformation/stacks.ts';
import { unescapeXml } from '../../../../packages/local-engine/protocols/xml.ts';
import { allPagesToCome } from '../../../support/pages.ts';
import { apiRequest } from '../support/requests.ts';
import { xmlElements } from '../support/xml.ts';

const stackOf = (name: string, more: Partial<DeployedStack> = {}): DeployedStack => ({
  name,
  arn: `arn:aws:cloudformation:ap-northeast-1:111122223333:stack/${name}/abc`,
  createdAt: Date.parse('2026-11-22T10:20:30.000Z'),
  outputs: [],
  imports: [],
  resources: [],
  template: { Resources: {} },
  ...more,
});

const resourceOf = (stack: string, logicalId: string, type = 'AWS::SQS::Queue'): ResolvedResource => ({
  stack,
  logicalId,
  type,
  physicalName: logicalId.toLowerCase(),
  isRetained: false,
  identity: { ref: `http://sqs/${stack}/${logicalId}`, attributes: {} },
  properties: {},
});

const FIRST = stackOf('First', {
  outputs: [
    { key: 'TableName', value: 'users', description: 'Put users & <rows> here' },
    { key: 'BusArn', value: 'arn:aws:events' },
  ],
  resources: [resourceOf('First', 'Queue'), resourceOf('First', 'Alarm', 'AWS::CloudWatch::Alarm')],
  template: { Resources: { Queue: { Type: 'AWS::SQS::Queue' } }, Description: 'a < b' },
});
const MANY = stackOf('Many', { resources: Array.from({ length: 230 }, (_, n) => resourceOf('Many', `Queue${n}`)) });
const UPDATED = stackOf('Updated', {
  updatedAt: Date.parse('2026-11-23T01:02:03.000Z'),
  resources: [resourceOf('Updated', 'Queue')],
});

const apiOf =
  (...deployed: readonly DeployedStack[]) =>
  async (Action: string, parameters: Readonly<Record<string, string>> = {}) => {
    const request = apiRequest('POST', '/', { body: String(new URLSearchParams({ Action, ...parameters })) });
    return String((await cloudFormationApi({ stacks: { deployed } }).handle(Action, request)).body);
  };
const call = apiOf(FIRST, MANY, UPDATED);
const describeStacks = (StackName?: string) => call('DescribeStacks', StackName === undefined ? {} : { StackName });

describe('DescribeStacks', () => {
  test('given no name, it tells of every stack', async () => {
    expect(xmlElements(await describeStacks(), 'StackName')).toEqual(['First', 'Many', 'Updated']);
  });

  test.each([
    { given: 'a name', wanted: 'Many', found: ['Many'] },
    { given: 'an ARN', wanted: FIRST.arn, found: ['First'] },
  ])('given $given, it tells of that stack', async ({ wanted, found }) => {
    expect(xmlElements(await describeStacks(wanted), 'StackName')).toEqual(found);
  });

  test('given a stack, it tells its state and its outputs, escaped', async () => {
    const document = await describeStacks('First');
    expect(document).toContain('<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">');
    expect(xmlElements(document, 'StackId')).toEqual([FIRST.arn]);
    expect(xmlElements(document, 'StackStatus')).toEqual(['CREATE_COMPLETE']);
    expect(xmlElements(document, 'CreationTime')).toEqual(['2026-11-22T10:20:30.000Z']);
    expect(xmlElements(document, 'OutputKey')).toEqual(['TableName', 'BusArn']);
    expect(xmlElements(document, 'OutputValue')).toEqual(['users', 'arn:aws:events']);
    expect(xmlElements(document, 'Description')).toEqual(['Put users &amp; &lt;rows&gt; here']);
  });

  test('given a stack that was updated, it says so, and when', async () => {
    const document = await describeStacks('Updated');
    expect(xmlElements(document, 'StackStatus')).toEqual(['UPDATE_COMPLETE']);
    expect(xmlElements(document, 'LastUpdatedTime')).toEqual(['2026-11-23T01:02:03.000Z']);
    expect(await describeStacks('First')).not.toContain('LastUpdatedTime');
  });
});

describe.each(['DescribeStacks', 'DescribeStackResources', 'GetTemplate', 'ListStackResources'])('%s', (operation) => {
  test('given the name of no stack, the answer is AWS’s', async () => {
    await expect(call(operation, { StackName: 'Third' })).rejects.toThrow(
      expect.objectContaining({ code: 'ValidationError', message: 'Stack with id Third does not exist' }),
    );
  });
});

test.each(['GetTemplate', 'ListStackResources', 'DescribeStackResources'])(
  '%s needs to know of which stack',
  async (operation) => {
    await expect(call(operation)).rejects.toThrow(/StackName is required/);
  },
);

describe('ListStackResources', () => {
  test('given a stack, it tells of each resource, also of one without effect here', async () => {
    const document = await call('ListStackResources', { StackName: 'First' });
    expect(xmlElements(document, 'LogicalResourceId')).toEqual(['Queue', 'Alarm']);
    expect(xmlElements(document, 'PhysicalResourceId')).toEqual(['http://sqs/First/Queue', 'http://sqs/First/Alarm']);
    expect(xmlElements(document, 'ResourceType')).toEqual(['AWS::SQS::Queue', 'AWS::CloudWatch::Alarm']);
    expect(xmlElements(document, 'ResourceStatus')).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE']);
    expect(xmlElements(document, 'LastUpdatedTimestamp')).toEqual(Array(2).fill('2026-11-22T10:20:30.000Z'));
  });

  test('given a stack that was updated, its resources have that time', async () => {
    const document = await call('ListStackResources', { StackName: UPDATED.arn });
    expect(xmlElements(document, 'LastUpdatedTimestamp')).toEqual(['2026-11-23T01:02:03.000Z']);
  });

  test('given more resources than one answer holds, the token leads through all of them, each once', async () => {
    const documents = await allPagesToCome<string, string>(
      (NextToken) => call('ListStackResources', { StackName: 'Many', ...(NextToken !== undefined && { NextToken }) }),
      (document) => xmlElements(document, 'NextToken')[0],
    );
    const pages = documents.map((document) => xmlElements(document, 'LogicalResourceId'));
    expect(pages.map(({ length }) => length)).toEqual([100, 100, 30]);
    expect(pages.flat()).toEqual(MANY.resources.map(({ logicalId }) => logicalId));
  });

  test('given a token of no answer, it is refused', async () => {
    const parameters = { StackName: 'First', NextToken: 'x' };
    await expect(call('ListStackResources', parameters)).rejects.toThrow(
      expect.objectContaining({ code: 'ValidationError' }),
    );
  });
});

describe('DescribeStackResources', () => {
  test('given a stack, it tells of a hundred resources at most, with their stack', async () => {
    const document = await call('DescribeStackResources', { StackName: 'Many' });
    expect(xmlElements(document, 'LogicalResourceId')).toHaveLength(100);
    expect(new Set(xmlElements(document, 'StackName'))).toEqual(new Set(['Many']));
    expect(new Set(xmlElements(document, 'StackId'))).toEqual(new Set([MANY.arn]));
  });

  test('given a logical id, it tells of that resource alone', async () => {
    const document = await call('DescribeStackResources', { StackName: 'First', LogicalResourceId: 'Alarm' });
    expect(xmlElements(document, 'LogicalResourceId')).toEqual(['Alarm']);
    expect(xmlElements(document, 'Timestamp')).toEqual(['2026-11-22T10:20:30.000Z']);
  });

  test('given a physical id, it tells of the resources of that one’s stack', async () => {
    const document = await call('DescribeStackResources', { PhysicalResourceId: 'http://sqs/First/Alarm' });
    expect(xmlElements(document, 'LogicalResourceId')).toEqual(['Queue', 'Alarm']);
  });

  test.each([
    {
      given: 'a logical id that the stack does not have',
      parameters: { StackName: 'First', LogicalResourceId: 'Table' },
      message: 'Resource Table does not exist for stack First',
    },
    {
      given: 'a physical id that no stack has',
      parameters: { PhysicalResourceId: 'x' },
      message: 'Stack for x does not exist',
    },
    {
      given: 'a stack and a physical id',
      parameters: { StackName: 'First', PhysicalResourceId: 'x' },
      message: 'StackName and PhysicalResourceId cannot be used together.',
    },
  ])('given $given, it is refused', async ({ parameters, message }) => {
    await expect(call('DescribeStackResources', parameters as Record<string, string>)).rejects.toThrow(
      expect.objectContaining({ code: 'ValidationError', message }),
    );
  });
});

test('given GetTemplate, the answer is the template that runs, as JSON', async () => {
  const [body = ''] = xmlElements(await call('GetTemplate', { StackName: 'First' }), 'TemplateBody');
  expect(JSON.parse(unescapeXml(body))).toEqual(FIRST.template);
});

test.each(['DeleteStack', 'toString'])('given another action (%s), the error names it', async (action) => {
  await expect(call(action)).rejects.toThrow(expect.objectContaining({ code: 'InvalidAction' }));
  await expect(call('DeleteStack')).rejects.toThrow('cloudformation:DeleteStack');
});

describe('exports', () => {
  const exporting = stackOf('Exporting', { outputs: [{ key: 'Out', value: 'main', exportName: 'Bus' }] });
  const ask = apiOf(FIRST, exporting, stackOf('Importing', { imports: ['Bus'] }));

  test('given DescribeStacks, an output has its export’s name', async () => {
    expect(xmlElements(await ask('DescribeStacks', { StackName: 'Exporting' }), 'ExportName')).toEqual(['Bus']);
  });

  test('given ListExports, each is there, with the stack that has it', async () => {
    const document = await ask('ListExports');
    expect(xmlElements(document, 'Name')).toEqual(['Bus']);
    expect(xmlElements(document, 'Value')).toEqual(['main']);
    expect(xmlElements(document, 'ExportingStackId')).toEqual([exporting.arn]);
  });

  test('given ListImports, the stacks that use it are there; given that none does, the answer is AWS’s', async () => {
    expect(await ask('ListImports', { ExportName: 'Bus' })).toContain('<Imports><member>Importing</member></Imports>');
    await expect(ask('ListImports', { ExportName: 'Other' })).rejects.toThrow(
      expect.objectContaining({ code: 'ValidationError', message: "Export 'Other' is not imported by any stack." }),
    );
  });
});

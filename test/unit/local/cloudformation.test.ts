import { describe, expect, test } from '@jest/globals';
import { CloudFormation } from '../../../local/cloudformation.ts';
import { xmlElements } from '../../../local/http.ts';
import type { DeployedStack } from '../../../local/stacks.ts';

const stackOf = (name: string, outputs: DeployedStack['outputs'] = []): DeployedStack => ({
  name,
  arn: `arn:aws:cloudformation:ap-northeast-1:111122223333:stack/${name}/abc`,
  createdAt: Date.parse('2026-11-22T10:20:30.000Z'),
  outputs,
  resources: [],
});
const FIRST = stackOf('First', [
  { key: 'TableName', value: 'users', description: 'Put users & <rows> here' },
  { key: 'BusArn', value: 'arn:aws:events' },
]);

const UPDATED = { ...stackOf('Updated'), updatedAt: Date.parse('2026-11-23T01:02:03.000Z') };

const describeStacks = (StackName?: string) =>
  String(
    new CloudFormation(() => [FIRST, stackOf('Second'), UPDATED]).handle(
      new URLSearchParams({ Action: 'DescribeStacks', ...(StackName !== undefined && { StackName }) }),
    ).body,
  );

describe('DescribeStacks', () => {
  test('given no name, it tells of every stack', () => {
    expect(xmlElements(describeStacks(), 'StackName')).toEqual(['First', 'Second', 'Updated']);
  });

  test.each([
    { given: 'a name', wanted: 'Second', found: ['Second'] },
    { given: 'an ARN', wanted: FIRST.arn, found: ['First'] },
  ])('given $given, it tells of that stack', ({ wanted, found }) => {
    expect(xmlElements(describeStacks(wanted), 'StackName')).toEqual(found);
  });

  test('given a stack, it tells its state and its outputs, escaped', () => {
    const document = describeStacks('First');
    expect(document).toContain('<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">');
    expect(xmlElements(document, 'StackId')).toEqual([FIRST.arn]);
    expect(xmlElements(document, 'StackStatus')).toEqual(['CREATE_COMPLETE']);
    expect(xmlElements(document, 'CreationTime')).toEqual(['2026-11-22T10:20:30.000Z']);
    expect(xmlElements(document, 'OutputKey')).toEqual(['TableName', 'BusArn']);
    expect(xmlElements(document, 'OutputValue')).toEqual(['users', 'arn:aws:events']);
    expect(xmlElements(document, 'Description')).toEqual(['Put users &amp; &lt;rows&gt; here', '']);
  });

  test('given a stack that was updated, it says so, and when', () => {
    const document = describeStacks('Updated');
    expect(xmlElements(document, 'StackStatus')).toEqual(['UPDATE_COMPLETE']);
    expect(xmlElements(document, 'LastUpdatedTime')).toEqual(['2026-11-23T01:02:03.000Z']);
    expect(describeStacks('First')).not.toContain('LastUpdatedTime');
  });

  test('given the name of no stack, the answer is AWS’s', () => {
    expect(() => describeStacks('Third')).toThrow(
      expect.objectContaining({ code: 'ValidationError', message: 'Stack with id Third does not exist' }),
    );
  });
});

test('given another action, the error names it', () => {
  const call = () => new CloudFormation(() => []).handle(new URLSearchParams({ Action: 'DeleteStack' }));
  expect(call).toThrow(expect.objectContaining({ code: 'InvalidAction' }));
  expect(call).toThrow('cloudformation:DeleteStack');
});

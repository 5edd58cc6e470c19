import { CloudFormationClient, type Stack } from '@aws-sdk/client-cloudformation';
import { describe, expect, test } from '@jest/globals';
import { findStack, partsOf, requireOutput } from '../../../../operations/deployed/stack.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';

/** A CloudFormation that has these stacks. */
function cloudformation(...names: string[]): CloudFormationClient {
  const client = new CloudFormationClient({ region: 'eu-west-1' });
  client.send = (async ({ input }: { input: { StackName?: string } }) => {
    const { StackName: wanted } = input;
    if (wanted !== undefined && !names.includes(wanted)) {
      throw Object.assign(new Error(`Stack with id ${wanted} does not exist`), { name: 'ValidationError' });
    }
    const found = names.filter((name) => wanted === undefined || name === wanted);
    return {
      Stacks: found.map((StackName): Partial<Stack> => {
        return { StackName, Outputs: [{ OutputKey: 'UsersTableName', OutputValue: `table of ${StackName}` }] };
      }),
    };
  }) as never;
  return client;
}

const LOCAL = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' };

describe('the stack', () => {
  test('is the one that is named', async () => {
    expect(await findStack(cloudformation('a', 'b'), { stackName: 'b' })).toEqual({
      name: 'b',
      outputs: { UsersTableName: 'table of b' },
    });
  });

  test('is, at a local endpoint, the one whose name is like this project, else the first', async () => {
    expect((await findStack(cloudformation('a', 'user-bucket-pipeline-dev'), LOCAL)).name).toBe(
      'user-bucket-pipeline-dev',
    );
    expect((await findStack(cloudformation('a', 'b'), LOCAL)).name).toBe('a');
  });

  test('that is not there is a failure that says where it was looked for', async () => {
    const named = findStack(cloudformation('a'), { stackName: 'b' });
    await expect(named).rejects.toThrow(CommandFailure);
    await expect(named).rejects.toThrow('there is no stack b in eu-west-1');
    await expect(findStack(cloudformation(), LOCAL)).rejects.toThrow('the server at http://127.0.0.1:1 has no stack');
  });

  test('of something else is a failure that names the missing output', () => {
    const stack = { name: 'other', outputs: { Url: 'x' } };
    expect(requireOutput(stack, 'Url')).toBe('x');
    expect(() => requireOutput(stack, 'UsersTableName')).toThrow(CommandFailure);
    expect(() => requireOutput(stack, 'UsersTableName')).toThrow(/^the stack other has no output UsersTableName/);
  });
});

const GROUP = 'AWS::Logs::LogGroup';

test('given resources, the parts of constructs are found by the construct’s id', () => {
  const resources = [
    { logicalId: 'UriRecorderLogs54E8004E', physicalId: 'uri-logs', type: GROUP },
    { logicalId: 'LogsReaderLogs54E8004E', physicalId: 'reader-logs', type: GROUP },
    {
      logicalId: 'UriRecorderLogsPolicy6E49E084',
      physicalId: 'policy',
      type: 'AWS::IAM::Policy',
    },
    { logicalId: 'Logs', physicalId: 'without id', type: GROUP },
    { logicalId: 'MailLogs54E8004E', physicalId: '', type: GROUP },
    { logicalId: 'MailLogs54E8004E', physicalId: 'queue', type: 'AWS::SQS::Queue' },
  ];
  expect([...partsOf(resources, GROUP, 'Logs')]).toEqual([
    ['UriRecorder', 'uri-logs'],
    ['LogsReader', 'reader-logs'],
  ]);
});

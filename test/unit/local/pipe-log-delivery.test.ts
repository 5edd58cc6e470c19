import { describe, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../../local/stacks/assembly.ts';
import { ACCOUNT, entriesOf, settle } from './support/parts.ts';
import { bus, makeStacks, pipe, type Resources, table } from './support/stack.ts';

const LOG_GROUP = { 'Fn::GetAtt': ['Logs', 'Arn'] };
const CREATE_STREAM = 'logs:CreateLogStream';
const PUT_LINES = 'logs:PutLogEvents';

const logs: TemplateResource = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'pipe-log' } };
const logging = (LogConfiguration: object): TemplateResource => ({
  ...pipe,
  Properties: { ...pipe.Properties, LogConfiguration },
});
const toGroup = (more: object = {}) =>
  logging({ Level: 'ERROR', CloudwatchLogsLogDestination: { LogGroupArn: LOG_GROUP }, ...more });

/** As the pipeline's template has it. */
const statement = {
  Effect: 'Allow',
  Principal: { Service: 'delivery.logs.amazonaws.com' },
  Action: [CREATE_STREAM, PUT_LINES],
  Resource: `arn:aws:logs:ap-northeast-1:${ACCOUNT.id}:log-group:pipe-log:*`,
  Condition: {
    StringEquals: { 'aws:SourceAccount': ACCOUNT.id },
    ArnLike: { 'aws:SourceArn': `arn:aws:logs:ap-northeast-1:${ACCOUNT.id}:*` },
  },
};
const letting = (more: object = {}): Resources => ({
  LogPolicy: {
    Type: 'AWS::Logs::ResourcePolicy',
    Properties: {
      PolicyName: 'delivery',
      PolicyDocument: JSON.stringify({ Statement: [{ ...statement, ...more }] }),
    },
  },
});

/** What stands in the pipe's log after its first call of the bus has failed, and what was denied. */
async function afterFailure(resources: Resources) {
  const stacks = makeStacks();
  const { update, services } = stacks;
  await update({ Table: table, Bus: bus, Logs: logs, ...resources });
  services.faults.fail('events:PutEvents', 'InternalException', { status: 500, times: 2 });
  await services.dynamodb.handle('PutItem', { TableName: 'users', Item: { id: { S: 'ji' } } });
  await settle();
  const lines = services.logs.find('pipe-log')?.read({ from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10 }) ?? [];
  return { ...stacks, lines: lines.map(({ message }) => JSON.parse(message)), denied: entriesOf(services, 'denied') };
}

describe("the pipe's log group", () => {
  test('given a policy that lets the delivery service write there, it has what failed', async () => {
    const { lines, denied, services } = await afterFailure({ Pipe: toGroup(), ...letting() });
    expect(lines.map(({ messageType }) => messageType)).toContain('ExecutionFailed');
    expect(lines[0].resourceArn).toBe(`arn:aws:pipes:ap-northeast-1:${ACCOUNT.id}:pipe/registrations`);
    expect(entriesOf(services, 'pipe-log').map(({ line }) => JSON.parse(String(line)))).toEqual(lines);
    expect(denied).toEqual([]);
  });

  test.each([
    { given: 'no policy', policies: {}, action: CREATE_STREAM },
    { given: 'a policy without CreateLogStream', policies: letting({ Action: [PUT_LINES] }), action: CREATE_STREAM },
    { given: 'a policy without PutLogEvents', policies: letting({ Action: CREATE_STREAM }), action: PUT_LINES },
    {
      given: 'a policy for another service',
      policies: letting({ Principal: { Service: 'events.amazonaws.com' } }),
      action: CREATE_STREAM,
    },
    {
      given: 'a policy for another group',
      policies: letting({ Resource: statement.Resource.replace('pipe-log', 'other') }),
      action: CREATE_STREAM,
    },
    {
      given: 'a policy for what another account sends',
      policies: letting({ Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } } }),
      action: CREATE_STREAM,
    },
    {
      given: 'a policy for what another Region sends',
      policies: letting({ Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:logs:eu-west-1:${ACCOUNT.id}:*` } } }),
      action: CREATE_STREAM,
    },
  ])('given $given, it stays empty, and the denial is noted once', async ({ policies, action }) => {
    const { lines, denied } = await afterFailure({ Pipe: toGroup(), ...policies });
    expect(lines).toEqual([]);
    expect(denied).toMatchObject([
      {
        principal: 'delivery.logs.amazonaws.com',
        action,
        resource: expect.stringMatching(/:log-group:pipe-log:log-stream:/),
        message: expect.stringContaining(`because no resource-based policy allows the ${action} action`),
      },
    ]);
  });

  test('given an explicit deny beside the policy, it stays empty', async () => {
    const deny = letting({ Effect: 'Deny', Condition: {} }).LogPolicy as TemplateResource;
    const Deny = { ...deny, Properties: { ...deny.Properties, PolicyName: 'deny' } };
    const { lines, denied } = await afterFailure({ Pipe: toGroup(), ...letting(), Deny });
    expect(lines).toEqual([]);
    expect(denied[0]?.message).toContain('with an explicit deny in a resource-based policy');
  });

  test('given a record that makes the template break its JSON, nothing of the record stands there', async () => {
    const { update, services } = makeStacks();
    const template = { InputTemplate: '{"name": "<$.dynamodb.NewImage.name.S>"}' };
    const Pipe = { ...pipe, Properties: { ...toGroup().Properties, TargetParameters: template } };
    await update({ Table: table, Bus: bus, Logs: logs, Pipe, ...letting() });
    const Item = { id: { S: 'ji' }, name: { S: '" Ji Kim-Sun' } };
    await services.dynamodb.handle('PutItem', { TableName: 'users', Item });
    const { line } = await services.journal.waitFor('a line', ({ hop }) => hop === 'pipe-log');
    expect(line).toContain('Detail is malformed: it is not JSON.');
    expect(line).not.toContain('Kim');
  });

  test('given the level OFF, nothing is logged', async () => {
    const { lines, denied } = await afterFailure({ Pipe: toGroup({ Level: 'OFF' }), ...letting() });
    expect({ lines, denied }).toEqual({ lines: [], denied: [] });
  });
});

test.each([
  { given: 'a level that is not known here', more: { Level: 'TRACE' }, named: 'TRACE' },
  { given: 'execution data', more: { IncludeExecutionData: ['ALL'] }, named: 'IncludeExecutionData' },
  { given: 'another destination', more: { S3LogDestination: {} }, named: 'S3LogDestination' },
])('given $given, the pipe is refused at load', async ({ more, named }) => {
  const made = makeStacks().update({ Table: table, Bus: bus, Logs: logs, Pipe: toGroup(more) });
  await expect(made).rejects.toMatchObject({
    name: 'TemplateError',
    logicalId: 'Pipe',
    message: expect.stringContaining(named),
  });
});

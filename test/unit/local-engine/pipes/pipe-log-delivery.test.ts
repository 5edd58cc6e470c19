import { describe, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../../../packages/local-engine/cloudformation/template/template.ts';
import { ACCOUNT, entriesOf, settle } from '../support/parts.ts';
import { bus, makeStacks, pipe, type Resources, table } from '../support/stack.ts';

const LOG_GROUP = { 'Fn::GetAtt': ['Logs', 'Arn'] };

const logs: TemplateResource = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'pipe-log' } };
const logging = (LogConfiguration: object): TemplateResource => ({
  ...pipe,
  Properties: { ...pipe.Properties, LogConfiguration },
});
const toGroup = (more: object = {}) =>
  logging({ Level: 'ERROR', CloudwatchLogsLogDestination: { LogGroupArn: LOG_GROUP }, ...more });

/** What is in the pipe's log after its first call of the bus has failed, and what was denied. */
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
  test('given no policy of the template, the delivery service writes there what failed, as AWS lets it', async () => {
    const { lines, denied, services } = await afterFailure({ Pipe: toGroup() });
    expect(lines.map(({ messageType }) => messageType)).toContain('ExecutionFailed');
    expect(lines[0].resourceArn).toBe(`arn:aws:pipes:ap-northeast-1:${ACCOUNT.id}:pipe/registrations`);
    expect(entriesOf(services, 'pipe-log').map(({ line }) => JSON.parse(String(line)))).toEqual(lines);
    expect(denied).toEqual([]);
  });

  test('given a record that makes the template break its JSON, nothing of the record stands there', async () => {
    const { update, services } = makeStacks();
    const template = { InputTemplate: '{"name": "<$.dynamodb.NewImage.name.S>"}' };
    const Pipe = { ...pipe, Properties: { ...toGroup().Properties, TargetParameters: template } };
    await update({ Table: table, Bus: bus, Logs: logs, Pipe });
    const Item = { id: { S: 'ji' }, name: { S: '" Ji Kim-Sun' } };
    await services.dynamodb.handle('PutItem', { TableName: 'users', Item });
    const { line } = await services.journal.waitFor('a line', ({ hop }) => hop === 'pipe-log');
    expect(line).toContain('Detail is malformed.');
    expect(line).not.toContain('Kim');
  });

  test('given the level OFF, nothing is logged', async () => {
    const { lines, denied } = await afterFailure({ Pipe: toGroup({ Level: 'OFF' }) });
    expect({ lines, denied }).toEqual({ lines: [], denied: [] });
  });
});

test('given a resource policy of CloudWatch Logs, the template is refused: it would be judged nowhere', async () => {
  const LogPolicy: TemplateResource = { Type: 'AWS::Logs::ResourcePolicy', Properties: { PolicyName: 'delivery' } };
  await expect(makeStacks().update({ LogPolicy })).rejects.toMatchObject({
    name: 'TemplateError',
    logicalId: 'LogPolicy',
    message: expect.stringContaining('AWS::Logs::ResourcePolicy'),
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

import { describe, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../../../packages/local-engine/cloudformation/template/template.ts';
import { entriesOf, settle } from '../support/parts.ts';
import { bus, code, fn, makeStacks, mapping, pipe, queue, table } from '../support/stack.ts';

const ROLE = { 'Fn::GetAtt': ['Role', 'Arn'] };
const QUEUE = { 'Fn::GetAtt': ['Queue', 'Arn'] };
const POLLING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const READING = ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListStreams'].map((name) => `dynamodb:${name}`);
const TRACED = { Role: ROLE, TracingConfig: { Mode: 'Active' } };

const role = (service: string, more: object = {}, condition: object = {}): TemplateResource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        Condition: condition,
      },
    },
    ...more,
  },
});
const allowing = (Action: readonly string[], Resource: unknown = '*') => ({
  Statement: { Effect: 'Allow', Action, Resource },
});
const inline = (Action: readonly string[]) => ({
  Policies: [{ PolicyName: 'Inline', PolicyDocument: allowing(Action) }],
});
const attached = (Action: readonly string[], Resource?: unknown): TemplateResource => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyName: 'Attached', PolicyDocument: allowing(Action, Resource), Roles: [{ Ref: 'Role' }] },
});
const without = (actions: readonly string[], left: string) => actions.filter((action) => action !== left);

code('handler.zip', 'export const handler = async () => ({});');
code('logging.zip', "export const handler = async () => console.log('handled');");

describe('a function', () => {
  test('given a role for other services, it is not made', async () => {
    const { update } = makeStacks();
    const made = update({ Role: role('pipes.amazonaws.com'), Function: fn('handler.zip', { Role: ROLE }) });
    await expect(made).rejects.toThrow('Function: The role defined for the function cannot be assumed by Lambda.');
    await expect(made).rejects.toMatchObject({ name: 'TemplateError', logicalId: 'Function' });
  });

  test('given a role that no stack has, it is not made', async () => {
    const made = makeStacks().update({
      Function: fn('handler.zip', { Role: 'arn:aws:iam::111122223333:role/nobody' }),
    });
    await expect(made).rejects.toThrow('role/nobody does not exist');
  });

  test.each(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'])(
    'given tracing without %s, it is not made',
    async (action) => {
      const allowed = without(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], action);
      const made = makeStacks().update({
        Role: role('lambda.amazonaws.com', inline(allowed)),
        Function: fn('handler.zip', TRACED),
      });
      await expect(made).rejects.toThrow(
        `Function: The provided execution role does not have permissions to call ${action.slice(5)} on XRAY.`,
      );
    },
  );

  test('given a policy that comes behind it in the template, it is made', async () => {
    const { update, services } = makeStacks();
    await update({
      Role: role('lambda.amazonaws.com'),
      Function: fn('handler.zip', TRACED),
      Policy: attached(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']),
    });
    expect([...services.functions.keys()]).toEqual(['service']);
  });

  test('given an update that its role is too small for, it stays as it was', async () => {
    const { update } = makeStacks();
    const Role = role('lambda.amazonaws.com');
    await update({ Role, Function: fn('handler.zip', { Role: ROLE }) });
    await expect(update({ Role, Function: fn('handler.zip', TRACED) })).rejects.toThrow('PutTraceSegments on XRAY');
    expect(await update({ Role, Function: fn('handler.zip', { Role: ROLE }) })).toEqual([]);
  });
});

describe('an event source mapping', () => {
  const resources = (actions: readonly string[]) => ({
    Role: role('lambda.amazonaws.com'),
    Policy: attached(actions, QUEUE),
    Queue: queue('users'),
    Function: fn('handler.zip', { Role: ROLE }),
    Mapping: mapping(),
  });

  test.each(POLLING)('given a role without %s, it is not made', async (action) => {
    await expect(makeStacks().update(resources(without(POLLING, action)))).rejects.toThrow(
      `Mapping: The provided execution role does not have permissions to call ${action.slice(4)} on SQS.`,
    );
  });

  test('given a policy that is taken away and comes back, polling stops, is noted once, and goes on', async () => {
    const { update, services } = makeStacks();
    const { journal, queues } = services;
    const arn = 'arn:aws:sqs:ap-northeast-1:111122223333:users';
    await update(resources(POLLING));
    await update(resources(without(POLLING, 'sqs:ReceiveMessage')));
    await queues.send(arn, 'one');
    await queues.send(arn, 'two');
    await settle();
    expect(entriesOf({ journal }, 'batch')).toEqual([]);
    expect(entriesOf({ journal }, 'denied')).toEqual([
      expect.objectContaining({ action: 'sqs:ReceiveMessage', resource: arn }),
    ]);
    await update(resources(POLLING));
    await journal.waitFor('the batch', ({ hop }) => hop === 'batch');
  });
});

describe("a function's log", () => {
  const LOGS = { 'Fn::GetAtt': ['Logs', 'Arn'] };
  const WRITING = ['logs:CreateLogStream', 'logs:PutLogEvents'];
  const resources = (actions: readonly string[], Resource: unknown = LOGS) => ({
    Role: role('lambda.amazonaws.com'),
    Policy: attached([...POLLING, ...actions], Resource),
    More: attached(POLLING),
    Logs: { Type: 'AWS::Logs::LogGroup' },
    Function: fn('logging.zip', { Role: ROLE, LoggingConfig: { LogGroup: { Ref: 'Logs' } } }),
    Queue: queue('users'),
    Mapping: mapping({ BatchSize: 1 }),
  });
  /** Lets the function handle two messages, which it logs, and waits until its first line is kept or lost. */
  const handle = async ({ services }: ReturnType<typeof makeStacks>) => {
    const { journal, queues } = services;
    for (const body of ['one', 'two']) await queues.send('arn:aws:sqs:ap-northeast-1:111122223333:users', body);
    const answered = await journal.waitFor('the answers', ({ hop }) => hop === 'invocation', { count: 2 });
    await journal.waitFor('the end of a line', ({ hop }) => hop === 'log' || hop === 'denied');
    const [group] = services.logs.list();
    const lines = group?.read({ from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10 }) ?? [];
    return { answered, lines: lines.map(({ message }) => message), denied: entriesOf({ journal }, 'denied') };
  };

  test('given what its role needs, it is written', async () => {
    const stacks = makeStacks();
    await stacks.update(resources(WRITING));
    const { lines, denied } = await handle(stacks);
    expect(lines).toContain('handled');
    expect(denied).toEqual([]);
  });

  test.each([
    ...WRITING.map((action) => ({
      given: `a role without ${action}`,
      actions: without(WRITING, action),
      on: LOGS,
      action,
    })),
    { given: 'a role for another log', actions: WRITING, on: 'arn:aws:logs:*:*:log-group:other:*', action: WRITING[0] },
  ])('given $given, the function runs, its lines are lost, and that is noted once', async ({ actions, on, action }) => {
    const stacks = makeStacks();
    await stacks.update(resources(actions, on));
    const { answered, lines, denied } = await handle(stacks);
    expect(answered).toMatchObject({ outcome: 'answered' });
    expect(lines).toEqual([]);
    expect(entriesOf(stacks.services, 'log')).toEqual([]);
    expect(denied).toEqual([
      expect.objectContaining({
        action,
        principal: expect.stringMatching(/Role.*\/service$/),
        resource: expect.stringMatching(/:log-group:.*Logs.*:log-stream:/),
      }),
    ]);
  });
});

describe('a pipe', () => {
  const resources = (Role: TemplateResource) => ({
    Table: table,
    Bus: bus,
    Role,
    Pipe: { ...pipe, Properties: { ...pipe.Properties, RoleArn: ROLE } },
  });
  const pipes = 'pipes.amazonaws.com';

  test.each([
    { given: 'a role for other services', Role: role('lambda.amazonaws.com', inline(READING)) },
    {
      given: 'a role for the pipes of another account',
      Role: role(pipes, inline(READING), { StringEquals: { 'aws:SourceAccount': '444455556666' } }),
    },
    {
      given: 'a role for another pipe',
      Role: role(pipes, inline(READING), { ArnLike: { 'aws:SourceArn': 'arn:aws:pipes:*:*:pipe/other' } }),
    },
  ])('given $given, it is not made', async ({ Role }) => {
    await expect(makeStacks().update(resources(Role))).rejects.toThrow(
      /^Pipe: The pipe arn:aws:pipes:.*:pipe\/registrations cannot assume the role arn:aws:iam:.*Role/,
    );
  });

  test('given a role for just this pipe, it is made', async () => {
    const { update, services } = makeStacks();
    const condition = {
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      ArnLike: { 'aws:SourceArn': 'arn:aws:pipes:*:*:pipe/registrations' },
    };
    await update(resources(role(pipes, inline(READING), condition)));
    expect([...services.pipes.keys()]).toEqual(['registrations']);
  });

  test.each(READING)('given a role without %s, it is not made, and the error says what is missing', async (action) => {
    await expect(makeStacks().update(resources(role(pipes, inline(without(READING, action)))))).rejects.toThrow(
      new RegExp(
        `^Pipe: The pipe .* cannot read its source\\. User: .*Role.*/registrations is not authorized .*${action}`,
      ),
    );
  });

  test('given a dead-letter queue that its role may not send to, it is not made', async () => {
    const SourceParameters = {
      DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON', DeadLetterConfig: { Arn: QUEUE } },
    };
    const withDlq = (Role: TemplateResource) => ({
      ...resources(Role),
      Queue: queue('dead'),
      Pipe: { ...pipe, Properties: { ...pipe.Properties, RoleArn: ROLE, SourceParameters } },
    });
    await expect(makeStacks().update(withDlq(role(pipes, inline(READING))))).rejects.toThrow(
      /^Pipe: Error occurred while sending message to SQS queue: arn:aws:sqs:.*:dead \(User: .*sqs:sendmessage/,
    );
    const { update, services } = makeStacks();
    await update(withDlq(role(pipes, inline([...READING, 'sqs:SendMessage']))));
    expect([...services.pipes.keys()]).toEqual(['registrations']);
  });

  test('given a policy that is taken away and comes back, it stands still, and goes on', async () => {
    const { update, services } = makeStacks();
    const { journal, dynamodb } = services;
    await update(resources(role(pipes, inline([...READING, 'events:PutEvents']))));
    await update(resources(role(pipes, inline(without(READING, 'dynamodb:GetRecords')))));
    await dynamodb.handle('PutItem', { TableName: 'users', Item: { id: { S: 'ji' } } });
    await settle();
    expect(entriesOf({ journal }, 'pipe-filter')).toEqual([]);
    expect(entriesOf({ journal }, 'denied')).toEqual([expect.objectContaining({ action: 'dynamodb:GetRecords' })]);
    await update(resources(role(pipes, inline([...READING, 'events:PutEvents']))));
    await journal.waitFor('the event', ({ hop, outcome }) => hop === 'pipe-delivery' && outcome === 'delivered');
  });
});

describe('roles and policies at load', () => {
  test.each([
    {
      given: 'a permissions boundary',
      Role: role('lambda.amazonaws.com', { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
      named: 'PermissionsBoundary',
    },
    {
      given: 'a managed policy that is not known',
      Role: role('lambda.amazonaws.com', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
      named: 'AdministratorAccess',
    },
    {
      given: 'a trust policy with an operator that is not known',
      Role: role('lambda.amazonaws.com', {}, { IpAddress: { 'aws:SourceArn': 'x' } }),
      named: 'IpAddress',
    },
  ])('given $given, it is refused by the id of its resource', async ({ Role, named }) => {
    await expect(makeStacks().update({ Role })).rejects.toMatchObject({
      name: 'TemplateError',
      logicalId: 'Role',
      message: expect.stringContaining(named),
    });
  });

  test('given a policy for users, it is refused', async () => {
    const Policy = { ...attached(POLLING), Properties: { PolicyDocument: allowing(POLLING), Users: ['ji'] } };
    await expect(makeStacks().update({ Policy })).rejects.toThrow('Users');
  });

  test('given a role with a path, both are in its ARN', async () => {
    const { update, services } = makeStacks();
    await update({ Role: role('lambda.amazonaws.com', { RoleName: 'service-2', Path: '/team/' }) });
    expect(services.roles.find('arn:aws:iam::111122223333:role/team/service-2')?.name).toBe('service-2');
  });

  test('given an update without it, a role is gone', async () => {
    const { update, services } = makeStacks();
    await update({ Role: role('lambda.amazonaws.com', { RoleName: 'service-2' }), Queue: queue('users') });
    await update({ Queue: queue('users') });
    expect(services.roles.named('service-2')).toBeUndefined();
  });
});

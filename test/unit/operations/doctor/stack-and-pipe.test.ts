import { describe, expect, test } from '@jest/globals';
import {
  pipeFinding,
  pipeState,
  stackFinding,
  stackStatus,
  stream,
  streamFinding,
} from '../../../../operations/doctor/stack-and-pipe.ts';
import { awsError, deployedWith, FIXES, STACK } from './fakes.ts';

const NOW = 0;

describe('the stack', () => {
  test.each([
    ['CREATE_COMPLETE', 'ok', undefined],
    ['UPDATE_COMPLETE', 'ok', undefined],
    ['IMPORT_COMPLETE', 'ok', undefined],
    ['UPDATE_IN_PROGRESS', 'warning', 'wait until that is done, then: npx pipeline doctor'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'warning', 'wait until that is done, then: npx pipeline doctor'],
    ['UPDATE_ROLLBACK_COMPLETE', 'warning', 'deploy'],
    ['ROLLBACK_COMPLETE', 'problem', expect.stringContaining('describe-stack-events --stack-name app')],
    ['DELETE_FAILED', 'problem', expect.stringContaining('describe-stack-events --stack-name app')],
    ['UPDATE_ROLLBACK_FAILED', 'problem', expect.stringContaining('describe-stack-events --stack-name app')],
  ])('given %s, it is %s', (status, expected, fix) => {
    expect(stackFinding({ name: 'app', status }, FIXES)).toMatchObject({ status: expected, ...(fix && { fix }) });
  });

  test('given a reason, it is shown', async () => {
    const Stacks = [{ StackStatus: 'DELETE_FAILED', StackStatusReason: 'the bucket is not empty' }];
    const deployed = deployedWith({ DescribeStacksCommand: { Stacks } });
    expect(await stackStatus.run({ deployed, fixes: FIXES, now: NOW })).toMatchObject([
      { subject: 'user-bucket-pipeline-prod', detail: 'DELETE_FAILED: the bucket is not empty' },
    ]);
  });
});

describe('the pipe', () => {
  test.each([
    ['RUNNING', undefined, 'ok', undefined],
    ['STARTING', undefined, 'warning', 'wait a minute, then: npx pipeline doctor'],
    ['STOPPED', undefined, 'problem', 'aws pipes start-pipe --name pipe'],
    ['STOPPING', undefined, 'problem', 'aws pipes start-pipe --name pipe'],
    ['START_FAILED', 'AccessDenied', 'problem', 'fix that, then: aws pipes start-pipe --name pipe'],
  ])('given that it is %s (%s), that is %s', (current, reason, status, fix) => {
    const state = { current, desired: 'RUNNING', ...(reason !== undefined && { reason }) };
    const finding = pipeFinding({ name: 'pipe', state }, FIXES);
    expect([finding.status, finding.fix]).toEqual([status, fix]);
    if (reason !== undefined) expect(finding.detail).toContain(reason);
  });

  test.each(['USER_INITIATED', 'User initiated', 'user-initiated', 'UserInitiated', 'USER_INITIATED.', ''])(
    'given that it is stopped for the reason %j, nothing has failed: the fix only starts it',
    (reason) => {
      const state = { current: 'STOPPED', desired: 'STOPPED', reason };
      expect(pipeFinding({ name: 'pipe', state }, FIXES)).toMatchObject({
        status: 'problem',
        detail: 'it is STOPPED; new rows wait in the stream, which keeps them for 24 hours',
        fix: 'aws pipes start-pipe --name pipe',
      });
    },
  );

  test.each(['User initiated, and the role is gone', 'NOT_USER_INITIATED'])(
    'given the reason %j, it is shown',
    (reason) => {
      const state = { current: 'STOPPED', desired: 'STOPPED', reason };
      expect(pipeFinding({ name: 'pipe', state }, FIXES).detail).toContain(reason);
    },
  );

  test('given one that runs and should be stopped, that is a problem', () => {
    const state = { current: 'RUNNING', desired: 'STOPPED' };
    expect(pipeFinding({ name: 'pipe', state }, FIXES).status).toBe('problem');
  });

  test('given a pipe of deletions as well, is about both, each with what waits for it', async () => {
    const stack = { ...STACK, outputs: { ...STACK.outputs, DeletionPipeName: 'deletions' } };
    const DescribePipeCommand = ({ Name }: Readonly<Record<string, unknown>>) =>
      Name === 'pipe'
        ? { CurrentState: 'RUNNING', DesiredState: 'RUNNING' }
        : { CurrentState: 'STOPPED', DesiredState: 'STOPPED' };
    const deployed = deployedWith({ DescribePipeCommand }, stack);
    expect(await pipeState.run({ deployed, fixes: FIXES, now: NOW })).toMatchObject([
      { status: 'ok', subject: 'pipe' },
      {
        subject: 'deletions',
        detail: 'it is STOPPED; deleted rows wait in the stream, which keeps them for 24 hours',
        fix: expect.stringContaining('deletions'),
      },
    ]);
  });

  test('given one that was deleted, the fix recreates it', async () => {
    const deployed = deployedWith({ DescribePipeCommand: awsError('NotFoundException', 'no such pipe') });
    expect(await pipeState.run({ deployed, fixes: FIXES, now: NOW })).toMatchObject([
      { status: 'problem', fix: 'recreate' },
    ]);
  });
});

describe('the stream', () => {
  const table = { arn: 'T', streamArn: 'T/stream/2', viewType: 'KEYS_ONLY' };

  test('given the one that the pipe reads, it is well, of any view type', () => {
    expect(
      streamFinding({ tableName: 'users', table, sources: [{ rows: 'new rows', arn: 'T/stream/2' }] }, FIXES),
    ).toMatchObject({
      status: 'ok',
      detail: 'the pipe reads it (KEYS_ONLY)',
    });
  });

  test('given another one, the fix is a deployment with both ARNs, and a reconcile for the missed users', () => {
    const { status, detail, fix } = streamFinding(
      { tableName: 'users', table, sources: [{ rows: 'new rows', arn: 'T/stream/1' }] },
      FIXES,
    );
    expect(status).toBe('problem');
    expect(detail).toContain('T/stream/1');
    expect(fix).toMatch(/^deploy tableArn=T tableStreamArn=T\/stream\/2 .*npx pipeline reconcile --fix$/);
  });

  test('given a table whose stream is off, the fix turns it on, although its last stream still has a name', async () => {
    const Table = { TableArn: 'T', LatestStreamArn: 'T/stream/1', StreamSpecification: { StreamEnabled: false } };
    const deployed = deployedWith({ DescribeTableCommand: { Table }, DescribePipeCommand: { Source: 'T/stream/1' } });
    const [finding] = await stream.run({ deployed, fixes: FIXES, now: NOW });
    expect(finding).toMatchObject({ status: 'problem', subject: 'users' });
    expect(finding?.fix).toMatch(
      /^aws dynamodb update-table --table-name users --stream-specification StreamEnabled=true/,
    );
  });

  test('given a table that does not exist, it says so', async () => {
    const DescribeTableCommand = awsError('ResourceNotFoundException', 'no such table');
    const deployed = deployedWith({ DescribeTableCommand, DescribePipeCommand: { Source: 'x' } });
    expect(await stream.run({ deployed, fixes: FIXES, now: NOW })).toMatchObject([
      { status: 'problem', detail: 'the table does not exist' },
    ]);
  });

  test('given no pipe, which another check reports, the stream is well', () => {
    expect(streamFinding({ tableName: 'users', table, sources: [] }, FIXES).status).toBe('ok');
  });

  test.each([
    ['T/stream/2', 'ok', 'both pipes read it (KEYS_ONLY)'],
    [
      'T/stream/1',
      'problem',
      "the pipe of deleted rows reads T/stream/1, which is no longer the table's stream: deleted rows do not become events",
    ],
  ])('given a pipe of deletions that reads %s, it is %s', async (Source, status, detail) => {
    const stack = { ...STACK, outputs: { ...STACK.outputs, DeletionPipeName: 'deletions' } };
    const DescribeTableCommand = {
      Table: {
        TableArn: 'T',
        LatestStreamArn: 'T/stream/2',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      },
    };
    const DescribePipeCommand = ({ Name }: Readonly<Record<string, unknown>>) =>
      Name === 'pipe' ? { Source: 'T/stream/2' } : { Source };
    const deployed = deployedWith({ DescribeTableCommand, DescribePipeCommand }, stack);
    expect(await stream.run({ deployed, fixes: FIXES, now: NOW })).toMatchObject([{ status, detail }]);
  });

  test('given two pipes that read another one, says so of both', () => {
    const sources = [
      { rows: 'new rows', arn: 'T/stream/1' },
      { rows: 'deleted rows', arn: 'T/stream/1' },
    ] as const;
    expect(streamFinding({ tableName: 'users', table, sources }, FIXES).detail).toBe(
      "the pipes of new rows and of deleted rows read T/stream/1, which is no longer the table's stream: new rows and deleted rows do not become events",
    );
  });
});

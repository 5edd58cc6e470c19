import { describe, expect, test } from '@jest/globals';
import { judgeSource, pipeSource } from '../../../../operations/doctor/pipe-source.ts';
import { judgePipe, pipeState } from '../../../../operations/doctor/pipe-state.ts';
import { judgeStack, stackStatus } from '../../../../operations/doctor/stack-status.ts';
import { awsError, deployedWith, MENDS } from './fakes.ts';

const NOW = 0;

describe('the stack', () => {
  test.each([
    ['CREATE_COMPLETE', 'ok', undefined],
    ['UPDATE_COMPLETE', 'ok', undefined],
    ['IMPORT_COMPLETE', 'ok', undefined],
    ['UPDATE_IN_PROGRESS', 'warning', 'wait for its end, then: npx pipeline doctor'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'warning', 'wait for its end, then: npx pipeline doctor'],
    ['UPDATE_ROLLBACK_COMPLETE', 'warning', 'deploy'],
    ['ROLLBACK_COMPLETE', 'problem', expect.stringContaining('describe-stack-events --stack-name app')],
    ['DELETE_FAILED', 'problem', expect.stringContaining('describe-stack-events --stack-name app')],
    ['UPDATE_ROLLBACK_FAILED', 'problem', expect.stringContaining('describe-stack-events --stack-name app')],
  ])('given %s, it is %s', (status, expected, mend) => {
    expect(judgeStack({ name: 'app', status }, MENDS)).toMatchObject({ status: expected, ...(mend && { mend }) });
  });

  test('given a reason, it is told', async () => {
    const Stacks = [{ StackStatus: 'DELETE_FAILED', StackStatusReason: 'the bucket is not empty' }];
    const deployed = deployedWith({ DescribeStacksCommand: { Stacks } });
    expect(await stackStatus.run({ deployed, mends: MENDS, now: NOW })).toMatchObject([
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
    ['START_FAILED', 'AccessDenied', 'problem', 'mend what is said there, then: aws pipes start-pipe --name pipe'],
  ])('given that it is %s (%s), that is %s', (current, reason, status, mend) => {
    const state = { current, desired: 'RUNNING', ...(reason !== undefined && { reason }) };
    const finding = judgePipe({ name: 'pipe', state }, MENDS);
    expect([finding.status, finding.mend]).toEqual([status, mend]);
    if (reason !== undefined) expect(finding.detail).toContain(reason);
  });

  test.each(['USER_INITIATED', 'User initiated', 'user-initiated', 'UserInitiated', 'USER_INITIATED.', ''])(
    'given that it is stopped for the reason %j, nothing has failed: what starts it is told, and nothing to mend',
    (reason) => {
      const state = { current: 'STOPPED', desired: 'STOPPED', reason };
      expect(judgePipe({ name: 'pipe', state }, MENDS)).toMatchObject({
        status: 'problem',
        detail: 'it is STOPPED; new rows wait in the stream, which keeps them for 24 hours',
        mend: 'aws pipes start-pipe --name pipe',
      });
    },
  );

  test.each(['User initiated, and the role is gone', 'NOT_USER_INITIATED'])(
    'given the reason %j, it is told',
    (reason) => {
      const state = { current: 'STOPPED', desired: 'STOPPED', reason };
      expect(judgePipe({ name: 'pipe', state }, MENDS).detail).toContain(reason);
    },
  );

  test('given one that runs and is to be stopped, that is a problem', () => {
    const state = { current: 'RUNNING', desired: 'STOPPED' };
    expect(judgePipe({ name: 'pipe', state }, MENDS).status).toBe('problem');
  });

  test('given one that was deleted, what puts it back is told', async () => {
    const deployed = deployedWith({ DescribePipeCommand: awsError('NotFoundException', 'no such pipe') });
    expect(await pipeState.run({ deployed, mends: MENDS, now: NOW })).toMatchObject([
      { status: 'problem', mend: 'put back' },
    ]);
  });
});

describe('the stream', () => {
  const table = { arn: 'T', streamArn: 'T/stream/2', viewType: 'KEYS_ONLY' };

  test('given the one that the pipe reads, it is well, of any view type', () => {
    expect(judgeSource({ tableName: 'users', table, pipeSource: 'T/stream/2' }, MENDS)).toMatchObject({
      status: 'ok',
      detail: 'the pipe reads it (KEYS_ONLY)',
    });
  });

  test('given another one, a deployment with both ARNs is told, and what brings back who was missed', () => {
    const { status, detail, mend } = judgeSource({ tableName: 'users', table, pipeSource: 'T/stream/1' }, MENDS);
    expect(status).toBe('problem');
    expect(detail).toContain('T/stream/1');
    expect(mend).toMatch(/^deploy tableArn=T tableStreamArn=T\/stream\/2 .*npx pipeline reconcile --fix$/);
  });

  test('given a table whose stream is off, how to turn it on is told, though its last stream still has a name', async () => {
    const Table = { TableArn: 'T', LatestStreamArn: 'T/stream/1', StreamSpecification: { StreamEnabled: false } };
    const deployed = deployedWith({ DescribeTableCommand: { Table }, DescribePipeCommand: { Source: 'T/stream/1' } });
    const [finding] = await pipeSource.run({ deployed, mends: MENDS, now: NOW });
    expect(finding).toMatchObject({ status: 'problem', subject: 'users' });
    expect(finding?.mend).toMatch(
      /^aws dynamodb update-table --table-name users --stream-specification StreamEnabled=true/,
    );
  });

  test('given a table that is gone, that is told', async () => {
    const DescribeTableCommand = awsError('ResourceNotFoundException', 'no such table');
    const deployed = deployedWith({ DescribeTableCommand, DescribePipeCommand: { Source: 'x' } });
    expect(await pipeSource.run({ deployed, mends: MENDS, now: NOW })).toMatchObject([
      { status: 'problem', detail: 'there is no such table' },
    ]);
  });

  test('given no pipe, which is told elsewhere, the stream is well', () => {
    expect(judgeSource({ tableName: 'users', table, pipeSource: undefined }, MENDS).status).toBe('ok');
  });
});

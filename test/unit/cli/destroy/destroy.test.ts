import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { destroyStage } from '../../../../cli/commands/destroy/destroy.ts';
import { chooseStage } from '../../../../cli/deployment/stage.ts';
import { awsError } from '../../operations/aws/fake-aws.ts';
import { capture, STACK, world } from '../deployment/world.ts';

const YES = { yes: true };

describe('a destruction', () => {
  let captured: ReturnType<typeof capture>;
  beforeEach(() => {
    captured = capture();
  });
  afterEach(() => captured.restore());

  test('given a stage that keeps nothing, says first what will be deleted, and what stays all the same', async () => {
    const { cdk, effects } = world({ messages: 3 });
    const saidBefore: string[] = [];
    const runCdk = async (args: readonly string[]) => {
      saidBefore.push(captured.written.stderr);
      await effects.runCdk(args);
    };
    await destroyStage(await chooseStage({}), YES, { ...effects, runCdk });
    expect(saidBefore).toEqual([
      `Destroys the stack ${STACK} in account 123456789012, ap-northeast-1
  DELETED  table              users               about 12 rows
  DELETED  archive            Archive             about 24 events
  DELETED  bus                Bus
  DELETED  queue              waiting             about 3 events
  DELETED  dead-letter queue  letters             about 3 dead letters
  DELETED  log                /logs/uri-recorder
  stays    buckets            siu…                2 buckets of users
The buckets belong to no stack: they stay with everything in them, and you keep paying for them. The number includes
buckets of other stages with this prefix, in this account and Region.
! the only record of about 12 users and their buckets will be lost
! 3 events not handled yet will be lost
! 3 dead letters will be lost: npx pipeline dlq list --stack ${STACK} shows them
`,
    ]);
    expect(cdk).toEqual([`destroy ${STACK} -c stage=dev --force`]);
    expect(captured.written.stdout).toContain(`The stack ${STACK} is gone.\n2 buckets of users are left.`);
    expect(captured.written.stdout).toContain('aws s3 rb --force s3://NAME');
  });

  test('given a stage that keeps its data, names what is left and what deletes it', async () => {
    const { effects } = world({ policy: 'RetainExceptOnCreate', messages: 1 });
    await destroyStage(await chooseStage({}), YES, effects);
    const { stderr, stdout } = captured.written;
    expect(stderr).not.toMatch(/DELETED|!/);
    expect(stdout).toMatch(/^ {2}table +users +aws dynamodb delete-table --table-name users$/m);
    expect(stdout).toMatch(/^ {2}log +\/logs\/uri-recorder +aws logs delete-log-group --log-group-name/m);
    expect(stdout).toContain('delete the bus, since its name is taken');
  });

  test('given a protected table that goes with the stack, refuses before anything is done, and says how to remove the protection', async () => {
    const { aws, cdk, effects } = world();
    aws.answer('DescribeTable', () => ({ Table: { ItemCount: 1, DeletionProtectionEnabled: true } }));
    await expect(destroyStage(await chooseStage({}), YES, effects)).rejects.toThrow(
      'aws dynamodb update-table --no-deletion-protection-enabled --table-name users, then destroy again',
    );
    expect(cdk).toEqual([]);
  });

  test('given a protected table that stays, says how to delete it all the same', async () => {
    const { aws, effects } = world({ policy: 'Retain' });
    aws.answer('DescribeTable', () => ({ Table: { ItemCount: 1, DeletionProtectionEnabled: true } }));
    await destroyStage(await chooseStage({}), YES, effects);
    expect(captured.written.stdout).toMatch(
      /aws dynamodb update-table --no-deletion-protection-enabled --table-name users && aws dynamodb delete-table/,
    );
  });

  test.each([
    ['a young table, which DynamoDB has not counted yet', () => ({ Count: 10 }), 'about 10 rows'],
    [
      'one that may not be read either',
      () => {
        throw awsError('AccessDeniedException', 'not authorized to perform: dynamodb:Scan');
      },
      '',
    ],
  ])('given %s, does not take it for empty', async (_, scan, expected) => {
    const { aws, effects } = world();
    aws.answer('DescribeTable', () => ({ Table: { ItemCount: 0 } }));
    aws.answer('Scan', scan);
    await destroyStage(await chooseStage({}), { dryRun: true }, effects);
    const [, line] = /^( {2}DELETED +table .*)$/m.exec(captured.written.stderr) ?? [];
    expect(line?.replace(/^.*users */, '')).toBe(expected);
  });

  test('given a table that is not the stack’s, says that it stays', async () => {
    const { effects } = world({ without: ['UserTable10A9D000'], outputs: { UsersTableName: 'USER-DB' } });
    await destroyStage(await chooseStage({}), { dryRun: true }, effects);
    expect(captured.written.stderr).toMatch(/^ {2}stays +table +USER-DB +the stack only uses it$/m);
  });

  test.each([
    [{ EnableTerminationProtection: true }, 'update-termination-protection --no-enable-termination-protection'],
    [{ StackStatus: 'DELETE_IN_PROGRESS' }, 'is being changed (DELETE_IN_PROGRESS); wait until that is done'],
  ])('given a stack with %j, says what there is, and refuses with what to do', async (stack, problem) => {
    const { cdk, effects } = world({ stack });
    await expect(destroyStage(await chooseStage({}), YES, effects)).rejects.toThrow(problem);
    expect(captured.written.stderr).toContain('2 buckets of users');
    expect(cdk).toEqual([]);
  });

  test('given no such stack, there is nothing to destroy', async () => {
    const { cdk, described, effects } = world();
    described[STACK] = undefined;
    await expect(destroyStage(await chooseStage({}), YES, effects)).rejects.toThrow(
      `there is no stack ${STACK} in this account and Region`,
    );
    expect(cdk).toEqual([]);
  });

  test('given --dry-run, or no terminal, does nothing', async () => {
    const { cdk, effects } = world();
    await destroyStage(await chooseStage({}), { dryRun: true }, effects);
    await expect(destroyStage(await chooseStage({}), {}, effects)).rejects.toThrow(
      'there is no terminal to ask for confirmation',
    );
    expect(cdk).toEqual([]);
  });
});

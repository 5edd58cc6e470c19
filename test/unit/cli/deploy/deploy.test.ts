import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deployStage } from '../../../../cli/commands/deploy/deploy.ts';
import { chooseStage } from '../../../../cli/deployment/stage.ts';
import { capture, noSuchStack, STACK, world } from '../deployment/world.ts';

const tableArn = 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/USER-DB';
const tableStreamArn = `${tableArn}/stream/2026-03-01T12:00:00.000`;
const EXISTING = { stage: 'dev', context: [`tableArn=${tableArn}`, `tableStreamArn=${tableStreamArn}`] };
const TABLE = {
  TableName: 'USER-DB',
  KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'userId', AttributeType: 'S' }],
  LatestStreamArn: tableStreamArn,
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
};
const YES = { yes: true };

describe('a deployment', () => {
  let captured: ReturnType<typeof capture>;
  beforeEach(() => {
    captured = capture();
  });
  afterEach(() => captured.restore());

  test('given a new stage, says where and what, has the CDK deploy it, and shows outputs and what comes next', async () => {
    const { cdk, described, effects } = world();
    const deployed = described[STACK];
    described[STACK] = undefined;
    const runCdk = async (args: readonly string[]) => {
      await effects.runCdk(args);
      described[STACK] = deployed;
    };
    await deployStage(await chooseStage({ stage: 'dev' }), YES, { ...effects, runCdk });
    expect(cdk).toEqual([`deploy ${STACK} -c stage=dev --require-approval never`]);
    expect(captured.written.stderr).toBe(
      `Stage dev: the stack ${STACK} in account 123456789012, ap-northeast-1
  stack     is new
  table     the stack creates one (key userId)
  data      is deleted with the stack, except for the buckets of users (removalPolicy destroy)
  deletion  is possible
Deployed. Next:
  npx pipeline register alice --wait --stack ${STACK}  sign up, and see the bucket
  npx pipeline doctor --stack ${STACK}                 check each part of the pipeline
`,
    );
    expect(captured.written.stdout).toMatch(/^BucketNamePrefix +siu$/m);
  });

  test('given a Region that lacks a part of the stack, says so before it asks', async () => {
    const { described, effects } = world();
    described.CDKToolkit = {
      StackName: 'CDKToolkit',
      StackId: 'arn:aws:cloudformation:ap-east-2:123456789012:stack/CDKToolkit/1',
    };
    described[STACK] = undefined;
    await deployStage(await chooseStage({ stage: 'prod' }), { dryRun: true }, effects);
    expect(captured.written.stderr).toMatch(/^! ap-east-2 lacks EventBridge Pipes .*: choose another Region$/m);
  });

  test('given --dry-run, says the same and does nothing', async () => {
    const { cdk, effects } = world();
    await deployStage(await chooseStage({ stage: 'prod' }), { dryRun: true }, effects);
    expect(captured.written.stderr).toContain('is refused by CloudFormation (terminationProtection)');
    expect(captured.written.stderr).toContain('stays when the stack is deleted (removalPolicy retain)');
    expect(cdk).toEqual([]);
  });

  test('given no terminal, is refused before anything is looked at', async () => {
    const { aws, effects } = world();
    await expect(deployStage(await chooseStage({}), {}, effects)).rejects.toThrow(
      'there is no terminal to ask for confirmation',
    );
    expect(aws.calls).toEqual([]);
  });

  test.each([
    ['an account without the CDK’s bootstrap stack, which says how to make one', [], 'run npx cdk bootstrap once'],
    ['one whose bootstrap stack has another name', [{ OutputKey: 'BootstrapVersion', OutputValue: '30' }], undefined],
  ])('given %s', async (_, Outputs, problem) => {
    const { aws, cdk, described, effects } = world();
    const renamed = { StackId: 'arn:aws:cloudformation:ap-northeast-1:123456789012:stack/Other/1', Outputs };
    aws.answer('DescribeStacks', ({ StackName }) => {
      if (StackName === undefined) return { Stacks: [renamed] };
      if (StackName === STACK) return { Stacks: [described[STACK]] };
      throw noSuchStack(StackName);
    });
    const done = deployStage(await chooseStage({}), YES, effects);
    if (problem === undefined) await done;
    else await expect(done).rejects.toThrow(problem);
    expect(cdk).toHaveLength(problem === undefined ? 1 : 0);
  });

  test('given a stack that is being changed, does not wait and says so', async () => {
    const { cdk, effects } = world({ stack: { StackStatus: 'UPDATE_IN_PROGRESS' } });
    await expect(deployStage(await chooseStage({}), YES, effects)).rejects.toThrow(
      `the stack ${STACK} is being changed (UPDATE_IN_PROGRESS); wait until that is done, then deploy again`,
    );
    expect(cdk).toEqual([]);
  });

  test('given an existing table, names its view, and how to find users without a bucket', async () => {
    const { aws, cdk, effects } = world({ without: ['UserTable10A9D000'], outputs: { UsersTableName: 'USER-DB' } });
    aws.answer('DescribeTable', () => ({ Table: TABLE }));
    await deployStage(await chooseStage(EXISTING), YES, effects);
    const { stderr } = captured.written;
    expect(stderr).toContain('USER-DB, an existing table (key userId, stream shows KEYS_ONLY)');
    expect(stderr).toContain(`npx pipeline reconcile --stack ${STACK}`);
    expect(stderr).not.toContain('!');
    expect(cdk).toHaveLength(1);
  });

  test('given a table that it cannot use, deploys nothing, and says how to fix that', async () => {
    const { aws, cdk, effects } = world();
    aws.answer('DescribeTable', () => ({ Table: { ...TABLE, LatestStreamArn: `${tableArn}/stream/later` } }));
    await expect(deployStage(await chooseStage(EXISTING), YES, effects)).rejects.toThrow(
      `the pipeline cannot use ${tableArn}; nothing was deployed:\n${tableStreamArn} is no longer the table's stream`,
    );
    expect(cdk).toEqual([]);
  });

  test('given a table elsewhere, does not ask for one of that name here', async () => {
    const { aws, effects } = world();
    const context = EXISTING.context.map((value) => value.replaceAll('ap-northeast-1', 'eu-west-1'));
    await expect(deployStage(await chooseStage({ context }), YES, effects)).rejects.toThrow('set AWS_REGION');
    expect(aws.inputs('DescribeTable')).toEqual([]);
  });

  test.each([
    ['Delete', "USER-DB replaces the stack's own table users, which will be DELETED, with about 12 rows"],
    ['RetainExceptOnCreate', "USER-DB replaces the stack's own table users, which is kept outside of the stack"],
  ])('given another table in the place of the stack’s own, whose policy is %s, warns', async (policy, warning) => {
    const { aws, effects } = world({ policy });
    aws.answer('DescribeTable', ({ TableName }) => ({ Table: TableName === 'users' ? { ItemCount: 12 } : TABLE }));
    await deployStage(await chooseStage(EXISTING), { dryRun: true }, effects);
    expect(captured.written.stderr).toContain(`! ${warning}\n`);
  });

  test.each([
    ['the ARNs left out', {}, { UsersTableName: 'USER-DB' }, 'new users in USER-DB will get no bucket'],
    ['another table', EXISTING, { UsersTableName: 'OLD' }, 'new users in OLD will get no bucket'],
  ])('given a stage with an existing table, and %s, warns', async (_, options, outputs, warning) => {
    const { aws, effects } = world({ without: ['UserTable10A9D000'], outputs });
    aws.answer('DescribeTable', () => ({ Table: TABLE }));
    await deployStage(await chooseStage(options), { dryRun: true }, effects);
    expect(captured.written.stderr).toContain(`! ${warning}`);
  });

  test.each([
    [
      { UserIdAttribute: 'id' },
      'another key (userId) creates a new, empty table; users will be DELETED, with about 12 rows',
    ],
    [{ BucketNamePrefix: 'x' }, 'new buckets get other names'],
    [{ BucketNamespace: 'global' }, 'new buckets get other names'],
  ])('given a stack that was deployed with %j, warns', async (outputs, warning) => {
    const { effects } = world({ outputs });
    await deployStage(await chooseStage({}), { dryRun: true }, effects);
    expect(captured.written.stderr).toContain(`! ${warning}`);
  });
});

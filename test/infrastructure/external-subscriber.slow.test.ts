import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { type Context, synthesize } from '../../cdk/synthesize.ts';
import { loadSpecification } from '../../tools/checks/specification.ts';
import type { StageTemplate } from '../../tools/stage-template.ts';
import { findUndecidedRemovals } from './support/removal-checks.ts';
import { actionsOf, arnOf, resource, statementsOfQueue, statementsOfRole } from './support/template.ts';
import { findTemplateProblems } from './support/template-validator.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const EXAMPLE = join(ROOT, 'examples', 'external-subscriber');

/** In a process of its own: the stack's file imports esbuild, which refuses to run among Jest's globals. */
const FIND_VIOLATIONS = `
  import { App } from 'aws-cdk-lib';
  import { Code } from 'aws-cdk-lib/aws-lambda';
  import { AwsSolutionsChecks } from 'cdk-nag';
  import { BucketDirectoryStack } from './examples/external-subscriber/bucket-directory-stack.ts';
  const stack = new BucketDirectoryStack(new App(), 'Directory', { stage: 'dev', code: Code.fromInline('//') });
  const { violations } = new AwsSolutionsChecks().validateScope(stack);
  console.log(JSON.stringify(violations.map(({ ruleName }) => ruleName)));
`;

describe("another team's stack", () => {
  let outdir: string;
  let template: Template;
  let ofProd: Template;

  const synthesized = async (stage: string, context: Context = {}): Promise<Template> => {
    await synthesize({ folder: EXAMPLE, outdir: join(outdir, stage), context });
    const file = join(outdir, stage, `bucket-directory-${stage}.template.json`);
    return Template.fromJSON(JSON.parse(await readFile(file, 'utf8')));
  };

  beforeAll(async () => {
    outdir = await mkdtemp(join(tmpdir(), 'external-subscriber-'));
    [template, ofProd] = await Promise.all([synthesized('dev'), synthesized('prod', { stage: 'prod' })]);
  });

  afterAll(() => rm(outdir, { recursive: true, force: true }));

  test('finds the bus of its stage by the parameter that CloudFormation reads when it deploys', () => {
    expect(parameterOfBus(template)[1]).toMatchObject({
      Type: 'AWS::SSM::Parameter::Value<String>',
      Default: '/user-bucket-pipeline/dev/event-bus-arn',
    });
    expect(parameterOfBus(ofProd)[1].Default).toBe('/user-bucket-pipeline/prod/event-bus-arn');
  });

  test('given a misspelt context value, is not synthesized as another stage, and says what was meant', async () => {
    const folder = join(outdir, 'misspelt');
    const refused = synthesize({ folder: EXAMPLE, outdir: folder, context: { stgae: 'prod' }, name: 'the directory' });
    await expect(refused).rejects.toThrow(
      /^the directory cannot be synthesized: stgae is no context value of this project .*; did you mean stage\?$/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test("holds no bus, and takes nothing else from the bus team's stack", () => {
    template.resourceCountIs('AWS::Events::EventBus', 0);
    expect(JSON.stringify(template.toJSON())).not.toMatch(/"Fn::ImportValue"|"Export"|user-bucket-pipeline-dev/);
  });

  test('listens on that bus to new buckets alone, with a queue and a dead-letter queue of its own', () => {
    const [queueId, queue] = resource(template, 'AWS::SQS::Queue', 'BucketDirectoryQueue');
    const [dlqId] = resource(template, 'AWS::SQS::Queue', 'BucketDirectoryDeadLetters');
    const [ruleId, rule] = resource(template, 'AWS::Events::Rule');
    const lastPart = { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: parameterOfBus(template)[0] }] }] };
    expect(rule.Properties).toMatchObject({
      EventBusName: { 'Fn::Select': [1, { 'Fn::Split': ['/', lastPart] }] },
      EventPattern: { source: ['bucket-service'], 'detail-type': ['BucketCreated'] },
      State: 'ENABLED',
    });
    expect(rule.Properties.Targets).toEqual([
      expect.objectContaining({ Arn: arnOf(queueId), DeadLetterConfig: { Arn: arnOf(dlqId) } }),
    ]);
    expect(queue.Properties.RedrivePolicy.deadLetterTargetArn).toEqual(arnOf(dlqId));
    for (const id of [queueId, dlqId]) {
      const allowed = statementsOfQueue(template, id).filter(({ Effect }) => Effect === 'Allow');
      expect(allowed.map(({ Condition }) => Condition)).toEqual([{ ArnEquals: { 'aws:SourceArn': arnOf(ruleId) } }]);
    }
  });

  test('has one function, which that queue feeds and which knows its table', () => {
    const [functionId, { Properties }] = resource(template, 'AWS::Lambda::Function');
    const [, delivery] = resource(template, 'AWS::Lambda::EventSourceMapping');
    const [queueId] = resource(template, 'AWS::SQS::Queue', 'BucketDirectoryQueue');
    expect(delivery.Properties).toMatchObject({ EventSourceArn: arnOf(queueId), FunctionName: { Ref: functionId } });
    expect(Properties.Environment.Variables).toEqual({
      POWERTOOLS_SERVICE_NAME: 'bucket-directory',
      POWERTOOLS_METRICS_NAMESPACE: 'UserBucketPipeline/bucket-directory-dev',
      DIRECTORY_TABLE_NAME: { Ref: resource(template, 'AWS::DynamoDB::Table')[0] },
    });
  });

  test('may write its log, take from its queue, send traces and put rows into its own table: nothing else', () => {
    const granted = statementsOfRole(template, 'BucketDirectoryRole').map((each) => [each.Resource, actionsOf(each)]);
    expect(granted).toEqual([
      [arnOf(resource(template, 'AWS::Logs::LogGroup')[0]), ['logs:CreateLogStream', 'logs:PutLogEvents']],
      [
        arnOf(resource(template, 'AWS::SQS::Queue', 'BucketDirectoryQueue')[0]),
        ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      ],
      ['*', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments']],
      [arnOf(resource(template, 'AWS::DynamoDB::Table')[0]), ['dynamodb:PutItem']],
    ]);
    const [, role] = resource(template, 'AWS::IAM::Role');
    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  test('holds nothing that CloudFormation would refuse, and a decision on what becomes of each resource', () => {
    const specification = loadSpecification();
    const isStateful = (type: string) => specification.resourceType(type)?.isStateful ?? false;
    for (const each of [template, ofProd].map((synthesized) => synthesized.toJSON() as StageTemplate)) {
      expect(findTemplateProblems(each, specification)).toEqual([]);
      expect(findUndecidedRemovals(each, isStateful)).toEqual([]);
    }
  });

  test('leaves its table, log and dead letters behind when it is deleted, and nothing else', () => {
    const left = Object.values<{ Type: string; DeletionPolicy?: string }>(template.toJSON().Resources)
      .filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete')
      .map(({ Type, DeletionPolicy }) => [Type, DeletionPolicy]);
    expect(left.sort()).toEqual([
      ['AWS::DynamoDB::Table', 'RetainExceptOnCreate'],
      ['AWS::Logs::LogGroup', 'RetainExceptOnCreate'],
      ['AWS::SQS::Queue', 'RetainExceptOnCreate'],
    ]);
  });

  test('holds nothing that the AwsSolutions rules of cdk-nag find unexplained', async () => {
    const args = ['--input-type=module', '-e', FIND_VIOLATIONS];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    expect(JSON.parse(stdout)).toEqual([]);
  });
});

/** The one besides that of the CDK's own bootstrap version. */
function parameterOfBus(template: Template): [id: string, { Type: string; Default: string }] {
  const found = Object.entries(template.findParameters('*')).filter(([id]) => id !== 'BootstrapVersion');
  expect(found).toHaveLength(1);
  return found[0] as [string, { Type: string; Default: string }];
}

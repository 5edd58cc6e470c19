import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { synthesize } from '../../cdk/synthesize.ts';
import { type Engine, startEngine } from '../../packages/local-engine/engine.ts';
import { busPoliciesOf } from '../../packages/local-engine/eventbridge/index.ts';
import { type AccessRequest, judge } from '../../packages/local-engine/iam/evaluation.ts';
import { loadSpecification } from '../../tools/checks/specification.ts';
import type { StageTemplate } from '../../tools/stage-template.ts';
import { type ChangedAssembly, madeUpAssembly, type Resources } from '../support/changed-assembly.ts';
import { findUndecidedRemovals } from './support/removal-checks.ts';
import { actionsOf, resource } from './support/template.ts';
import { findTemplateProblems } from './support/template-validator.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'external-subscriber');
const REGION = 'ap-northeast-1';
/** The account of the bus; the two that may subscribe, one by its organization; and a stranger. */
const [OURS, LISTED, MEMBER, STRANGER] = ['111111111111', '222222222222', '333333333333', '444444444444'];
const ORGANIZATION = 'o-a1b2c3d4e5';

let outdir: string;
let pipeline: Engine;
let busArn: string;
let theirs: Template;
const opened: { stop(): Promise<unknown> }[] = [];
const assemblies: ChangedAssembly[] = [];

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'other-accounts-'));
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8'));
  const busSubscribers = { accounts: [LISTED], organizations: [ORGANIZATION] };
  const ours = join(outdir, 'ours');
  await synthesize({
    outdir: ours,
    context: { stage: 'dev', stages: { dev: { ...context.stages.dev, busSubscribers } } },
  });
  pipeline = await engine(ours, OURS);
  busArn = output(pipeline, 'EventBusArn');

  const example = join(outdir, 'theirs');
  await synthesize({ folder: EXAMPLE, outdir: example, context: { busArn } });
  theirs = Template.fromJSON(JSON.parse(await readFile(join(example, 'bucket-directory-dev.template.json'), 'utf8')));
});
afterAll(async () => {
  for (const each of opened) await each.stop();
  for (const each of assemblies) await each.remove();
  await rm(outdir, { recursive: true, force: true });
});

async function engine(assembly: string, accountId: string | undefined): Promise<Engine> {
  const started = await startEngine({
    assemblies: [assembly],
    port: 0,
    region: REGION,
    ...(accountId && { accountId }),
  });
  opened.push(started);
  return started;
}

function output({ stacks }: Engine, key: string): string {
  return stacks.flatMap(({ outputs }) => outputs).find((each) => each.key === key)?.value ?? '';
}

/** What the policies of a bus say to a call from another account. */
function verdict({ services }: Engine, request: Omit<AccessRequest, 'principal'> & { account?: string | undefined }) {
  const { account, context, ...rest } = request;
  return judge(busPoliciesOf(services, rest.resource), {
    ...rest,
    principal: { arn: `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role` },
    context: {
      'aws:principalaccount': account,
      ...(account === MEMBER && { 'aws:principalorgid': ORGANIZATION }),
      ...(account === STRANGER && { 'aws:principalorgid': 'o-zzzzzzzzzz' }),
      ...context,
    },
  });
}

describe('the bus of a stage that lists other accounts', () => {
  const ruleArn = () => `${busArn.replace(':event-bus/', ':rule/')}/directory`;
  const ask = (action: string, account: string | undefined, context: AccessRequest['context'] = {}) =>
    verdict(pipeline, { action: `events:${action}`, resource: ruleArn(), account, context });
  const busIn = (account: string | undefined) => [`arn:aws:events:${REGION}:${account}:event-bus/directory`];

  test.each([
    ['the listed account', LISTED, 'allowed'],
    ['an account of the listed organization', MEMBER, 'allowed'],
    ['an account of another organization', STRANGER, 'unmentioned'],
    ['its own account, whose roles have policies of their own', OURS, 'unmentioned'],
  ] as const)('given %s (%s), a new rule, and every change of it, is %s', (_, account, expected) => {
    expect(ask('PutRule', account)).toBe(expected);
    expect(ask('PutTargets', account, { 'events:creatoraccount': account, 'events:targetarn': busIn(account) })).toBe(
      expected,
    );
    for (const action of ['DescribeRule', 'ListTargetsByRule', 'RemoveTargets', 'DeleteRule', 'TagResource']) {
      expect(ask(action, account, { 'events:creatoraccount': account })).toBe(expected);
    }
  });

  test.each([LISTED, MEMBER])('%s may not see or change the rule of somebody else', (account) => {
    for (const other of [OURS, STRANGER, account === LISTED ? MEMBER : LISTED]) {
      for (const action of ['PutRule', 'DescribeRule', 'RemoveTargets', 'DeleteRule', 'DisableRule']) {
        expect(ask(action, account, { 'events:creatoraccount': other })).toBe('unmentioned');
      }
    }
  });

  test.each([LISTED, MEMBER])('%s may send to its own buses, and to nothing of a third account', (account) => {
    for (const target of [...busIn(STRANGER), ...busIn(OURS), `arn:aws:sqs:${REGION}:${account}:queue`]) {
      const context = { 'events:creatoraccount': account, 'events:targetarn': [...busIn(account), target] };
      expect(ask('PutTargets', account, context)).toBe('unmentioned');
    }
  });

  test.each([LISTED, MEMBER])('%s may not put events on it, nor change the bus', (account) => {
    for (const action of ['PutEvents', 'DeleteEventBus', 'PutPermission', 'CreateArchive', 'StartReplay']) {
      for (const arn of [busArn, ruleArn()]) {
        expect(verdict(pipeline, { action: `events:${action}`, resource: arn, account, context: {} })).toBe(
          'unmentioned',
        );
      }
    }
  });

  test('is like any other for the pipeline itself', () => {
    expect(pipeline.services.busPolicies.size).toBe(2);
    expect(verdict(pipeline, { action: 'events:PutEvents', resource: busArn, account: OURS, context: {} })).toBe(
      'unmentioned',
    );
  });
});

describe("another team's stack, in an account of its own", () => {
  test('makes a rule on the bus of the other account, which sends to a bus of its own', () => {
    const [busId] = resource(theirs, 'AWS::Events::EventBus');
    const [, rule] = ruleOn(busArn);
    expect(rule.Properties).toMatchObject({
      EventPattern: { source: ['bucket-service'], 'detail-type': ['BucketCreated'] },
      Targets: [{ Arn: { 'Fn::GetAtt': [busId, 'Arn'] }, RetryPolicy: { MaximumRetryAttempts: 185 } }],
    });
    expect(rule.Properties.Targets[0].DeadLetterConfig).toBeDefined();
    expect(rule.Properties.Name.length).toBeLessThanOrEqual(64);
  });

  test('subscribes to that bus, as it would in the account of the pipeline', () => {
    const [busId] = resource(theirs, 'AWS::Events::EventBus');
    const [, own] = Object.entries(theirs.findResources('AWS::Events::Rule')).find(
      ([, { Properties }]) => Properties.EventBusName !== busArn,
    ) as [string, { Properties: Record<string, unknown> }];
    expect(own.Properties).toMatchObject({
      EventBusName: { Ref: busId },
      EventPattern: { source: ['bucket-service'], 'detail-type': ['BucketCreated'] },
    });
    expect(Object.keys(theirs.findParameters('*')).filter((id) => id !== 'BootstrapVersion')).toEqual([]);
  });

  test('lets that rule alone put events on its bus, and dead letters into its queue', async () => {
    const [busId, bus] = resource(theirs, 'AWS::Events::EventBus');
    const [policyId, policy] = resource(theirs, 'AWS::Events::EventBusPolicy');
    const [queueId] = resource(theirs, 'AWS::SQS::Queue', 'PipelineDeadLetters');
    const [id, queuePolicy] = resource(theirs, 'AWS::SQS::QueuePolicy', 'PipelineDeadLetters');
    const resources = { [busId]: bus, [policyId]: policy, [id]: queuePolicy } as unknown as Resources;
    const queue = theirs.findResources('AWS::SQS::Queue')[queueId] as Resources[string];
    const assembly = await madeUpAssembly('directory', {
      Resources: { ...resources, [queueId]: queue },
      Outputs: {
        BusArn: { Value: { 'Fn::GetAtt': [busId, 'Arn'] } },
        QueueArn: { Value: { 'Fn::GetAtt': [queueId, 'Arn'] } },
      },
    });
    assemblies.push(assembly);
    const directory = await engine(assembly.folder, LISTED);
    const name = ruleOn(busArn)[1].Properties.Name;
    const ruleArn = `${busArn.replace(':event-bus/', ':rule/')}/${name}`;
    const put = (account: string | undefined, sourceArn: string) =>
      verdict(directory, {
        action: 'events:PutEvents',
        resource: output(directory, 'BusArn'),
        account,
        context: { 'aws:sourcearn': sourceArn },
      });
    expect(put(OURS, ruleArn)).toBe('allowed');
    expect(put(OURS, `${ruleArn}-2`)).toBe('unmentioned');
    expect(put(STRANGER, ruleArn)).toBe('unmentioned');

    const queueArn = output(directory, 'QueueArn');
    const policies = [...(directory.services.queues.find(queueArn)?.policies.values() ?? [])];
    const send = (sourceArn: string) =>
      judge(policies, {
        principal: { service: 'events.amazonaws.com' },
        action: 'sqs:SendMessage',
        resource: queueArn,
        context: { 'aws:sourcearn': sourceArn, 'aws:securetransport': 'true' },
      });
    expect(send(ruleArn)).toBe('allowed');
    expect(send(`${ruleArn}-2`)).toBe('unmentioned');
  });

  test('needs no more of the account of the bus than it may', () => {
    const [, rule] = ruleOn(busArn);
    const resourceArn = `${busArn.replace(':event-bus/', ':rule/')}/${rule.Properties.Name}`;
    const asked = ['PutRule', 'PutTargets', 'DescribeRule', 'ListTargetsByRule', 'RemoveTargets', 'DeleteRule'];
    for (const action of asked) {
      expect(
        verdict(pipeline, { action: `events:${action}`, resource: resourceArn, account: LISTED, context: {} }),
      ).toBe('allowed');
    }
    expect(actionsOf(resource(theirs, 'AWS::Events::EventBusPolicy')[1].Properties.Statement)).toEqual([
      'events:PutEvents',
    ]);
  });

  test('holds nothing that CloudFormation would refuse, and a decision on what becomes of each resource', () => {
    const specification = loadSpecification();
    const isStateful = (type: string) => specification.resourceType(type)?.isStateful ?? false;
    const template = theirs.toJSON() as StageTemplate;
    expect(findTemplateProblems(template, specification)).toEqual([]);
    expect(findUndecidedRemovals(template, isStateful)).toEqual([]);
  });

  test.each(['dev', 'arn:aws:sns:ap-northeast-1:111111111111:topic'])('given %s as bus, is refused', async (wrong) => {
    const refused = synthesize({ folder: EXAMPLE, outdir: join(outdir, 'wrong'), context: { busArn: wrong } });
    await expect(refused).rejects.toThrow(/busArn must be the ARN of a bus, written out; got /);
  });
});

function ruleOn(bus: string) {
  const found = Object.entries(theirs.findResources('AWS::Events::Rule')).filter(
    ([, { Properties }]) => Properties.EventBusName === bus,
  );
  expect(found).toHaveLength(1);
  return found[0] as [string, { Properties: ReturnType<typeof resource>[1]['Properties'] }];
}

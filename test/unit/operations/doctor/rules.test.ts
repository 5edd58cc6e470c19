import { describe, expect, test } from '@jest/globals';
import { registrationTemplate } from '../../../../cdk/constructs/registration-pipe.ts';
import {
  pipeVersionFinding,
  type RuleFacts,
  requestedVersions,
  ruleFinding,
  rules,
  ruleVersionFinding,
  schemaVersions,
  versionIn,
} from '../../../../operations/doctor/rules.ts';
import { awsError, deployedWith, FIXES, STACK } from './fakes.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:bucket-queue';
const DLQ = 'arn:aws:sqs:eu-west-1:123456789012:bucket-dlq';
const WELL: RuleFacts = {
  subscriber: 'bucket-service',
  bus: 'bus',
  rule: 'bucket-rule',
  state: 'ENABLED',
  targets: [{ Id: 'T', Arn: QUEUE, DeadLetterConfig: { Arn: DLQ } }],
  queueArn: QUEUE,
  dlqArn: DLQ,
};

test.each<[string, Partial<RuleFacts>, string, string | undefined]>([
  ['as it was deployed', {}, 'ok', undefined],
  ['with another target besides', { targets: [{ Id: 'o', Arn: 'other' }, ...WELL.targets] }, 'ok', undefined],
  ['disabled', { state: 'DISABLED' }, 'problem', 'aws events enable-rule --name bucket-rule --event-bus-name bus'],
  ['deleted', { state: undefined, targets: [] }, 'problem', 'recreate'],
  ['without its target', { targets: [{ Id: 'o', Arn: 'other' }] }, 'problem', putTargets('Target0')],
  ['without dead-letter queue', { targets: [{ Id: 'T', Arn: QUEUE }] }, 'problem', putTargets('T')],
  [
    'with another dead-letter queue',
    { targets: [{ Id: 'T', Arn: QUEUE, DeadLetterConfig: { Arn: 'x' } }] },
    'problem',
    putTargets('T'),
  ],
])('given a rule %s', (_, facts, status, fix) => {
  const finding = ruleFinding({ ...WELL, ...facts }, FIXES);
  expect([finding.status, finding.fix]).toEqual([status, fix]);
});

function putTargets(Id: string): string {
  const targets = JSON.stringify([{ Id, Arn: QUEUE, DeadLetterConfig: { Arn: DLQ } }]);
  return `aws events put-targets --rule bucket-rule --event-bus-name bus --targets '${targets}'`;
}

describe('the rules of a stack', () => {
  const target = (name: string) => ({
    Id: 'T',
    Arn: `arn:aws:sqs:eu-west-1:123456789012:${name}-queue`,
    DeadLetterConfig: { Arn: `arn:aws:sqs:eu-west-1:123456789012:${name}-dlq` },
  });
  const ListTargetsByRuleCommand = ({ Rule }: Readonly<Record<string, unknown>>) => ({
    Targets: [target(String(Rule).replace('-rule', ''))],
  });

  test('given one that is disabled, that subscriber alone is named', async () => {
    const DescribeRuleCommand = ({ Name }: Readonly<Record<string, unknown>>) => ({
      State: Name === 'uri-rule' ? 'DISABLED' : 'ENABLED',
    });
    const deployed = deployedWith({ DescribeRuleCommand, ListTargetsByRuleCommand });
    const findings = await rules.run({ deployed, fixes: FIXES, now: 0 });
    expect(findings.map(({ subject, status }) => [subject, status])).toEqual([
      ['bucket-service', 'ok'],
      ['uri-recorder', 'problem'],
    ]);
  });

  test('given rules that are gone, each is a problem', async () => {
    const missing = awsError('ResourceNotFoundException', 'no such rule');
    const deployed = deployedWith({ DescribeRuleCommand: missing, ListTargetsByRuleCommand: missing });
    const findings = await rules.run({ deployed, fixes: FIXES, now: 0 });
    expect(findings.map(({ status, fix }) => [status, fix])).toEqual([
      ['problem', 'recreate'],
      ['problem', 'recreate'],
    ]);
  });
});

const KNOWN = { UserRegistered: [1, 2], BucketCreated: [1] };

describe('what the pipe publishes', () => {
  test('the version is read from the template that the stack makes', () => {
    expect(versionIn(registrationTemplate('userId', 12))).toBe(12);
    expect(versionIn('{"data": <$.dynamodb.Keys>}')).toBeUndefined();
  });

  test.each([
    ['UserRegistered', 2, 'ok', undefined],
    ['UserRegistered', 1, 'warning', 'deploy'],
    ['UserRegistered', 3, 'problem', 'git pull'],
    ['UserRegistered', 0, 'problem', 'deploy'],
    ['UserRegistered', undefined, 'problem', 'deploy'],
    ['SignedUp', 1, 'problem', 'deploy'],
  ])('given %s of version %s, that is %s', (detailType, version, status, fix) => {
    const finding = pipeVersionFinding({ pipe: 'pipe', detailType, version }, KNOWN, FIXES);
    expect([finding.status, finding.fix]).toEqual([status, fix]);
  });
});

describe('what rules ask for', () => {
  const published = [{ pipe: 'pipe', detailType: 'UserRegistered', version: 2 }];

  test.each([
    ['any version', { detailTypes: ['UserRegistered'], versions: undefined }, 'ok'],
    ['the version that the pipe publishes', { detailTypes: ['UserRegistered'], versions: [2] }, 'ok'],
    ['an older version, beside the one of the pipe', { detailTypes: ['UserRegistered'], versions: [1, 2] }, 'ok'],
    ['a version that the pipe published once', { detailTypes: ['UserRegistered'], versions: [1] }, 'problem'],
    ['a version of a service’s event that is known', { detailTypes: ['BucketCreated'], versions: [1] }, 'ok'],
    ['a version of a service’s event that is not known', { detailTypes: ['BucketCreated'], versions: [2] }, 'problem'],
  ])('given %s', (_, asked, status) => {
    expect(ruleVersionFinding({ subscriber: 'mail', ...asked }, published, KNOWN, FIXES).status).toBe(status);
  });

  test('given a rule that gets nothing, the fix names the version to set', () => {
    const asked = { subscriber: 'mail', detailTypes: ['UserRegistered'], versions: [1] };
    expect(ruleVersionFinding(asked, published, KNOWN, FIXES)).toMatchObject({
      detail: 'its rule takes only UserRegistered of version 1, which is not published: it gets no events',
      fix: 'set schemaVersion in services/mail/subscription.ts to 2, then: deploy',
    });
  });

  test.each([
    [undefined, 'its rule takes UserRegistered of any version, where userId begins with test-'],
    [[2], 'its rule takes only UserRegistered of version 2, where userId begins with test-'],
  ])('given a rule of versions %j that chooses by content, says which events it takes', (versions, detail) => {
    const pattern = {
      'detail-type': ['UserRegistered'],
      detail: { ...(versions && { metadata: { schemaVersion: versions } }), data: { userId: [{ prefix: 'test-' }] } },
    };
    const asked = { subscriber: 'mail', ...requestedVersions(JSON.stringify(pattern)) };
    expect(ruleVersionFinding(asked, published, KNOWN, FIXES)).toMatchObject({ status: 'ok', detail });
  });

  test('the pattern is read as EventBridge has it', () => {
    const pattern = { 'detail-type': ['A'], detail: { metadata: { schemaVersion: [1] } }, source: ['x'] };
    expect(requestedVersions(JSON.stringify(pattern))).toEqual({ detailTypes: ['A'], versions: [1], condition: '' });
    const none = { detailTypes: [], versions: undefined, condition: '' };
    expect(requestedVersions('{"source":["x"]}')).toEqual(none);
    expect(requestedVersions(undefined)).toEqual(none);
  });
});

test('given a pipeline of this checkout, pipe and rules are in step', async () => {
  const DescribePipeCommand = {
    TargetParameters: {
      InputTemplate: registrationTemplate('userId', 1),
      EventBridgeEventBusParameters: { DetailType: 'UserRegistered' },
    },
  };
  const EventPattern = JSON.stringify({
    'detail-type': ['UserRegistered'],
    detail: { metadata: { schemaVersion: [1] } },
  });
  const deployed = deployedWith({ DescribePipeCommand, DescribeRuleCommand: { EventPattern } });
  const findings = await schemaVersions.run({ deployed, fixes: FIXES, now: 0 });
  expect(findings.map(({ subject, status }) => [subject, status])).toEqual([
    ['pipe', 'ok'],
    ['bucket-service', 'ok'],
    ['uri-recorder', 'ok'],
  ]);
});

test('given a pipe of deletions as well, its version is checked too, and a rule that asks for another one gets nothing', async () => {
  const stack = { ...STACK, outputs: { ...STACK.outputs, DeletionPipeName: 'deletions' } };
  const DescribePipeCommand = ({ Name }: Readonly<Record<string, unknown>>) => {
    const [DetailType, version] = Name === 'pipe' ? ['UserRegistered', 1] : ['UserDeleted', 7];
    return {
      TargetParameters: {
        InputTemplate: `{"metadata":{"schemaVersion": ${version}}}`,
        EventBridgeEventBusParameters: { DetailType },
      },
    };
  };
  const EventPattern = JSON.stringify({
    'detail-type': ['UserDeleted'],
    detail: { metadata: { schemaVersion: [1] } },
  });
  const deployed = deployedWith({ DescribePipeCommand, DescribeRuleCommand: { EventPattern } }, stack);
  const findings = await schemaVersions.run({ deployed, fixes: FIXES, now: 0 });
  expect(findings.map(({ subject, status }) => [subject, status])).toEqual([
    ['pipe', 'ok'],
    ['deletions', 'problem'],
    ['bucket-service', 'problem'],
    ['uri-recorder', 'problem'],
  ]);
});

import { describe, expect, test } from '@jest/globals';
import { judgeRule, type RuleFacts, rules } from '../../../../operations/doctor/rules.ts';
import { awsError, deployedWith, MENDS } from './fakes.ts';

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
  ['deleted', { state: undefined, targets: [] }, 'problem', 'put back'],
  ['without its target', { targets: [{ Id: 'o', Arn: 'other' }] }, 'problem', putTargets('Target0')],
  ['without dead-letter queue', { targets: [{ Id: 'T', Arn: QUEUE }] }, 'problem', putTargets('T')],
  [
    'with another dead-letter queue',
    { targets: [{ Id: 'T', Arn: QUEUE, DeadLetterConfig: { Arn: 'x' } }] },
    'problem',
    putTargets('T'),
  ],
])('given a rule %s', (_, facts, status, mend) => {
  const finding = judgeRule({ ...WELL, ...facts }, MENDS);
  expect([finding.status, finding.mend]).toEqual([status, mend]);
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
    const findings = await rules.run({ deployed, mends: MENDS, now: 0 });
    expect(findings.map(({ subject, status }) => [subject, status])).toEqual([
      ['bucket-service', 'ok'],
      ['uri-recorder', 'problem'],
    ]);
  });

  test('given rules that are gone, each is a problem', async () => {
    const missing = awsError('ResourceNotFoundException', 'no such rule');
    const deployed = deployedWith({ DescribeRuleCommand: missing, ListTargetsByRuleCommand: missing });
    const findings = await rules.run({ deployed, mends: MENDS, now: 0 });
    expect(findings.map(({ status, mend }) => [status, mend])).toEqual([
      ['problem', 'put back'],
      ['problem', 'put back'],
    ]);
  });
});

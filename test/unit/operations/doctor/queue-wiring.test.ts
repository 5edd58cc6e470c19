import { describe, expect, test } from '@jest/globals';
import {
  pipeWiringFinding,
  queueWiring,
  type WiringFacts,
  wiringFindings,
} from '../../../../operations/doctor/queue-wiring.ts';
import { awsError, deployedWith, FIXES, STACK } from './fakes.ts';

const arn = (resource: string) => `arn:aws:sqs:eu-west-1:123456789012:${resource}`;
const RULE = STACK.outputs.UriRecorderRuleArn;

const redriveTo = (deadLetterTargetArn: unknown) => JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
const allow = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Condition: { ArnEquals: { 'aws:SourceArn': RULE } },
  ...more,
});
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

const WELL: WiringFacts = {
  subscriber: 'uri-recorder',
  ruleArn: RULE,
  queueUrl: STACK.outputs.UriRecorderQueueUrl,
  queueArn: arn('uri-queue'),
  dlqUrl: STACK.outputs.UriRecorderDlqUrl,
  dlqArn: arn('uri-dlq'),
  queue: { redrivePolicy: redriveTo(arn('uri-dlq')), policy: policy(allow()) },
  dlq: { policy: policy(allow()) },
};

describe('the wiring of queues', () => {
  test('given a queue with its dead-letter queue, to both of which its rule may send, it is well', () => {
    expect(wiringFindings(WELL, FIXES)).toMatchObject([
      { check: 'queue wiring', subject: 'uri-recorder', status: 'ok' },
    ]);
  });

  test.each([
    ['none', undefined],
    ['one that names no queue', '{"maxReceiveCount":5}'],
    ['an empty name', redriveTo('')],
    ['no JSON', '{'],
  ])('given a redrive policy that is %s, events are lost, and the fix restores it', (_, redrivePolicy) => {
    const queue = { policy: policy(allow()), ...(redrivePolicy !== undefined && { redrivePolicy }) };
    const [finding, ...others] = wiringFindings({ ...WELL, queue }, FIXES);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ status: 'problem', detail: expect.stringContaining('has no redrive policy') });
    const attributes = /--attributes '(.*)'$/.exec(finding?.fix ?? '')?.[1] ?? '';
    expect(finding?.fix).toContain(`aws sqs set-queue-attributes --queue-url ${WELL.queueUrl} `);
    expect(JSON.parse(JSON.parse(attributes).RedrivePolicy)).toEqual({
      deadLetterTargetArn: WELL.dlqArn,
      maxReceiveCount: 5,
    });
  });

  test('given a redrive policy that names another queue, it says so', () => {
    const queue = { ...WELL.queue, redrivePolicy: redriveTo(arn('somebody-elses')) };
    expect(wiringFindings({ ...WELL, queue }, FIXES)).toMatchObject([
      { status: 'problem', detail: expect.stringContaining('to arn:aws:sqs:eu-west-1:123456789012:somebody-elses') },
    ]);
  });

  test.each([
    ['no policy', undefined],
    ['a policy for another rule', policy(allow({ Condition: { ArnEquals: { 'aws:SourceArn': `${RULE}2` } } }))],
    ['a policy for another service', policy(allow({ Principal: { Service: 'sns.amazonaws.com' } }))],
    ['a policy for another action', policy(allow({ Action: ['sqs:ReceiveMessage'] }))],
    ['a policy that only denies', policy(allow({ Effect: 'Deny' }))],
  ])('given a queue with %s, its rule cannot send', (_, text) => {
    const { redrivePolicy = '' } = WELL.queue ?? {};
    const policies = text === undefined ? {} : { policy: text };
    expect(wiringFindings({ ...WELL, queue: { redrivePolicy, ...policies } }, FIXES)).toMatchObject([
      { status: 'problem', detail: 'its queue does not allow its rule to send: it gets no events' },
    ]);
    expect(wiringFindings({ ...WELL, dlq: policies }, FIXES)).toMatchObject([
      { status: 'problem', detail: expect.stringContaining('its dead-letter queue does not allow its rule to send') },
    ]);
  });

  test.each([
    allow({ Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'] }),
    allow({ Action: 'SQS:*' }),
    allow({ Principal: '*' }),
    allow({ Principal: { AWS: '*' }, Condition: { ArnLike: { 'aws:SourceArn': `${RULE.slice(0, -3)}*` } } }),
    allow({ Condition: undefined }),
  ])('given the statement %j among others, its rule may send', (statement) => {
    const queue = { ...WELL.queue, policy: policy(allow({ Effect: 'Deny', Principal: '*' }), statement) };
    expect(wiringFindings({ ...WELL, queue }, FIXES)).toMatchObject([{ status: 'ok' }]);
  });

  test('given a queue that does not exist, other checks report it', () => {
    expect(wiringFindings({ ...WELL, queue: undefined, dlq: undefined }, FIXES)).toEqual([]);
  });

  test.each([
    [arn('pipe-dlq'), 'ok'],
    [arn('another'), 'problem'],
    [undefined, 'problem'],
  ])('given a pipe with the dead-letter queue %s, it is %s', (dlqArn, status) => {
    const facts = { pipe: 'pipe', rows: 'new rows', wanted: arn('pipe-dlq'), dlqArn } as const;
    expect(pipeWiringFinding(facts, FIXES)).toMatchObject({ status, detail: expect.stringContaining('sign-ups') });
  });

  test('given a pipe of deletions as well, looks at both', async () => {
    const stack = { ...STACK, outputs: { ...STACK.outputs, DeletionPipeName: 'deletions' } };
    const DescribePipeCommand = ({ Name }: Readonly<Record<string, unknown>>) => ({
      SourceParameters: {
        DynamoDBStreamParameters: Name === 'pipe' ? { DeadLetterConfig: { Arn: arn('pipe-dlq') } } : {},
      },
    });
    const GetQueueAttributesCommand = awsError('QueueDoesNotExist', 'gone');
    const deployed = deployedWith({ DescribePipeCommand, GetQueueAttributesCommand }, stack);
    expect(await queueWiring.run({ deployed, fixes: FIXES, now: 0 })).toMatchObject([
      { status: 'ok', subject: 'pipe' },
      { status: 'problem', subject: 'deletions', detail: 'it has no dead-letter queue: failed deletions are lost' },
    ]);
  });

  test('given what AWS answers, each subscriber and the pipe have a finding, and a missing queue is skipped', async () => {
    const rules = { bucket: STACK.outputs.BucketServiceRuleArn, uri: STACK.outputs.UriRecorderRuleArn };
    const deployed = deployedWith({
      DescribePipeCommand: {
        SourceParameters: { DynamoDBStreamParameters: { DeadLetterConfig: { Arn: arn('pipe-dlq') } } },
      },
      GetQueueAttributesCommand: ({ QueueUrl }) => {
        const name = String(QueueUrl).split('/').at(-1) ?? '';
        const [owner = '', kind] = name.split('-');
        if (name === 'bucket-dlq') return awsError('QueueDoesNotExist', 'gone');
        const condition = { Condition: { ArnEquals: { 'aws:SourceArn': rules[owner as keyof typeof rules] } } };
        const RedrivePolicy = owner === 'uri' ? '' : redriveTo(arn('bucket-dlq'));
        return { Attributes: { Policy: policy(allow(condition)), ...(kind === 'queue' && { RedrivePolicy }) } };
      },
    });
    const findings = await queueWiring.run({ deployed, fixes: FIXES, now: 0 });
    expect(findings.map(({ subject, status }) => [subject, status])).toEqual([
      ['pipe', 'ok'],
      ['uri-recorder', 'problem'],
    ]);
  });
});

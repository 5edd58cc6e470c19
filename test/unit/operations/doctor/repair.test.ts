import { describe, expect, test } from '@jest/globals';
import { groupByCheck } from '../../../../operations/doctor/index.ts';
import { makeRepair, type Repair, repairCommand, repairTitle } from '../../../../operations/doctor/repair.ts';
import { FakeAws } from '../aws/fake-aws.ts';

const TARGET = { Id: 'Target0', Arn: 'arn:queue', DeadLetterConfig: { Arn: 'arn:dlq' } };

const REPAIRS: readonly (readonly [
  title: string,
  repair: Repair,
  command: string,
  operation: string,
  input: object,
])[] = [
  ['Start the pipe', { does: 'start-pipe', pipe: 'p' }, 'pipes start-pipe --name p', 'StartPipe', { Name: 'p' }],
  [
    'Enable the rule',
    { does: 'enable-rule', rule: 'r', bus: 'b' },
    'events enable-rule --name r --event-bus-name b',
    'EnableRule',
    { Name: 'r', EventBusName: 'b' },
  ],
  [
    'Set the target of the rule',
    { does: 'put-targets', rule: 'r', bus: 'b', targets: [TARGET] },
    `events put-targets --rule r --event-bus-name b --targets '${JSON.stringify([TARGET])}'`,
    'PutTargets',
    { Rule: 'r', EventBusName: 'b', Targets: [TARGET] },
  ],
  [
    'Set the redrive policy of the queue',
    { does: 'set-queue-attribute', queueUrl: 'u', name: 'RedrivePolicy', value: { maxReceiveCount: 5 } },
    `sqs set-queue-attributes --queue-url u --attributes '{"RedrivePolicy":"{\\"maxReceiveCount\\":5}"}'`,
    'SetQueueAttributes',
    { QueueUrl: 'u', Attributes: { RedrivePolicy: '{"maxReceiveCount":5}' } },
  ],
  [
    'Set the policy of the queue',
    { does: 'set-queue-attribute', queueUrl: 'u', name: 'Policy', value: {} },
    `sqs set-queue-attributes --queue-url u --attributes '{"Policy":"{}"}'`,
    'SetQueueAttributes',
    { QueueUrl: 'u', Attributes: { Policy: '{}' } },
  ],
];

describe.each(REPAIRS)('%s', (title, repair, command, operation, input) => {
  test('makes the call of its command', async () => {
    const aws = new FakeAws({ [operation]: () => ({}) });
    await makeRepair({ clients: aws.clients }, repair);
    expect(aws.calls).toEqual([[operation, input]]);
    expect([repairTitle(repair), repairCommand(repair)]).toEqual([title, command]);
  });
});

test('given a target that EventBridge does not take, it says why', async () => {
  const aws = new FakeAws({
    PutTargets: () => ({ FailedEntries: [{ ErrorCode: 'Concurrent', ErrorMessage: 'again' }] }),
  });
  const repair = { does: 'put-targets', rule: 'r', bus: 'b', targets: [TARGET] } as const;
  await expect(makeRepair({ clients: aws.clients }, repair)).rejects.toThrow(
    'the target was not set: Concurrent: again',
  );
});

test('findings by check have the worst status, and what needs attention first', () => {
  const finding = (check: string, status: 'ok' | 'warning' | 'problem') => ({
    check,
    status,
    subject: status,
    detail: '',
  });
  const all = [finding('pipe', 'ok'), finding('rule', 'ok'), finding('rule', 'problem'), finding('rule', 'warning')];
  expect(
    groupByCheck(all).map(({ name, status, findings }) => [name, status, findings.map(({ subject }) => subject)]),
  ).toEqual([
    ['pipe', 'ok', ['ok']],
    ['rule', 'problem', ['problem', 'warning', 'ok']],
  ]);
});

import { describe, expect, test } from '@jest/globals';
import { ENTRY, makeEventBridge, rule } from '../support/event-bridge.ts';
import { queueArn } from '../support/queues.ts';

const target = (id: string, more: object = {}) => ({ Id: id, Arn: queueArn(id), ...more });
const SUCCESS = { FailedEntryCount: 0, FailedEntries: [] };

/** A rule `mine` without targets. */
function makeTargets() {
  const made = makeEventBridge();
  made.events.rules.deploy(rule('mine', { targets: [] }));
  const call = (operation: string, request: object = {}) =>
    made.events.handle(operation, { EventBusName: 'main', Rule: 'mine', ...request });
  const put = (...Targets: readonly object[]) => call('PutTargets', { Targets });
  return { ...made, call, put };
}

describe('PutTargets', () => {
  test('given queues, the rule delivers to each of them from then on', async () => {
    const { put, events, deliveries } = makeTargets();
    const policy = { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 };
    const second = target('b', { DeadLetterConfig: { Arn: queueArn('dlq') }, RetryPolicy: policy });
    await expect(put(target('a'), second)).resolves.toEqual(SUCCESS);
    events.putEvents([ENTRY]);
    expect(deliveries.map((delivery) => delivery.target)).toEqual([
      { id: 'a', arn: queueArn('a'), maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 },
      {
        id: 'b',
        arn: queueArn('b'),
        dlqArn: queueArn('dlq'),
        maximumRetryAttempts: 3,
        maximumEventAgeSeconds: 60,
      },
    ]);
  });

  test('given an id that is there, it is changed; the others stay', async () => {
    const { put, call } = makeTargets();
    await put(target('a'), target('b'));
    const changed = { Id: 'a', Arn: queueArn('other'), RetryPolicy: { MaximumRetryAttempts: 0 } };
    await put(changed);
    await expect(call('ListTargetsByRule')).resolves.toEqual({
      Targets: [
        { ...changed, RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 86_400 } },
        target('b'),
      ],
    });
  });

  test('given some that the engine does not support, these fail alone and the others are put', async () => {
    const { put, call } = makeTargets();
    const foreign = 'arn:aws:lambda:ap-northeast-1:111122223333:function:service';
    const answer = await put(
      target('good'),
      { Id: 'function', Arn: foreign },
      target('shaped', { InputPath: '$.detail' }),
      target('lost', { DeadLetterConfig: { Arn: foreign } }),
    );
    expect(answer).toEqual({
      FailedEntryCount: 3,
      FailedEntries: ['function', 'shaped', 'lost'].map((TargetId) => ({
        TargetId,
        ErrorCode: 'ValidationException',
        ErrorMessage: expect.stringContaining('local engine'),
      })),
    });
    await expect(call('ListTargetsByRule')).resolves.toEqual({ Targets: [target('good')] });
  });

  test.each([
    { given: 'no targets', targets: [], code: 'ValidationException' },
    { given: 'eleven targets', targets: Array(11).fill(target('a')), code: 'ValidationException' },
    { given: 'an id with a space', targets: [{ Id: 'a b', Arn: queueArn('a') }], code: 'ValidationException' },
    { given: 'no ARN', targets: [{ Id: 'a' }], code: 'ValidationException' },
    { given: 'an ARN that is no text', targets: [{ Id: 'a', Arn: 1 }], code: 'ValidationException' },
    { given: 'no id', targets: [{ Arn: queueArn('a') }], code: 'ValidationException' },
    { given: 'six', targets: ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => target(id)), code: 'LimitExceededException' },
    {
      given: '186 retries',
      targets: [target('a', { RetryPolicy: { MaximumRetryAttempts: 186 } })],
      code: 'ValidationException',
    },
    {
      given: 'an age of 59 seconds',
      targets: [target('a', { RetryPolicy: { MaximumEventAgeInSeconds: 59 } })],
      code: 'ValidationException',
    },
  ])('given $given, it answers $code and puts none', async ({ targets, code }) => {
    const { put, call } = makeTargets();
    await expect(put(...targets)).rejects.toMatchObject({ code });
    await expect(call('ListTargetsByRule')).resolves.toEqual({ Targets: [] });
  });

  test.each([
    { Id: '!@#$@!#$', problem: 'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+' },
    { Id: 'x'.repeat(65), problem: 'Member must have length less than or equal to 64' },
  ])('given the id $Id, it says where it stands, in AWS’s words', async ({ Id, problem }) => {
    const { put } = makeTargets();
    const message = `1 validation error detected: Value '${Id}' at 'targets.2.member.id' failed to satisfy constraint: ${problem}`;
    await expect(put(target('a'), { Id, Arn: queueArn('a') })).rejects.toMatchObject({
      code: 'ValidationException',
      message,
    });
  });

  test('given a list that is missing or none, it says so', async () => {
    const { call } = makeTargets();
    await expect(call('PutTargets')).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(call('PutTargets', { Targets: 'a' })).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

describe('RemoveTargets', () => {
  test('given ids, these are gone, and one that is not there is named', async () => {
    const { put, call, events, deliveries } = makeTargets();
    await put(target('a'), target('b'));
    await expect(call('RemoveTargets', { Ids: ['a', 'none'] })).resolves.toEqual({
      FailedEntryCount: 1,
      FailedEntries: [
        {
          TargetId: 'none',
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: "Rule 'mine' does not have a target with the Id 'none'.",
        },
      ],
    });
    events.putEvents([ENTRY]);
    expect(deliveries.map((delivery) => delivery.target.id)).toEqual(['b']);
  });
});

describe('ListTargetsByRule', () => {
  test('given more than a page, the token leads on', async () => {
    const { put, call } = makeTargets();
    await put(target('b'), target('a'), target('c'));
    const first = await call('ListTargetsByRule', { Limit: 2 });
    expect(first).toEqual({ Targets: [target('a'), target('b')], NextToken: expect.any(String) });
    const { NextToken } = first as { NextToken: string };
    await expect(call('ListTargetsByRule', { Limit: 2, NextToken })).resolves.toEqual({ Targets: [target('c')] });
  });
});

test.each(['PutTargets', 'RemoveTargets', 'ListTargetsByRule'])(
  'given a rule that does not exist, %s says so',
  async (operation) => {
    const request = { Rule: 'none', Targets: [target('a')], Ids: ['a'] };
    await expect(makeTargets().call(operation, request)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  },
);

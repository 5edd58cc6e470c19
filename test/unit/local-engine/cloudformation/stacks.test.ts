import { describe, expect, jest, test } from '@jest/globals';
import { entriesOf, settle } from '../support/parts.ts';
import { queueArn, waitingIn } from '../support/queues.ts';
import * as it from '../support/stack.ts';
import { makeStacks, stackOf } from '../support/stack.ts';

const ECHO = 'export const handler = ({ Records }) => { for (const { body } of Records) console.log(body); };';
const SUBSCRIBER = { Bus: it.bus, Queue: it.queue('q'), Rule: it.rule(), Policy: it.policy() };
const EVENT = { Source: 'users-table', DetailType: 'X', Detail: '{}', EventBusName: 'main' };

describe('updates in place', () => {
  test('given another pattern, the rule matches by it from then on', async () => {
    const { services, update } = makeStacks();
    await update(SUBSCRIBER);
    await update({ ...SUBSCRIBER, Rule: it.rule({ EventPattern: { source: ['else'] } }) });
    services.events.putEvents([EVENT, { ...EVENT, Source: 'else' }]);
    await settle();
    expect(waitingIn(services.queues, 'q')).toMatchObject([{ body: expect.stringContaining('"source":"else"') }]);
  });

  test('given other attributes, the queue has them alone, and its messages', async () => {
    const { services, update } = makeStacks();
    const RedrivePolicy = { deadLetterTargetArn: queueArn('dlq'), maxReceiveCount: 2 };
    const Dlq = it.queue('dlq');
    await update({ Dlq, Queue: it.queue('q', { VisibilityTimeout: 60, RedrivePolicy }) });
    await services.queues.send(queueArn('q'), 'kept');
    await update({ Dlq, Queue: it.queue('q', { DelaySeconds: 5 }) });
    const { attributes } = services.queues.get(queueArn('q'));
    expect(attributes).toMatchObject({ DelaySeconds: '5', VisibilityTimeout: '30' });
    expect(attributes).not.toHaveProperty('RedrivePolicy');
    expect(waitingIn(services.queues, 'q')).toMatchObject([{ body: 'kept' }]);
  });

  test('given a redrive policy that SQS would refuse, the update is refused, and the queue is as it was', async () => {
    const { services, update } = makeStacks();
    const RedrivePolicy = { deadLetterTargetArn: queueArn('dlq'), maxReceiveCount: 2 };
    await update({ Queue: it.queue('q') });
    const Queue = it.queue('q', { RedrivePolicy });
    await expect(update({ Queue })).rejects.toThrow(/^Queue: .*Dead letter target does not exist/);
    const Dlq = it.queue('dlq', { RedriveAllowPolicy: { redrivePermission: 'denyAll' } });
    await expect(update({ Dlq, Queue })).rejects.toThrow(/^Queue: .*does not allow this queue/);
    expect(services.queues.get(queueArn('q')).attributes).not.toHaveProperty('RedrivePolicy');
  });

  test('given tags and attributes that are only kept, the queue has them', async () => {
    const { services, update } = makeStacks();
    const RedriveAllowPolicy = { redrivePermission: 'byQueue', sourceQueueArns: [queueArn('users')] };
    const Tags = [{ Key: 'app', Value: 'pipeline' }];
    await update({ Queue: it.queue('q', { RedriveAllowPolicy, KmsMasterKeyId: 'alias/aws/sqs', Tags }) });
    const { attributes, tags } = services.queues.get(queueArn('q'));
    expect(JSON.parse(attributes.RedriveAllowPolicy ?? '')).toEqual(RedriveAllowPolicy);
    expect(attributes).toMatchObject({ KmsMasterKeyId: 'alias/aws/sqs', SqsManagedSseEnabled: 'false' });
    expect(tags).toEqual({ app: 'pipeline' });
  });

  test('given another policy, the queue is judged by it alone', async () => {
    const { services, update } = makeStacks();
    await update(SUBSCRIBER);
    await update({ ...SUBSCRIBER, Policy: it.policy({ Action: 'sqs:ReceiveMessage' }) });
    services.events.putEvents([EVENT]);
    await settle();
    expect(entriesOf(services, 'rule-delivery')).toMatchObject([{ outcome: 'refused', code: 'NO_PERMISSIONS' }]);
  });

  test('given another value, the parameter has it as a new version', async () => {
    const { services, update } = makeStacks();
    await update({ Parameter: it.parameter('/a', 'old') });
    await update({ Parameter: it.parameter('/a', 'new') });
    expect(services.parameters.handle('GetParameter', { Name: '/a' })).toMatchObject({
      Parameter: { Value: 'new', Version: 2 },
    });
  });

  test('given other code, the function runs it, under the mapping that it had', async () => {
    it.code('old.zip', ECHO.replace('body)', '"old " + body)'));
    it.code('new.zip', ECHO.replace('body)', '"new " + body)'));
    const { services, update } = makeStacks();
    const resources = { Queue: it.queue('q'), Mapping: it.mapping() };
    await update({ ...resources, Function: it.fn('old.zip') });
    await services.queues.send(queueArn('q'), 'first');
    await services.journal.waitFor('the old code', ({ line }) => line === 'old first');
    await update({ ...resources, Function: it.fn('new.zip') });
    await services.queues.send(queueArn('q'), 'second');
    await services.journal.waitFor('the new code', ({ line }) => line === 'new second');
  });

  test('given a mapping that is disabled and enabled again, messages wait in between', async () => {
    it.code('echo.zip', ECHO);
    const { services, update } = makeStacks();
    const resources = { Queue: it.queue('q'), Function: it.fn('echo.zip') };
    await update({ ...resources, Mapping: it.mapping({ Enabled: false }) });
    await services.queues.send(queueArn('q'), 'waited');
    await settle();
    expect(waitingIn(services.queues, 'q')).toHaveLength(1);
    await update({ ...resources, Mapping: it.mapping() });
    await services.journal.waitFor('the message', ({ line }) => line === 'waited');
  });
});

describe('removals', () => {
  test('given a subscriber that is gone, nothing of it is left, and others are as they were', async () => {
    it.code('echo.zip', ECHO);
    const { services, stacks, update } = makeStacks();
    const kept = { Bus: it.bus, Other: it.queue('other'), Parameter: it.parameter('/kept', 'x') };
    const gone = { Function: it.fn('echo.zip'), Mapping: it.mapping(), Gone: it.parameter('/gone', 'x') };
    await update({ ...SUBSCRIBER, ...kept, ...gone });
    await services.queues.send(queueArn('other'), 'kept');
    await update(kept);
    expect(services.functions.size + services.mappings.size).toBe(0);
    expect(services.queues.find(queueArn('q'))).toBeUndefined();
    expect(services.queues.all().flatMap(({ policies }) => [...policies])).toEqual([]);
    await expect(services.events.handle('ListRules', { EventBusName: 'main' })).resolves.toEqual({ Rules: [] });
    expect(() => services.parameters.handle('GetParameter', { Name: '/gone' })).toThrow('/gone');
    expect(services.parameters.handle('GetParameter', { Name: '/kept' })).toBeDefined();
    expect(waitingIn(services.queues, 'other')).toHaveLength(1);
    expect(stacks.deployed[0]?.resources.map(({ logicalId }) => logicalId)).toEqual(['Bus', 'Other', 'Parameter']);
  });

  test('given a mapping that is gone, the messages of its queue wait', async () => {
    it.code('echo.zip', ECHO);
    const { services, update } = makeStacks();
    const kept = { Queue: it.queue('q'), Function: it.fn('echo.zip') };
    await update({ ...kept, Mapping: it.mapping() });
    await update(kept);
    await services.queues.send(queueArn('q'), 'left');
    await settle();
    expect(waitingIn(services.queues, 'q')).toMatchObject([{ body: 'left' }]);
  });

  test('given a policy that no longer names a queue, that queue does not have it', async () => {
    const { services, update } = makeStacks();
    const queues = { Queue: it.queue('q'), Other: it.queue('other') };
    const Policy = it.policy();
    const both = { ...Policy, Properties: { ...Policy.Properties, Queues: [{ Ref: 'Queue' }, { Ref: 'Other' }] } };
    await update({ ...queues, Policy: both });
    await update({ ...queues, Policy });
    const policiesOf = (name: string) => services.queues.get(queueArn(name)).policies.size;
    expect([policiesOf('q'), policiesOf('other')]).toEqual([1, 0]);
  });

  test('given a queue that was removed and is made again, it is empty', async () => {
    const { services, update } = makeStacks();
    await update({ Queue: it.queue('q') });
    await services.queues.send(queueArn('q'), 'lost');
    await update({});
    await update({ Queue: it.queue('q') });
    expect(waitingIn(services.queues, 'q')).toEqual([]);
  });
});

describe('all or nothing', () => {
  const BROKEN = { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: [] }, EventBusName: 'main' } };
  const REFUSED = /^Broken: .*source/;

  test('given a resource that cannot be made, those made before it are gone, and their names are free', async () => {
    it.code('echo.zip', ECHO);
    const { services, stacks, update } = makeStacks();
    const added = {
      ...SUBSCRIBER,
      Archive: it.archive,
      Table: it.table,
      Pipe: it.pipe,
      Parameter: it.parameter('/a', 'b'),
    };
    const working = { ...added, Function: it.fn('echo.zip'), Mapping: it.mapping() };
    await expect(update({ ...working, Broken: BROKEN })).rejects.toThrow(REFUSED);
    expect(stacks.deployed).toEqual([]);
    expect(services.functions.size + services.mappings.size + services.pipes.size + services.streams.size).toBe(0);
    expect(services.queues.all()).toEqual([]);
    await expect(services.dynamodb.handle('ListTables', {})).resolves.toEqual({ TableNames: [] });
    await expect(services.events.handle('ListArchives', {})).resolves.toEqual({ Archives: [] });
    await expect(services.events.handle('ListEventBuses', {})).resolves.toMatchObject({
      EventBuses: [{ Name: 'default' }],
    });
    expect(entriesOf(services, 'resource')).toEqual([]);
    await expect(update(working)).resolves.toHaveLength(Object.keys(working).length);
  });

  test('given a resource that cannot be made, those changed before it are as they were, and none is removed', async () => {
    it.code('old.zip', 'export const handler = () => "old";');
    it.code('new.zip', 'export const handler = () => "new";');
    const { services, stacks, update } = makeStacks();
    const before = { ...SUBSCRIBER, Parameter: it.parameter('/a', 'old'), Function: it.fn('old.zip') };
    await update({ ...before, Kept: it.queue('kept') });
    await services.queues.send(queueArn('kept'), 'kept');
    const deployed = stacks.deployed;
    const after = {
      ...before,
      Queue: it.queue('q', { DelaySeconds: 9 }),
      Parameter: it.parameter('/a', 'new'),
      Function: it.fn('new.zip'),
      Rule: it.rule({ State: 'DISABLED' }),
      Policy: it.policy({ Action: 'sqs:ReceiveMessage' }),
    };
    await expect(update({ ...after, Broken: BROKEN })).rejects.toThrow(REFUSED);
    expect(stacks.deployed).toBe(deployed);
    expect(services.queues.get(queueArn('q')).attributes.DelaySeconds).toBe('0');
    expect(services.parameters.handle('GetParameter', { Name: '/a' })).toMatchObject({ Parameter: { Value: 'old' } });
    await expect(services.functions.get('service')?.invoke({})).resolves.toBe('old');
    services.events.putEvents([EVENT]);
    await settle();
    expect(waitingIn(services.queues, 'q')).toHaveLength(1);
    expect(waitingIn(services.queues, 'kept')).toHaveLength(1);
  });

  const DLQ = { Dlq: it.queue('dlq') };
  const RedrivePolicy = { deadLetterTargetArn: { 'Fn::GetAtt': ['Dlq', 'Arn'] }, maxReceiveCount: 2 };
  const QUEUE_WITH_DLQ = { ...DLQ, Queue: it.queue('q', { RedrivePolicy }) };

  /** Notes each queue that is removed, and makes the removal of some fail. */
  const failingToRemove = ({ queues }: ReturnType<typeof makeStacks>['services'], ...names: readonly string[]) => {
    const removed: string[] = [];
    const remove = queues.remove.bind(queues);
    jest.spyOn(queues, 'remove').mockImplementation((arn) => {
      removed.push(arn);
      if (names.some((name) => queueArn(name) === arn)) throw new Error('is stuck');
      remove(arn);
    });
    return removed;
  };

  test('given a resource that cannot be made, those made before it go in the reverse of their order', async () => {
    const { services, update } = makeStacks();
    const removed = failingToRemove(services);
    await expect(update({ Bus: it.bus, ...QUEUE_WITH_DLQ, Broken: BROKEN })).rejects.toThrow(REFUSED);
    expect(removed).toEqual([queueArn('q'), queueArn('dlq')]);
  });

  test('given one that cannot be taken back, the others are, and the error tells first why the update failed', async () => {
    const { services, stacks, update } = makeStacks();
    failingToRemove(services, 'q');
    const error = await update({ Bus: it.bus, ...QUEUE_WITH_DLQ, Broken: BROKEN }).catch((thrown) => thrown);
    expect(error).toMatchObject({
      name: 'TemplateError',
      logicalId: 'Broken',
      message: expect.stringMatching(REFUSED),
    });
    expect(error.message).toContain('Also Queue: is stuck');
    expect(error.cause.errors.map(({ logicalId }: { logicalId: string }) => logicalId)).toEqual(['Broken', 'Queue']);
    expect(services.queues.find(queueArn('dlq'))).toBeUndefined();
    expect(stacks.deployed).toEqual([]);
  });

  test('given two that cannot be removed, the rest is, the update stands, and the error names both', async () => {
    const { services, stacks, update } = makeStacks();
    await update({ ...QUEUE_WITH_DLQ, Other: it.queue('other') });
    failingToRemove(services, 'q', 'other');
    const error = await update({ New: it.queue('new') }).catch((thrown) => thrown);
    expect(error).toMatchObject({
      name: 'TemplateError',
      logicalId: 'Other',
      message: expect.stringMatching(/is stuck/),
    });
    expect(error.message).toContain('Also Queue: is stuck');
    expect(services.queues.find(queueArn('dlq'))).toBeUndefined();
    expect(stacks.deployed[0]?.resources.map(({ logicalId }) => logicalId)).toEqual(['New']);
    const told = entriesOf(services, 'resource').map(({ logicalId, change }) => `${logicalId} ${change}`);
    expect(told.slice(-2)).toEqual(['New added', 'Dlq removed']);
  });

  test('given a policy for two queues of which one does not exist, neither has it', async () => {
    const { services, update } = makeStacks();
    const Queues = [{ Ref: 'Queue' }, 'http://127.0.0.1:4566/111122223333/nowhere'];
    const { Properties } = it.policy();
    const broken = {
      Queue: it.queue('q'),
      Policy: { Type: 'AWS::SQS::QueuePolicy', Properties: { ...Properties, Queues } },
    };
    await expect(update(broken)).rejects.toThrow(/^Policy: .*nowhere/);
    expect(services.queues.all().flatMap(({ policies }) => [...policies])).toEqual([]);
  });
});

describe('what is told of an update', () => {
  test('given one, each change is in the journal, the stack has its time, and unchanged stacks have theirs', async () => {
    const { clock, services, stacks, update } = makeStacks();
    const other = stackOf({ Queue: it.queue('other') }, {}, 'Other');
    await update(stackOf({ Queue: it.queue('q') }), other);
    const [{ createdAt } = { createdAt: 0 }] = stacks.deployed;
    clock.skip(60_000);
    const Outputs = { Url: { Value: { Ref: 'Queue' } } };
    await update(stackOf({ Queue: it.queue('q', { DelaySeconds: 1 }) }, { Outputs }), other);
    expect(entriesOf(services, 'resource').map(({ stack, change }) => [stack, change])).toEqual([
      ['Pipeline', 'added'],
      ['Other', 'added'],
      ['Pipeline', 'changed'],
    ]);
    expect(stacks.deployed).toMatchObject([{ createdAt, outputs: [{ key: 'Url' }] }, { name: 'Other' }]);
    expect(stacks.deployed[0]?.updatedAt).toBeGreaterThanOrEqual(createdAt + 60_000);
    expect(stacks.deployed[1]).not.toHaveProperty('updatedAt');
  });

  test('given an update that changes only an output, the stack has been updated, and stays so', async () => {
    const { stacks, update } = makeStacks();
    await update(stackOf({}));
    await update(stackOf({}, { Outputs: { A: { Value: 'a' } } }));
    const updatedAt = stacks.deployed[0]?.updatedAt;
    expect(updatedAt).toBeDefined();
    await update(stackOf({}, { Outputs: { A: { Value: 'a' } } }));
    expect(stacks.deployed[0]?.updatedAt).toBe(updatedAt);
  });
});

describe('events during an update', () => {
  test('given events at every moment, no rule meets a queue that does not allow it yet', async () => {
    const { services, update } = makeStacks();
    const { Bus, ...subscriber } = SUBSCRIBER;
    await update({ Bus });
    let isOver = false;
    const putEvents = async () => {
      while (!isOver) {
        services.events.putEvents([EVENT]);
        await Promise.resolve();
      }
    };
    const putting = putEvents();
    await update({ Bus, ...subscriber });
    isOver = true;
    await putting;
    await settle();
    const outcomes = entriesOf(services, 'rule-delivery').map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(['delivered']));
  });
});

describe('turns', () => {
  test('given a second update during the first, it is read when the first has ended, also when that failed', async () => {
    const { stacks } = makeStacks();
    const order: string[] = [];
    const first = stacks.update(async () => {
      await settle();
      order.push('first');
      throw new Error('unreadable');
    });
    const second = stacks.update(async () => {
      order.push('second');
      return [];
    });
    await expect(first).rejects.toThrow('unreadable');
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  test('given a stop, the update that runs is waited for, and no other one begins', async () => {
    const { stacks, update } = makeStacks();
    const running = stacks.update(async () => {
      await settle();
      return [stackOf({ Queue: it.queue('q') })];
    });
    let hasEnded = false;
    running.catch(() => {}).finally(() => (hasEnded = true));
    await stacks.close();
    expect(hasEnded).toBe(true);
    await expect(running).rejects.toThrow('stopped');
    expect(stacks.deployed).toEqual([]);
    await expect(update({})).rejects.toThrow('stopped');
  });
});

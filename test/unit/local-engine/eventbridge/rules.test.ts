import { describe, expect, test } from '@jest/globals';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { ENTRY, makeEventBridge, rule } from '../support/event-bridge.ts';
import { queueArn } from '../support/queues.ts';

const PUT = { Name: 'mine', EventBusName: 'main', EventPattern: '{"source":["users-table"]}' };

/** An engine's EventBridge on that storage, with the bus `main` again. */
function start(storage: Storage) {
  const made = makeEventBridge(storage);
  const call = (operation: string, request: object) =>
    made.events.handle(operation, { EventBusName: 'main', ...request });
  const delivered = () => {
    const before = made.deliveries.length;
    made.events.putEvents([ENTRY]);
    return made.deliveries.slice(before).map(({ ruleName }) => ruleName);
  };
  return { ...made, call, delivered };
}

describe('rules made by API', () => {
  test('given a new engine on the same storage, they are there again with their targets', async () => {
    const storage = new Storage();
    const before = start(storage);
    await before.call('PutRule', PUT);
    await before.call('PutTargets', { Rule: 'mine', Targets: [{ Id: 'queue', Arn: queueArn('users') }] });
    expect(before.delivered()).toEqual(['mine']);
    expect(start(storage).delivered()).toEqual(['mine']);
  });

  test('given that one was deleted, it is not there after a restart', async () => {
    const storage = new Storage();
    const before = start(storage);
    await before.call('PutRule', PUT);
    await before.call('DeleteRule', { Name: 'mine' });
    await expect(start(storage).call('ListRules', {})).resolves.toEqual({ Rules: [] });
  });

  test('given a template with a rule of that name, the template makes it its own', async () => {
    const { call, events } = start(new Storage());
    await call('PutRule', PUT);
    events.rules.deploy(rule('mine'));
    await expect(call('DescribeRule', { Name: 'mine' })).resolves.toMatchObject({
      EventPattern: '{"detail-type":["UserRegistered"]}',
    });
    events.rules.remove('main', 'mine');
    await expect(call('ListRules', {})).resolves.toEqual({ Rules: [] });
  });
});

describe("a template's rule that the API changed", () => {
  test('given a restart with the same template, it is as the API left it', async () => {
    const storage = new Storage();
    const before = start(storage);
    before.events.rules.deploy(rule('users'));
    await before.call('DisableRule', { Name: 'users' });
    const after = start(storage);
    expect(after.delivered()).toEqual([]);
    after.events.rules.deploy(rule('users'));
    expect(after.delivered()).toEqual([]);
    await expect(after.call('DescribeRule', { Name: 'users' })).resolves.toMatchObject({ State: 'DISABLED' });
  });

  test('given that the template changes it too, it is as the template says, for good', async () => {
    const storage = new Storage();
    const before = start(storage);
    before.events.rules.deploy(rule('users'));
    await before.call('DisableRule', { Name: 'users' });
    const changed = rule('users', { pattern: { source: ['users-table'] } });
    before.events.rules.deploy(changed);
    expect(before.delivered()).toEqual(['users']);
    const after = start(storage);
    after.events.rules.deploy(changed);
    expect(after.delivered()).toEqual(['users']);
  });

  test('given a start that is taken back, the next one still knows how the API left it', async () => {
    const storage = new Storage();
    const before = start(storage);
    before.events.rules.deploy(rule('users'));
    await before.call('DisableRule', { Name: 'users' });
    const failed = start(storage);
    failed.events.rules.deploy(rule('users'));
    failed.events.rules.remove('main', 'users', { keepsStored: true });
    const after = start(storage);
    after.events.rules.deploy(rule('users'));
    expect(after.delivered()).toEqual([]);
  });

  test('given that the template no longer has it after a restart, nothing of it is left', async () => {
    const storage = new Storage();
    const before = start(storage);
    before.events.rules.deploy(rule('users'));
    await before.call('DisableRule', { Name: 'users' });
    await expect(start(storage).call('ListRules', {})).resolves.toEqual({ Rules: [] });
  });
});

import { describe, expect, test } from '@jest/globals';
import { dataFolder, openStorage } from '../support/folder.ts';
import { entriesOf, settle } from '../support/parts.ts';
import { queueArn, waitingIn } from '../support/queues.ts';
import * as it from '../support/stack.ts';
import { makeStacks, stackOf } from '../support/stack.ts';

const SUBSCRIBER = { Bus: it.bus, Queue: it.queue('q'), Rule: it.rule(), Policy: it.policy() };
const PIPELINE = { Table: it.table, ...SUBSCRIBER, Pipe: it.pipe };
const BROKEN = { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: [] }, EventBusName: 'main' } };

const open = (folder: string) => makeStacks(openStorage(folder));

describe('given a folder, after a restart', () => {
  test('when the stack was made and updated, it has the times that it had', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.update(stackOf({ Table: it.table }));
    before.clock.skip(60_000);
    await before.update(stackOf({ Table: it.table, Queue: it.queue('q') }));
    const [stack] = before.stacks.deployed;
    await before.end();
    const after = open(folder);
    await after.update(stackOf({ Table: it.table, Queue: it.queue('q') }));
    expect(after.stacks.deployed[0]).toEqual(stack);
    expect(stack?.updatedAt).toBeGreaterThan(stack?.createdAt ?? Number.NaN);
    expect([...after.services.streams.keys()]).toEqual([...before.services.streams.keys()]);
  });

  test('when users registered while the pipe could not deliver, every rule sees them, however resources are ordered', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.update(PIPELINE);
    before.services.pipes.get('registrations')?.stop();
    await before.services.dynamodb.handle('PutItem', { TableName: 'users', Item: { id: { S: 'test4' } } });
    await before.end();
    const after = open(folder);
    // The pipe stands before the rule.
    await after.update({ Table: it.table, Pipe: it.pipe, ...SUBSCRIBER });
    await settle();
    expect(entriesOf(after.services, 'pipe-delivery')).toHaveLength(1);
    expect(entriesOf(after.services, 'rule')).toHaveLength(1);
  });

  test('when the stack cannot be made then, what the folder holds stays', async () => {
    const folder = dataFolder();
    const resources = { ...PIPELINE, Archive: it.archive };
    const before = open(folder);
    await before.update(resources);
    await before.services.queues.send(queueArn('q'), 'kept');
    before.services.events.putEvents([{ Source: 'other', DetailType: 'X', Detail: '{}', EventBusName: 'main' }]);
    await before.end();
    const refused = open(folder);
    await expect(refused.update({ ...resources, Broken: BROKEN })).rejects.toThrow(/^Broken/);
    await refused.end();
    const after = open(folder);
    await after.update(resources);
    expect(waitingIn(after.services.queues, 'q')).toMatchObject([{ body: 'kept' }]);
    const archive = await after.services.events.handle('DescribeArchive', { ArchiveName: 'all' });
    expect(archive).toMatchObject({ EventCount: 1 });
  });

  test('when a stack was removed while the engine ran, one of its name is new', async () => {
    const { clock, stacks, update } = open(dataFolder());
    const kept = stackOf({ Queue: it.queue('kept') }, {}, 'Kept');
    await update(kept, stackOf({ Queue: it.queue('q') }));
    const first = stacks.deployed[1]?.createdAt ?? Number.NaN;
    await update(kept);
    clock.skip(60_000);
    await update(kept, stackOf({ Queue: it.queue('q') }));
    expect(stacks.deployed[1]?.createdAt).toBeGreaterThan(first);
    expect(stacks.deployed[0]?.createdAt).toBeLessThanOrEqual(first);
  });
});

import { describe, expect, test } from '@jest/globals';
import { planUpdate } from '../../../../packages/local-engine/cloudformation/stack-update.ts';
import * as it from '../support/stack.ts';
import { type Resources, resolve, stackOf } from '../support/stack.ts';

const plan = (before: Resources, after: Resources) => planUpdate(resolve(stackOf(before)), resolve(stackOf(after)));
const SUBSCRIBER = { Policy: it.policy(), Rule: it.rule(), Queue: it.queue('q') };
const PIPELINE = { Bus: it.bus, Table: it.table, Archive: it.archive, Pipe: it.pipe };

describe('what an update has to do', () => {
  test('given nothing before, everything is made in order of reference', () => {
    const { changes, steps, removals } = plan({}, { ...SUBSCRIBER, ...PIPELINE });
    const ids = ['Queue', 'Policy', 'Bus', 'Rule', 'Table', 'Archive', 'Pipe'];
    expect(changes.map(({ logicalId, change }) => [logicalId, change])).toEqual(ids.map((id) => [id, 'added']));
    expect(steps.map(({ action, resource }) => [resource.logicalId, action])).toEqual(ids.map((id) => [id, 'create']));
    expect(removals).toEqual([]);
  });

  test('given the same, nothing', () => {
    const same = { ...SUBSCRIBER, ...PIPELINE, Topic: it.topic('a') };
    expect(plan(same, same)).toEqual({ changes: [], steps: [], removals: [], retained: [] });
  });

  test('given a subscriber that is gone, it is removed in the reverse order of reference', () => {
    const { changes, steps, removals } = plan({ ...PIPELINE, ...SUBSCRIBER }, PIPELINE);
    expect(changes.map(({ logicalId, change }) => [logicalId, change])).toEqual([
      ['Rule', 'removed'],
      ['Policy', 'removed'],
      ['Queue', 'removed'],
    ]);
    expect(steps).toEqual([]);
    expect(removals.map(({ logicalId }) => logicalId)).toEqual(['Rule', 'Policy', 'Queue']);
  });

  test('given other properties, the resource is updated, and those whose references come out the same are not', () => {
    const { changes, steps } = plan(SUBSCRIBER_ON_BUS, {
      ...SUBSCRIBER_ON_BUS,
      Queue: it.queue('q', { DelaySeconds: 1 }),
    });
    expect(changes).toEqual([{ stack: 'Pipeline', logicalId: 'Queue', type: 'AWS::SQS::Queue', change: 'changed' }]);
    expect(steps).toMatchObject([
      { action: 'update', resource: { properties: { DelaySeconds: 1 } }, before: { properties: { QueueName: 'q' } } },
    ]);
  });

  test('given another name, the resource is made anew, those that refer to it change, and the old one goes last', () => {
    const { changes, steps, removals } = plan(SUBSCRIBER_ON_BUS, { ...SUBSCRIBER_ON_BUS, Queue: it.queue('other') });
    expect(changes.map(({ logicalId, change }) => [logicalId, change])).toEqual([
      ['Queue', 'changed'],
      ['Policy', 'changed'],
      ['Rule', 'changed'],
    ]);
    expect(steps.map(({ action, resource }) => [resource.logicalId, action])).toEqual([
      ['Queue', 'create'],
      ['Policy', 'update'],
      ['Rule', 'update'],
    ]);
    expect(removals).toMatchObject([{ logicalId: 'Queue', physicalName: 'q' }]);
  });

  test('given a rule that moves to another bus under its name, the one on the old bus is removed', () => {
    const { steps, removals } = plan(SUBSCRIBER_ON_BUS, {
      ...SUBSCRIBER_ON_BUS,
      Rule: it.rule({ EventBusName: 'default' }),
    });
    expect(steps).toMatchObject([{ action: 'create' }]);
    expect(removals).toMatchObject([{ logicalId: 'Rule', properties: { EventBusName: 'main' } }]);
  });

  test('given a type without effect here, its changes are told and need no step', () => {
    const { changes, steps, removals } = plan(
      { Topic: it.topic('a'), Gone: it.topic('a') },
      { Topic: it.topic('b'), New: it.topic('a') },
    );
    expect(changes.map(({ logicalId, change }) => [logicalId, change])).toEqual([
      ['Topic', 'changed'],
      ['New', 'added'],
      ['Gone', 'removed'],
    ]);
    expect([steps, removals]).toEqual([[], []]);
  });

  test('given another value of a property without effect here, the change is told and needs no step', () => {
    const tagged = { ...it.table, Properties: { ...it.table.Properties, Tags: [{ Key: 'a', Value: 'b' }] } };
    const { changes, steps } = plan({ Table: it.table }, { Table: tagged });
    expect(changes).toMatchObject([{ logicalId: 'Table', change: 'changed' }]);
    expect(steps).toEqual([]);
  });

  test('given the same key of its code in another folder, a function is updated', () => {
    it.code('a.zip', '');
    const before = resolve(stackOf({ Function: it.fn('a.zip') }));
    it.code('a.zip', '');
    expect(planUpdate(before, resolve(stackOf({ Function: it.fn('a.zip') }))).steps).toMatchObject([
      { action: 'update' },
    ]);
  });

  test('given a pipe with another source, it is changed under its name, and no other resource is', () => {
    const moved = {
      ...it.pipe,
      Properties: {
        ...it.pipe.Properties,
        Source: 'arn:aws:dynamodb:ap-northeast-1:111122223333:table/users/stream/2026-11-23T00:00:00.000',
      },
    };
    const { steps, removals } = plan(PIPELINE, { ...PIPELINE, Pipe: moved });
    expect(steps).toMatchObject([
      {
        action: 'update',
        resource: {
          properties: {
            Source: 'arn:aws:dynamodb:ap-northeast-1:111122223333:table/users/stream/2026-11-23T00:00:00.000',
          },
        },
      },
    ]);
    expect(removals).toEqual([]);
  });

  test.each(['Table', 'Bus', 'Archive'] as const)(
    'given a %s that its template retains and no longer has, it leaves its stack and is kept',
    (id) => {
      const kept = { ...PIPELINE[id], DeletionPolicy: 'RetainExceptOnCreate' };
      const others = { Bus: it.bus, Table: it.table };
      const before = { ...others, [id]: kept };
      const after = Object.fromEntries(Object.entries(others).filter(([other]) => other !== id));
      const { changes, removals, retained } = plan(before, after);
      expect(changes).toMatchObject([{ logicalId: id, change: 'removed' }]);
      expect(retained).toMatchObject([{ logicalId: id }]);
      expect(removals).toEqual([]);
    },
  );

  test('given a queue that its template retains and no longer has, it is removed: it may come back under its name', () => {
    const { removals, retained } = plan({ Queue: { ...it.queue('q'), DeletionPolicy: 'Retain' } }, {});
    expect(removals).toMatchObject([{ logicalId: 'Queue' }]);
    expect(retained).toEqual([]);
  });

  test('given stacks that come and go, their resources do', () => {
    const stack = (name: string) => stackOf({ Queue: it.queue(`q-${name}`) }, {}, name);
    const { changes } = planUpdate(resolve(stack('A'), stack('B')), resolve(stack('B'), stack('C')));
    expect(changes.map(({ stack, change }) => [stack, change])).toEqual([
      ['C', 'added'],
      ['A', 'removed'],
    ]);
  });
});

const SUBSCRIBER_ON_BUS = { Bus: it.bus, ...SUBSCRIBER };

const changed = (resource: typeof it.table, Properties: object) => ({
  ...resource,
  Properties: { ...resource.Properties, ...Properties },
});

test.each([
  { id: 'Archive', after: { ...PIPELINE, Archive: changed(it.archive, { RetentionDays: 1 }) } },
  { id: 'Bus', after: { ...PIPELINE, Bus: changed(it.bus, { Description: 'other' }) } },
])('given $id with other settings, it is changed, and keeps what it holds', ({ id, after }) => {
  const { steps, removals } = plan(PIPELINE, after);
  expect(steps).toMatchObject([{ action: 'update', resource: { logicalId: id } }]);
  expect(removals).toEqual([]);
});

describe('what a running engine refuses', () => {
  test.each([
    { id: 'Table', how: 'changed', after: { ...PIPELINE, Table: changed(it.table, { BillingMode: 'PROVISIONED' }) } },
    { id: 'Archive', how: 'replaced', after: { ...PIPELINE, Archive: changed(it.archive, { ArchiveName: 'other' }) } },
    { id: 'Bus', how: 'replaced', after: { ...PIPELINE, Bus: changed(it.bus, { Name: 'other' }) } },
    { id: 'Archive', how: 'removed', after: { Bus: it.bus, Table: it.table, Pipe: it.pipe } },
  ])('given $id $how, the error names it and says what to do', ({ id, how, after }) => {
    const update = () => plan(PIPELINE, after);
    expect(update).toThrow(expect.objectContaining({ name: 'TemplateError', logicalId: id }));
    expect(update).toThrow(new RegExp(`is ${how}.*Stop the engine, and start it again`));
  });

  test.each([{ gone: 'Table' }, { gone: 'Bus' }])('given no more $gone, it is refused', ({ gone }) => {
    const only = { [gone]: PIPELINE[gone as keyof typeof PIPELINE] };
    expect(() => plan(only, {})).toThrow(new RegExp(`^${gone}: is removed`));
  });

  test('given another type under the same id, the error says which it was', () => {
    expect(() => plan({ It: it.queue('q') }, { It: it.bus })).toThrow(/^It: .*AWS::Events::EventBus.*AWS::SQS::Queue/);
  });

  test.each([
    { given: 'of a resource that stays', before: { A: it.queue('q') }, after: { A: it.queue('q'), B: it.queue('q') } },
    { given: 'of a resource that goes', before: { A: it.queue('q') }, after: { B: it.queue('q') } },
    { given: 'of another new resource', before: {}, after: { A: it.queue('q'), B: it.queue('q') } },
  ])('given the name $given, the error says whose it is', ({ before, after }) => {
    expect(() => plan(before, after)).toThrow('B: has the name q, which A of the stack Pipeline already has.');
  });
});

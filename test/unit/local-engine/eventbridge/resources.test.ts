import { expect, test } from '@jest/globals';
import { makeStacks, type Resources } from '../support/stack.ts';

const BUS = 'arn:aws:events:ap-northeast-1:111122223333:event-bus/main';

/** A bus with a rule and an archive, all with that description. */
function resources(Description: string, more: { RetentionDays?: number; SourceArn?: string } = {}): Resources {
  const EventPattern = { source: ['users-table'] };
  return {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'main', Description } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { Name: 'mine', EventBusName: { Ref: 'Bus' }, EventPattern, Description },
    },
    Archive: {
      Type: 'AWS::Events::Archive',
      Properties: { ArchiveName: 'all', SourceArn: BUS, Description, ...more },
      DependsOn: 'Bus',
    },
  };
}

test('given descriptions in a template, bus, rule and archive tell them, also when they change', async () => {
  const { update, services } = makeStacks();
  const described = () =>
    Promise.all([
      services.events.handle('DescribeEventBus', { Name: 'main' }),
      services.events.handle('DescribeRule', { Name: 'mine', EventBusName: 'main' }),
      services.events.handle('DescribeArchive', { ArchiveName: 'all' }),
    ]);
  for (const Description of ['first', 'second']) {
    await update(resources(Description));
    await expect(described()).resolves.toMatchObject(Array(3).fill({ Description }));
  }
});

test('given an archive with another retention, it keeps its events', async () => {
  const { update, services } = makeStacks();
  await update(resources('one'));
  services.events.putEvents([{ Source: 'a', DetailType: 'b', Detail: '{}', EventBusName: 'main' }]);
  await update(resources('one', { RetentionDays: 7 }));
  const described = await services.events.handle('DescribeArchive', { ArchiveName: 'all' });
  expect(described).toMatchObject({ RetentionDays: 7, EventCount: 1 });
});

test('given an archive of another bus, the update is refused, and it stays as it was', async () => {
  const { update, services } = makeStacks();
  await update(resources('one'));
  const other = resources('one', { SourceArn: BUS.replace('main', 'default') });
  await expect(update(other)).rejects.toThrow(`is an archive of ${BUS} already`);
  const described = await services.events.handle('DescribeArchive', { ArchiveName: 'all' });
  expect(described).toMatchObject({ EventSourceArn: BUS });
});

import { expect, test } from '@jest/globals';
import { queueArn } from '../support/queues.ts';
import { makeStacks, type Resources } from '../support/stack.ts';

const FUNCTION = 'arn:aws:lambda:ap-northeast-1:111122223333:function:service';
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

test('given descriptions in a template, bus, rule and archive show them, also when they change', async () => {
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

test.each([
  {
    given: 'a function as target',
    Arn: FUNCTION,
    says: `${FUNCTION} cannot be a target in the local engine. Supported targets: SQS queues.`,
  },
  {
    given: 'a dead-letter queue that is not a queue',
    Arn: queueArn('users'),
    DeadLetterConfig: { Arn: FUNCTION },
    says: `${FUNCTION} cannot be a dead-letter queue`,
  },
])('given $given, the rule is refused by its logical id and says why', async ({ says, given: _, ...target }) => {
  const { Bus, Rule } = resources('one');
  const withTarget = { ...Rule, Properties: { ...Rule?.Properties, Targets: [{ Id: 'target', ...target }] } };
  const made = makeStacks().update({ ...(Bus && { Bus }), Rule: { Type: 'AWS::Events::Rule', ...withTarget } });
  await expect(made).rejects.toMatchObject({ name: 'TemplateError', logicalId: 'Rule' });
  await expect(made).rejects.toThrow(says);
});

import { describe, expect, test } from '@jest/globals';
import type { AssembledStack } from '../../../../packages/local-engine/cloudformation/assembly.ts';
import type { TemplateResource } from '../../../../packages/local-engine/cloudformation/template/template.ts';
import { makeStacks, resolve, stackOf } from '../support/stack.ts';

const queue = (QueueName: unknown): TemplateResource => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });

const exporting = (value: string, { name = 'Bus', stack = 'First' } = {}): AssembledStack =>
  stackOf({}, { Outputs: { Out: { Value: value, Export: { Name: name } } } }, stack);
const importing = (name: unknown = 'Bus', stack = 'Second'): AssembledStack =>
  stackOf({ Queue: queue({ 'Fn::ImportValue': name }) }, {}, stack);

describe('a value that one stack exports and another imports', () => {
  test.each([
    { given: 'a name', name: 'Bus' },
    { given: 'a name that is put together', name: { 'Fn::Join': ['', ['B', 'us']] } },
  ])('given $given, it is the same in both', ({ name }) => {
    const [first, second] = resolve(exporting('main'), importing(name));
    expect(first?.outputs).toEqual([{ key: 'Out', value: 'main', exportName: 'Bus' }]);
    expect(second?.resources[0]?.identity.attributes.QueueName).toBe('main');
    expect(second?.imports).toEqual(['Bus']);
  });

  test('given a resource without effect here that imports it, that counts too', () => {
    const Topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::ImportValue': 'Bus' } } };
    const [, second] = resolve(exporting('main'), stackOf({ Topic }, {}, 'Second'));
    expect(second?.imports).toEqual(['Bus']);
    expect(() => resolve(stackOf({ Topic }, {}, 'Second'))).toThrow(/^Topic: No export named Bus found/);
  });

  test.each([
    { given: 'no stack that exports it', stacks: [importing()] },
    { given: 'a stack that exports it after this one', stacks: [importing(), exporting('main')] },
    {
      given: 'this stack itself',
      stacks: [stackOf({ Queue: queue({ 'Fn::ImportValue': 'Bus' }) }, exporting('main').template)],
    },
  ])('given $given, it is refused by name', ({ stacks }) => {
    expect(() => resolve(...stacks)).toThrow(/^Queue: No export named Bus found/);
  });

  test('given two stacks that export the same name, the second is refused, and the first is named', () => {
    const load = () => resolve(exporting('one'), exporting('two', { stack: 'Other' }));
    expect(load).toThrow('output Out: Export with name Bus is already exported by stack First.');
  });

  test.each(['a b', '', 'x'.repeat(256)])('given the name %j, which no export may have, it is refused', (name) => {
    expect(() => resolve(exporting('one', { name }))).toThrow(/^output Out: exports the name/);
  });

  test('given a name that is a resource’s, it is refused', () => {
    const Outputs = { Out: { Value: 'x', Export: { Name: { Ref: 'Queue' } } } };
    expect(() => resolve(stackOf({ Queue: queue('q') }, { Outputs }))).toThrow(/^export of output Out: .*Queue/);
  });

  test('given an output that is no text, it is refused', () => {
    expect(() => resolve(stackOf({}, { Outputs: { Out: { Value: ['a'] } } }))).toThrow(/^output Out: .*String/);
  });
});

describe('an update of a stack whose export another one imports', () => {
  const running = async () => {
    const { stacks } = makeStacks();
    await stacks.update(async () => [exporting('main'), importing()]);
    return { queues: () => stacks.deployed[1]?.resources.map(({ physicalName }) => physicalName), stacks };
  };

  test.each([
    { given: 'another value', first: exporting('other'), what: 'updated' },
    { given: 'another name', first: exporting('main', { name: 'Main' }), what: 'deleted' },
  ])('given $given, is refused, also where the other lets go of it in the same update', async ({ first, what }) => {
    const { queues, stacks } = await running();
    const without = stackOf({ Queue: queue('own') }, {}, 'Second');
    await expect(stacks.update(async () => [first, without])).rejects.toThrow(
      `First: Export Bus cannot be ${what} as it is in use by Second.`,
    );
    expect(queues()).toEqual(['main']);
  });

  test('given that the other has let go of it before, or goes itself, it is made', async () => {
    const { stacks } = await running();
    await stacks.update(async () => [exporting('main'), stackOf({ Queue: queue('main') }, {}, 'Second')]);
    await stacks.update(async () => [exporting('other'), importing()]);
    await stacks.update(async () => [exporting('third')]);
    expect(stacks.deployed.map(({ name, outputs }) => [name, outputs[0]?.value])).toEqual([['First', 'third']]);
  });
});

describe('Fn::GetStackOutput, which the CDK writes for a weak reference', () => {
  const reading = (more: object = {}) =>
    stackOf(
      { Queue: queue({ 'Fn::GetStackOutput': { StackName: 'First', OutputName: 'Out', ...more } }) },
      {},
      'Second',
    );
  const first = stackOf({}, { Outputs: { Out: { Value: 'main' } } }, 'First');

  test.each([{}, { Region: { Ref: 'AWS::Region' } }])('given %j more, it is the output of that stack', (more) => {
    const [, second] = resolve(first, reading(more));
    expect(second?.resources[0]?.identity.attributes.QueueName).toBe('main');
    expect(second?.imports).toEqual([]);
  });

  test.each([
    { given: 'a stack that comes later', stacks: [reading(), first], named: 'the output Out of the stack First' },
    {
      given: 'another output',
      stacks: [first, reading({ OutputName: 'Other' })],
      named: 'the output Other of the stack First',
    },
    { given: 'another Region', stacks: [first, reading({ Region: 'eu-west-1' })], named: 'eu-west-1' },
    { given: 'a role of another account', stacks: [first, reading({ RoleArn: 'arn' })], named: 'RoleArn' },
  ])('given $given, it is refused by name', ({ stacks, named }) => {
    expect(() => resolve(...stacks)).toThrow(/^Queue: /);
    expect(() => resolve(...stacks)).toThrow(named);
  });

  test('given that the output changes, both stacks follow', async () => {
    const { stacks } = makeStacks();
    await stacks.update(async () => [first, reading()]);
    await stacks.update(async () => [stackOf({}, { Outputs: { Out: { Value: 'other' } } }, 'First'), reading()]);
    expect(stacks.deployed[1]?.resources[0]?.physicalName).toBe('other');
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Fn::Sub marks its variables.
import { describe, expect, test } from '@jest/globals';
import {
  type References,
  referencesIn,
  resolveImports,
  resolveIntrinsics,
} from '../../../../../packages/local-engine/cloudformation/template/intrinsics.ts';
import { TemplateError } from '../../../../../packages/local-engine/cloudformation/template/template.ts';

const REFS: Readonly<Record<string, unknown>> = {
  Queue: 'https://queue',
  'AWS::Region': 'eu-west-1',
  Count: 3,
  Index: '1',
};
const ATTRIBUTES: Readonly<Record<string, unknown>> = {
  'Queue.Arn': 'arn:aws:sqs:eu-west-1:1:q',
  'Table.Stream.Arn': 'arn:stream',
};
const references: References = {
  ref: (name) => REFS[name],
  attribute: (logicalId, name) => ATTRIBUTES[`${logicalId}.${name}`],
};
const resolve = (value: unknown) => resolveIntrinsics(value, references, 'Rule');

describe('each function', () => {
  test.each<{ given: unknown; result: unknown }>([
    { given: { Ref: 'Queue' }, result: 'https://queue' },
    { given: { Ref: 'AWS::Region' }, result: 'eu-west-1' },
    { given: { Ref: 'Count' }, result: 3 },
    { given: { 'Fn::GetAtt': ['Queue', 'Arn'] }, result: 'arn:aws:sqs:eu-west-1:1:q' },
    { given: { 'Fn::GetAtt': 'Queue.Arn' }, result: 'arn:aws:sqs:eu-west-1:1:q' },
    { given: { 'Fn::GetAtt': ['Table', 'Stream.Arn'] }, result: 'arn:stream' },
    { given: { 'Fn::GetAtt': ['Table', 'Stream', 'Arn'] }, result: 'arn:stream' },
    { given: { 'Fn::GetAtt': 'Table.Stream.Arn' }, result: 'arn:stream' },
    { given: { 'Fn::Join': ['-', ['a', 'b', 'c']] }, result: 'a-b-c' },
    { given: { 'Fn::Join': ['', []] }, result: '' },
    { given: { 'Fn::Sub': '${Queue}/${AWS::Region}' }, result: 'https://queue/eu-west-1' },
    { given: { 'Fn::Sub': '${Queue.Arn} ${Table.Stream.Arn}' }, result: 'arn:aws:sqs:eu-west-1:1:q arn:stream' },
    { given: { 'Fn::Sub': '${!Literal} $1 ${Count}' }, result: '${Literal} $1 3' },
    { given: { 'Fn::Sub': ['${x}-${Count}', { x: { Ref: 'Queue' } }] }, result: 'https://queue-3' },
    { given: { 'Fn::Select': [1, ['a', 'b']] }, result: 'b' },
    { given: { 'Fn::Select': ['0', ['a', 'b']] }, result: 'a' },
    { given: { 'Fn::Split': [':', 'a:b'] }, result: ['a', 'b'] },
  ])('given $given, it is $result', ({ given, result }) => {
    expect(resolve(given)).toEqual(result);
  });

  test('given functions inside functions, they are resolved from the inside', () => {
    const account = { 'Fn::Select': [4, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] };
    expect(resolve({ 'Fn::Join': ['/', [account, { 'Fn::Sub': '${Count}' }]] })).toBe('1/3');
    expect(resolve({ 'Fn::Select': [{ Ref: 'Index' }, ['a', { Ref: 'Queue' }]] })).toBe('https://queue');
    expect(resolve({ 'Fn::Join': [',', { 'Fn::Split': [':', 'a:b'] }] })).toBe('a,b');
  });
});

describe('values around functions', () => {
  test('given objects and lists, functions are resolved wherever they stand and the rest stays', () => {
    const value = {
      list: [1, { Ref: 'Count' }, null],
      deep: { deeper: { Ref: 'Queue' } },
      flag: false,
      text: '${Count}',
    };
    expect(resolve(value)).toEqual({
      list: [1, 3, null],
      deep: { deeper: 'https://queue' },
      flag: false,
      text: '${Count}',
    });
  });

  test('given a key beside one that looks like a function, it is no function', () => {
    expect(resolve({ Ref: 'Queue', other: 1 })).toEqual({ Ref: 'Queue', other: 1 });
  });

  test('given a statement’s Condition, which is an object, it is no reference to a condition', () => {
    const statement = { Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(resolve(statement)).toEqual(statement);
  });
});

describe('what is refused, by the logical id of its owner', () => {
  test.each<{ given: string; value: unknown; names: string }>([
    { given: 'an unknown function', value: { 'Fn::GetAZs': 'x' }, names: 'Fn::ImportValue' },
    { given: 'an unknown one deep inside', value: { a: [{ 'Fn::If': ['c', 1, 2] }] }, names: 'Fn::If' },
    {
      given: 'an unknown one inside a known one',
      value: { 'Fn::Join': ['', [{ 'Fn::Base64': 'x' }]] },
      names: 'Fn::Base64',
    },
    { given: 'a reference to a condition', value: { Condition: 'IsProd' }, names: 'Condition' },
    { given: 'a Ref to nothing', value: { Ref: 'Nothing' }, names: 'Nothing' },
    { given: 'a GetAtt of nothing', value: { 'Fn::GetAtt': ['Nothing', 'Arn'] }, names: 'Nothing.Arn' },
    { given: 'an unknown attribute', value: { 'Fn::GetAtt': ['Queue', 'Size'] }, names: 'Queue.Size' },
    { given: 'a Sub of nothing', value: { 'Fn::Sub': 'x${Nothing}' }, names: 'Nothing' },
    { given: 'a Sub of an unknown attribute', value: { 'Fn::Sub': '${Queue.Size}' }, names: 'Queue.Size' },
    { given: 'a Ref to what is no name', value: { Ref: ['Queue'] }, names: 'a single String value' },
    ...[['Queue'], [], ['Queue', 5], [{ Ref: 'Queue' }, 'Arn'], 5, null].map((argument) => ({
      given: `a GetAtt of ${JSON.stringify(argument)}`,
      value: { 'Fn::GetAtt': argument },
      names: 'every Fn::GetAtt object requires two non-empty parameters',
    })),
    { given: 'a Sub of no text', value: { 'Fn::Sub': 5 }, names: 'Fn::Sub without its arguments' },
    { given: 'a Sub of no text in a list', value: { 'Fn::Sub': [5, {}] }, names: 'Fn::Sub without its arguments' },
    { given: 'a Sub whose values are none', value: { 'Fn::Sub': ['a', 5] }, names: 'Fn::Sub without its arguments' },
    { given: 'a Sub with a list', value: { 'Fn::Sub': ['${x}', { x: [1] }] }, names: 'Fn::Sub with x, which is not' },
    { given: 'a Join without a delimiter', value: { 'Fn::Join': [5, ['a']] }, names: 'Fn::Join without a list' },
    { given: 'a Join of objects', value: { 'Fn::Join': ['', ['a', { b: 1 }]] }, names: 'that is not a text' },
    { given: 'a Join of a text', value: { 'Fn::Join': 'ab' }, names: 'Fn::Join without a list' },
    { given: 'a Select of a text', value: { 'Fn::Select': 'ab' }, names: 'Fn::Select without an index and a list' },
    {
      given: 'a Select without an index',
      value: { 'Fn::Select': [null, ['a']] },
      names: 'Fn::Select without an index',
    },
    { given: 'a Split without a delimiter', value: { 'Fn::Split': [5, 'a'] }, names: 'Fn::Split' },
    { given: 'a Split of a text', value: { 'Fn::Split': 'ab' }, names: 'Fn::Split' },
    { given: 'an import of nothing', value: { 'Fn::ImportValue': ['Bus'] }, names: 'Fn::ImportValue without the name' },
    { given: 'an output of nothing', value: { 'Fn::GetStackOutput': 'Out' }, names: 'without a StackName and an' },
    {
      given: 'an output whose name is no text',
      value: { 'Fn::GetStackOutput': { StackName: 'First', OutputName: 5 } },
      names: 'without a StackName and an OutputName',
    },
    { given: 'what no stack exports', value: { 'Fn::ImportValue': 'Bus' }, names: 'No export named Bus found' },
    {
      given: 'what no stack has',
      value: { 'Fn::GetStackOutput': { StackName: 'First', OutputName: 'Out' } },
      names: 'the output Out of the stack First',
    },
    { given: 'a Join of no list', value: { 'Fn::Join': ['', { Ref: 'Queue' }] }, names: 'Fn::Join' },
    { given: 'a Select past the end', value: { 'Fn::Select': [2, ['a', 'b']] }, names: 'Fn::Select' },
    { given: 'a Select from no list', value: { 'Fn::Select': [0, { Ref: 'Count' }] }, names: 'Fn::Select' },
    { given: 'a Split of no text', value: { 'Fn::Split': [':', { Ref: 'Count' }] }, names: 'Fn::Split' },
  ])('given $given, the error names it', ({ value, names }) => {
    expect(() => resolve(value)).toThrow(TemplateError);
    expect(() => resolve(value)).toThrow(expect.objectContaining({ logicalId: 'Rule' }));
    expect(() => resolve(value)).toThrow(names);
    expect(() => resolve(value)).toThrow(/^Rule: /);
  });
});

test('the error about an unknown function says which are known', () => {
  expect(() => resolve({ 'Fn::Base64': 'x' })).toThrow('it knows Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select,');
});

describe('values of other stacks', () => {
  const others: References = {
    ...references,
    imported: (name) => (name === 'Bus' ? 'main' : undefined),
    stackOutput: (stack, output) => (stack === 'First' && output === 'Out' ? 'url' : undefined),
  };
  const output = (more: object) => ({ 'Fn::GetStackOutput': { StackName: 'First', OutputName: 'Out', ...more } });

  test.each<{ given: unknown; result: unknown }>([
    { given: { 'Fn::ImportValue': 'Bus' }, result: 'main' },
    { given: { 'Fn::ImportValue': { 'Fn::Join': ['', ['B', 'us']] } }, result: 'main' },
    { given: output({}), result: 'url' },
    { given: output({ Region: { Ref: 'AWS::Region' } }), result: 'url' },
  ])('given $given, it is $result, also where only such are resolved', ({ given, result }) => {
    expect(resolveIntrinsics(given, others, 'Rule')).toBe(result);
    const around = { list: ['a', { deep: given }, null], own: { Ref: 'Queue' }, count: 3 };
    const resolved = { list: ['a', { deep: result }, null], own: { Ref: 'Queue' }, count: 3 };
    expect(resolveImports(around, others, 'Rule')).toEqual(resolved);
  });

  test.each<{ given: unknown; names: string }>([
    { given: { 'Fn::ImportValue': 'Mail' }, names: 'No export named Mail found' },
    {
      given: output({ OutputName: 'Other' }),
      names: 'the output Other of the stack First, which no earlier stack has',
    },
    { given: output({ Region: 'us-east-1' }), names: 'of the Region us-east-1' },
    { given: output({ RoleArn: 'arn' }), names: 'Fn::GetStackOutput with RoleArn' },
  ])('given $given, it is refused', ({ given, names }) => {
    expect(() => resolveImports([given], others, 'Rule')).toThrow(/^Rule: /);
    expect(() => resolveImports([given], others, 'Rule')).toThrow(names);
  });
});

describe('which ids a value refers to', () => {
  test.each<{ value: unknown; ids: string[] }>([
    { value: { Ref: 'A' }, ids: ['A'] },
    { value: { 'Fn::GetAtt': ['A', 'Arn'] }, ids: ['A'] },
    { value: { 'Fn::GetAtt': 'A.Arn' }, ids: ['A'] },
    { value: { 'Fn::Sub': '${A}-${B.Arn}-${!C}' }, ids: ['A', 'B'] },
    { value: { 'Fn::Sub': ['${A}', { x: { Ref: 'B' } }] }, ids: ['A', 'B'] },
    { value: [{ deep: [{ Ref: 'A' }, { 'Fn::Join': ['', [{ Ref: 'B' }]] }] }], ids: ['A', 'B'] },
    { value: { 'Fn::Sub': '${Bucket.Arn}' }, ids: ['Bucket'] },
    { value: { text: '${A}', 'Fn::Join': ['${B}', []] }, ids: [] },
    { value: { text: 'A', none: null }, ids: [] },
  ])('given $value, they are $ids', ({ value, ids }) => {
    expect([...referencesIn(value)].sort()).toEqual(ids);
  });

  test('given what is no text, it is the id of no resource', () => {
    const ids = referencesIn([{ Ref: {} }, { 'Fn::GetAtt': 5 }, { 'Fn::GetAtt': [{}, 'Arn'] }, { 'Fn::Sub': 1 }]);
    expect([...ids].filter((id) => id !== '')).toEqual([]);
  });
});

test('given AWS::NoValue, the property or item that it stands for is not there', () => {
  const nothing = { Ref: 'AWS::NoValue' };
  expect(resolve({ a: nothing, b: 1, c: [nothing, 2] })).toEqual({ b: 1, c: [2] });
});

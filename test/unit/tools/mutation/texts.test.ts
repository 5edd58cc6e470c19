import { describe, expect, test } from '@jest/globals';
import { TextsForPeople } from '../../../../tools/mutation/texts.ts';

const literal = (value: string) => ({ type: 'StringLiteral', value });
const template = (parts: string[], expressions: object[]) => ({
  type: 'TemplateLiteral',
  quasis: parts.map((raw) => ({ value: { raw } })),
  expressions,
});
const name = { type: 'Identifier', name: 'userId' };
const nothing = { type: 'ObjectProperty' };

function isLeftOut(node: object, parent: object = nothing, key = 'value'): boolean {
  return new TextsForPeople().shouldIgnore({ node, parentPath: { node: parent }, key }) !== undefined;
}

describe('a text is left out', () => {
  test.each([
    ['a sentence', literal('the bucket is gone')],
    ['a sentence with a name in it', template(['the bucket of ', ' is gone'], [name])],
    [
      'a sentence with a property in it',
      template(['the bucket of ', ' is gone'], [{ type: 'MemberExpression', object: name, property: name }]),
    ],
  ])('given %s', (_given, node) => {
    expect(isLeftOut(node)).toBe(true);
  });
});

describe('a text is changed', () => {
  test.each([
    ['a name', literal('bucket-service')],
    ['a code', literal('NoSuchBucket')],
    ['one word', literal('never')],
    ['an expression of DynamoDB', literal('attribute_exists(id) and uri = :uri')],
    ['an ARN with a name in it', template(['arn:aws:s3:::', ''], [name])],
    ['a sentence that decides something', template(['the bucket is ', ''], [{ type: 'ConditionalExpression' }])],
    ['what is no text', { type: 'NumericLiteral', value: 1 }],
  ])('given %s', (_given, node) => {
    expect(isLeftOut(node)).toBe(false);
  });

  test.each([
    ['a comparison', { type: 'BinaryExpression', operator: '===' }, 'right'],
    ['a case', { type: 'SwitchCase' }, 'test'],
    ['the name of a property', { type: 'ObjectProperty' }, 'key'],
    ['a search', { type: 'CallExpression', callee: { type: 'MemberExpression', property: { name: 'includes' } } }, '0'],
    ['a pattern', { type: 'NewExpression', callee: { type: 'Identifier', name: 'RegExp' } }, '0'],
  ])('given a sentence in %s', (_given, parent, key) => {
    expect(isLeftOut(literal('request limit exceeded'), parent, key)).toBe(false);
  });

  test('but not in a sum, nor as an argument of another function', () => {
    expect(isLeftOut(literal('it is gone'), { type: 'BinaryExpression', operator: '+' }, 'left')).toBe(true);
    expect(isLeftOut(literal('it is gone'), { type: 'NewExpression', callee: { name: 'RetryableError' } }, '0')).toBe(
      true,
    );
  });
});

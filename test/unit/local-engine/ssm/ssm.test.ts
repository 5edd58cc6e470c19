import { describe, expect, test } from '@jest/globals';
import { ParameterStore } from '../../../../packages/local-engine/ssm/index.ts';
import { ACCOUNT, makeParts } from '../support/parts.ts';
import * as it from '../support/stack.ts';
import { resolve, stackOf } from '../support/stack.ts';

function storeOf(...names: readonly string[]) {
  const { clock } = makeParts();
  const store = new ParameterStore({ account: ACCOUNT, clock });
  for (const name of names) store.put({ name, type: 'String', value: `value of ${name}`, dataType: 'text' });
  const pathOf = (request: object) => {
    const { Parameters, ...more } = store.handle('GetParametersByPath', { ...request }) as {
      Parameters: readonly { Name: string }[];
    };
    return { names: Parameters.map(({ Name }) => Name), ...more };
  };
  return { store, pathOf };
}

describe('what clients read', () => {
  test.each(['/a/b', 'arn:aws:ssm:ap-northeast-1:111122223333:parameter/a/b'])(
    'given %s, it is the parameter',
    (Name) => {
      const { store } = storeOf('/a/b', 'plain');
      expect(store.handle('GetParameter', { Name })).toEqual({
        Parameter: {
          Name: '/a/b',
          Type: 'String',
          Value: 'value of /a/b',
          Version: 1,
          LastModifiedDate: expect.any(Number),
          ARN: 'arn:aws:ssm:ap-northeast-1:111122223333:parameter/a/b',
          DataType: 'text',
        },
      });
    },
  );

  test('given a name without a slash, the ARN has one', () => {
    const { store } = storeOf('plain');
    const ARN = 'arn:aws:ssm:ap-northeast-1:111122223333:parameter/plain';
    expect(store.handle('GetParameter', { Name: 'plain' })).toMatchObject({ Parameter: { ARN } });
  });

  test('given the name of none, the error is AWS’s', () => {
    const get = () => storeOf('/a').store.handle('GetParameter', { Name: '/b' });
    expect(get).toThrow(expect.objectContaining({ code: 'ParameterNotFound', status: 400 }));
  });

  test('given several names, those of none are told apart', () => {
    expect(storeOf('/a', '/b').store.handle('GetParameters', { Names: ['/b', '/c'] })).toMatchObject({
      Parameters: [{ Name: '/b' }],
      InvalidParameters: ['/c'],
    });
  });

  test.each([
    { request: { Path: '/a' }, names: ['/a/b'] },
    { request: { Path: '/a/' }, names: ['/a/b'] },
    { request: { Path: '/a', Recursive: true }, names: ['/a/b', '/a/c/d'] },
    { request: { Path: '/a/c' }, names: ['/a/c/d'] },
    { request: { Path: '/nothing' }, names: [] },
  ])('given $request, it is $names', ({ request, names }) => {
    expect(storeOf('/a/b', '/a/c/d', '/ab/c', '/a').pathOf(request)).toEqual({ names });
  });

  test('given more than a page, the rest follows', () => {
    const { pathOf } = storeOf('/a/1', '/a/2', '/a/3');
    expect(pathOf({ Path: '/a', MaxResults: 2 })).toEqual({ names: ['/a/1', '/a/2'], NextToken: '2' });
    expect(pathOf({ Path: '/a', MaxResults: 2, NextToken: '2' })).toEqual({ names: ['/a/3'] });
  });

  test.each([
    { operation: 'GetParametersByPath', request: { Path: 'a' }, code: 'ValidationException' },
    { operation: 'GetParametersByPath', request: { Path: '/', ParameterFilters: [] }, code: 'ValidationException' },
    { operation: 'PutParameter', request: {}, code: 'UnknownOperationException' },
    { operation: 'toString', request: {}, code: 'UnknownOperationException' },
  ])('given $operation of $request, the answer is $code', ({ operation, request, code }) => {
    expect(() => storeOf().store.handle(operation, request)).toThrow(expect.objectContaining({ code }));
  });
});

describe('what templates read', () => {
  const SSM_VALUE = 'AWS::SSM::Parameter::Value<String>';
  const pipeline = stackOf({ Bus: it.bus, Parameter: it.parameter('/bus-arn', { 'Fn::GetAtt': ['Bus', 'Arn'] }) });
  const other = (Default: string, resources: it.Resources = {}, name = 'Other') =>
    stackOf(resources, { Parameters: { BusArn: { Type: SSM_VALUE, Default } } }, name);

  const arn = { Ref: 'BusArn' };
  const afterSlash = { 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::Select': [5, { 'Fn::Split': [':', arn] }] }] }] };
  test.each([
    { form: 'its ARN', EventBusName: arn },
    { form: 'pieces of its ARN', EventBusName: afterSlash },
    { form: 'a name of its own', EventBusName: 'main' },
  ])('given a rule that names the bus by $form, it is on that bus', ({ EventBusName }) => {
    const Rule = it.rule({ EventBusName, Targets: [] });
    const [, { resources } = { resources: [] }] = resolve(pipeline, other('/bus-arn', { Rule }));
    expect(resources[0]?.identity.attributes.Arn).toBe('arn:aws:events:ap-northeast-1:111122223333:rule/main/users');
  });

  test('given the name of none, the error says which there are', () => {
    expect(() => resolve(pipeline, other('/wrong'))).toThrow(/^BusArn: .*\/wrong.*there are \/bus-arn\.$/);
    expect(() => resolve(other('/bus-arn'), pipeline)).toThrow(/^BusArn: .*there are none\.$/);
  });

  test('given the version of the CDK’s bootstrap stack, it is not asked for', () => {
    expect(() => resolve(other('/cdk-bootstrap/hnb659fds/version'))).not.toThrow();
  });

  test('given a parameter of the template, Ref is its name, and its attributes are its type and its value', () => {
    const outputs = (['Ref', 'Type', 'Value'] as const).map((name) => [
      name,
      { Value: name === 'Ref' ? { Ref: 'P' } : { 'Fn::GetAtt': ['P', name] } },
    ]);
    const [stack] = resolve(stackOf({ P: it.parameter('/a', 'b') }, { Outputs: Object.fromEntries(outputs) }));
    expect(stack?.outputs.map(({ value }) => value)).toEqual(['/a', 'String', 'b']);
  });
});

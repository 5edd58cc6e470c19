import { describe, expect, test } from '@jest/globals';
import {
  checkParameter,
  ParameterValues,
  stackArn,
} from '../../../../../packages/local-engine/cloudformation/template/parameters.ts';
import type { TemplateParameter } from '../../../../../packages/local-engine/cloudformation/template/template.ts';
import { localAccount } from '../../../../../packages/local-engine/core/account.ts';

const ACCOUNT = localAccount('cn-north-1', '111122223333');
const SSM = 'AWS::SSM::Parameter::Value<String>';

describe('the id of a stack', () => {
  test('is an ARN with its name and a UUID of version 8, the same each time', () => {
    const arn = stackArn(ACCOUNT, 'Users');
    expect(arn).toMatch(
      /^arn:aws-cn:cloudformation:cn-north-1:111122223333:stack\/Users\/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(stackArn(ACCOUNT, 'Users')).toBe(arn);
  });

  test('has another UUID for another name, account or Region', () => {
    const uuidOf = (arn: string) => arn.split('/').at(-1);
    const uuids = [
      stackArn(ACCOUNT, 'Users'),
      stackArn(ACCOUNT, 'Mail'),
      stackArn({ ...ACCOUNT, id: '444455556666' }, 'Users'),
      stackArn({ ...ACCOUNT, region: 'cn-northwest-1' }, 'Users'),
    ].map(uuidOf);
    expect(new Set(uuids).size).toBe(4);
  });
});

describe('what a name refers to', () => {
  const parametersOf = (Parameters: Readonly<Record<string, TemplateParameter>> = {}, ssm: [string, string][] = []) =>
    new ParameterValues('Users', { Resources: {}, Parameters }, { account: ACCOUNT, parameters: new Map(ssm) });

  test.each([
    ['AWS::AccountId', '111122223333'],
    ['AWS::Partition', 'aws-cn'],
    ['AWS::Region', 'cn-north-1'],
    ['AWS::StackId', stackArn(ACCOUNT, 'Users')],
    ['AWS::StackName', 'Users'],
    ['AWS::URLSuffix', 'amazonaws.com.cn'],
    ['AWS::Unknown', undefined],
    ['toString', undefined],
  ])('%s is %s', (name, value) => {
    expect(parametersOf().ref(name)).toBe(value);
  });

  test('a parameter has its default; one that names an SSM parameter has the value of that', () => {
    const values = parametersOf(
      { Stage: { Type: 'String', Default: '/stage' }, Version: { Type: SSM, Default: '/version' } },
      [
        ['/stage', 'wrong'],
        ['/version', '30'],
      ],
    );
    expect([values.ref('Stage'), values.ref('Version'), values.ref('Other')]).toEqual(['/stage', '30', undefined]);
  });

  test.each<{ ssm: [string, string][]; known: string }>([
    { ssm: [], known: 'there are none.' },
    {
      ssm: [
        ['/a', '1'],
        ['/b', '2'],
      ],
      known: 'there are /a, /b.',
    },
  ])('an SSM parameter that no stack has is refused, and the error says: $known', ({ ssm, known }) => {
    const values = parametersOf({ Version: { Type: SSM, Default: '/version' } }, ssm);
    const refused = expect(() => values.ref('Version'));
    refused.toThrow(expect.objectContaining({ name: 'TemplateError', logicalId: 'Version' }));
    expect(() => values.ref('Version')).toThrow(`the SSM parameter /version, which no earlier stack creates; ${known}`);
  });

  test('a template without parameters and mappings has none', () => {
    const values = new ParameterValues('Users', { Resources: {} }, { account: ACCOUNT, parameters: new Map() });
    expect(values.ref('Stage')).toBeUndefined();
    expect(() => values.inMap('Of', 'dev', 'size', 'Queue')).toThrow(
      'Queue: uses Fn::FindInMap for Of.dev.size, which the Mappings do not have.',
    );
  });
});

describe('the default of a parameter', () => {
  const check = (parameter: object) => () => checkParameter('Stage', { Type: 'String', ...parameter });

  test.each([
    { Default: 'three' },
    { Default: '' },
    { Default: 'dev', MinLength: 3, MaxLength: 3 },
    { Default: 'dev', MinLength: '3', MaxLength: '3' },
    { Default: 'dev', AllowedPattern: 'prod|dev' },
    { Default: 3, AllowedValues: [2, 3] },
    { Type: 'Number', Default: 3, MinValue: 3, MaxValue: 3 },
    { Type: 'Number', Default: '-1.5' },
    { Type: SSM, Default: '/version' },
    { Default: 'dev', NoEcho: true, Description: 'x', ConstraintDescription: 'y' },
  ])('given %j, it is taken', (parameter) => {
    expect(check(parameter)).not.toThrow();
  });

  test.each([
    [{ Default: 'dev', MinLength: 4 }, 'has the default dev, which its MinLength 4 does not allow.'],
    [{ Default: 'dev', MaxLength: '2' }, 'has the default dev, which its MaxLength "2" does not allow.'],
    // The pattern is for the whole value.
    [{ Default: 'dev-1', AllowedPattern: 'prod|dev' }, 'AllowedPattern "prod|dev"'],
    [{ Default: 'my-dev', AllowedPattern: 'dev|prod' }, 'AllowedPattern "dev|prod"'],
    [{ Default: 'dev', AllowedPattern: '(' }, 'AllowedPattern "("'],
    [{ Default: '3', AllowedValues: [2, 4] }, 'AllowedValues [2,4]'],
    [{ Type: 'Number', Default: 'Infinity' }, 'has the default Infinity, which is not a number.'],
    [{ Type: 'Number', Default: 9, MinValue: 10 }, 'MinValue 10'],
    [{ Type: 'Number', Default: '10', MaxValue: '9' }, 'MaxValue "9"'],
    [{ Type: 'CommaDelimitedList', Default: 'a,b' }, 'the parameter type CommaDelimitedList'],
    [{ Type: undefined, Default: 'a' }, 'the parameter type undefined'],
    [{ Default: 'dev', toString: 1 }, 'has the member toString, which the local engine does not know.'],
    [{}, 'is a parameter without a default'],
  ])('given %j, it is refused: %s', (parameter, problem) => {
    expect(check(parameter)).toThrow(expect.objectContaining({ name: 'TemplateError', logicalId: 'Stage' }));
    expect(check(parameter)).toThrow(problem);
  });
});

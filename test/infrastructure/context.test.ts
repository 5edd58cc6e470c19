import { describe, expect, test } from '@jest/globals';
import { findUnknownContext, nearestName } from '../../cdk/context.ts';
import { DEFAULT_SETTINGS } from '../../cdk/stage-settings.ts';
import { projectContext } from './support/synthesize.ts';

describe('context values', () => {
  test.each([
    ['the project’s own', projectContext],
    ['a setting, which is refused where stages are read', { ...DEFAULT_SETTINGS }],
    ['what the CLI tells the app', { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:bundling-stacks': ['**'] }],
    [
      'what the CLI has looked up',
      { 'availability-zones:account=1:region=eu-west-1': [], 'ami:account=1': 'ami-1', 'ssm:account=1': 'x' },
    ],
    ['what the CLI remembers', { 'acknowledged-issue-numbers': [1], 'cli-telemetry': false }],
    ['the CDK’s, beside its flags', { '@aws-cdk/core:bootstrapQualifier': 'mine' }],
    ['a flag that has expired', { '@aws-cdk/core:enableStackNameDuplicates': true }],
  ])('%s: pass', (_, context) => {
    expect(findUnknownContext(context)).toEqual([]);
  });

  test.each([
    ['stgae', 'stage'],
    ['Stage', 'stage'],
    ['stag', 'stage'],
    ['stagess', 'stages'],
    ['tableARN', 'tableArn'],
    ['tableStreamARN', 'tableStreamArn'],
    ['logLevle', 'logLevel'],
    ['@aws-cdk/core:checkSecretUsge', '@aws-cdk/core:checkSecretUsage'],
    ['aws-cdk/core:explicitStackTags', '@aws-cdk/core:explicitStackTags'],
    ['aws:stage', 'stage'],
  ])('%s: is refused, and the nearest is %s', (key, nearest) => {
    expect(findUnknownContext({ stage: 'dev', [key]: 'prod' })).toEqual([
      `${key} is no context value of this project (stage, stages, tableArn, tableStreamArn) or of the CDK; did you mean ${nearest}?`,
    ]);
  });

  test.each(['toString', '__proto__', 'owner'])('%s: is refused, although nothing is near', (key) => {
    const context = Object.fromEntries([[key, 'prod']]);
    expect(findUnknownContext(context)).toEqual([
      expect.stringMatching(`^${key} is no context value of this project .*; did you mean .+\\?$`),
    ]);
  });
});

test.each([
  ['abcd', ['dcba', 'abdc'], 'abdc'],
  ['abcd', ['abxy', 'abdc'], 'abdc'],
  ['abcd', ['abc', 'ab'], 'abc'],
  ['abcd', ['abxcdx', 'abxcd'], 'abxcd'],
  ['', ['abc', 'a'], 'a'],
  ['a', [], undefined],
])('of the names near to %j in %j, the nearest is %j', (written, names, nearest) => {
  expect(nearestName(written, names)).toBe(nearest);
});

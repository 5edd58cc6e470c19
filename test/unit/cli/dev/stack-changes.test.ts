import { expect, test } from '@jest/globals';
import { describeChanges } from '../../../../cli/commands/dev/stack-changes.ts';
import type { StackChange } from '../../../../packages/local-engine/index.ts';

const ofFunction = (logicalId: string, change: StackChange['change']): StackChange => ({
  stack: 'user-bucket-pipeline-dev',
  logicalId,
  type: 'AWS::Lambda::Function',
  change,
});

test.each<[string, readonly StackChange[], string]>([
  ['a function with new code', [ofFunction('UriRecorderFunction8C3F47C9', 'changed')], 'uri-recorder reloaded'],
  [
    'two functions with new code, which share a file',
    [ofFunction('BucketServiceFunction0A1B2C3D', 'changed'), ofFunction('UriRecorderFunction8C3F47C9', 'changed')],
    'bucket-service, uri-recorder reloaded',
  ],
  [
    'a new subscriber with all of its resources, one that is gone, and a rule of somebody else',
    [
      ofFunction('WelcomeEMailFunction00000000', 'added'),
      { ...ofFunction('WelcomeEMailQueue00000000', 'added'), type: 'AWS::SQS::Queue' },
      ofFunction('AuditFunction00000000', 'removed'),
      { ...ofFunction('UriRecorderRule00000000', 'changed'), type: 'AWS::Events::Rule' },
      { ...ofFunction('Dashboard00000000', 'changed'), type: 'AWS::CloudWatch::Dashboard' },
    ],
    'welcome-e-mail added, audit removed, 1 other resource changed',
  ],
  [
    'the dashboard alone',
    [{ ...ofFunction('Dashboard00000000', 'changed'), type: 'AWS::CloudWatch::Dashboard' }],
    '1 other resource changed',
  ],
  [
    'resources of no subscriber',
    [{ ...ofFunction('EventBusBus00000000', 'added'), type: 'AWS::Events::EventBus' }],
    '1 other resource changed',
  ],
])('given %s, when the update is told, then by the subscribers’ names', (_case, changes, expected) => {
  expect(describeChanges(changes)).toBe(expected);
});

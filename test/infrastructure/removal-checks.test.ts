import { describe, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../tools/stage-template.ts';
import { findDestroyedData, findUndecidedRemovals } from './support/removal-checks.ts';

const RETAINED = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
const undecided = (resource: TemplateResource, isStateful = false): string[] =>
  findUndecidedRemovals({ Resources: { It: resource } }, () => isStateful);
const destroyed = (resource: TemplateResource): string[] => findDestroyedData({ Resources: { It: resource } });

describe('a removal decision', () => {
  test('given a type that nobody thought of, is missing', () => {
    expect(undecided({ Type: 'AWS::RDS::DBInstance', ...RETAINED })).toEqual([
      'It (AWS::RDS::DBInstance): has no removal decision; say what it holds in tools/checks/removal-decisions.ts',
    ]);
  });

  test('given a type that holds data, must be in the template, for deletion and for replacement', () => {
    expect(undecided({ Type: 'AWS::Events::Archive' })).toEqual([
      'It (AWS::Events::Archive): holds every event that can be replayed, and has no DeletionPolicy',
      'It (AWS::Events::Archive): holds every event that can be replayed, and has no UpdateReplacePolicy',
    ]);
    expect(undecided({ Type: 'AWS::Events::Archive', ...RETAINED })).toEqual([]);
  });

  test('given a type without state, is that it has none; AWS may not count it as stateful', () => {
    expect(undecided({ Type: 'AWS::IAM::Role' })).toEqual([]);
    expect(undecided({ Type: 'AWS::IAM::Role' }, true)).toEqual([
      'It (AWS::IAM::Role): is decided to be stateless, but AWS counts it as stateful',
    ]);
  });
});

describe('where data is retained', () => {
  test.each(['AWS::DynamoDB::Table', 'AWS::Events::EventBus', 'AWS::Events::Archive', 'AWS::Logs::LogGroup'])(
    'a %s that would be deleted, or replaced and then deleted, is named',
    (Type) => {
      expect(destroyed({ Type, ...RETAINED })).toEqual([]);
      expect(destroyed({ Type, ...RETAINED, DeletionPolicy: 'Delete' })).toHaveLength(1);
      expect(destroyed({ Type, ...RETAINED, UpdateReplacePolicy: 'Delete' })).toHaveLength(1);
    },
  );

  test('a dead-letter queue is kept, and a queue whose events are in the archive need not be', () => {
    const queue = { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };
    expect(destroyed({ ...queue, Properties: { RedrivePolicy: {} } })).toEqual([]);
    expect(destroyed(queue)).toEqual([
      'It (AWS::SQS::Queue): DeletionPolicy Delete would delete events that wait or have failed',
      'It (AWS::SQS::Queue): UpdateReplacePolicy Delete would delete events that wait or have failed',
    ]);
  });
});

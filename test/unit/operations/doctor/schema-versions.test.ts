import { describe, expect, test } from '@jest/globals';
import { registrationTemplate } from '../../../../cdk/constructs/registration-pipe.ts';
import {
  askedFor,
  judgePipeVersion,
  judgeRuleVersions,
  schemaVersions,
  versionIn,
} from '../../../../operations/doctor/schema-versions.ts';
import { deployedWith, MENDS } from './fakes.ts';

const KNOWN = { UserRegistered: [1, 2], BucketCreated: [1] };

describe('what the pipe publishes', () => {
  test('the version is read from the template that the stack makes', () => {
    expect(versionIn(registrationTemplate('userId', 12))).toBe(12);
    expect(versionIn('{"data": <$.dynamodb.Keys>}')).toBeUndefined();
  });

  test.each([
    ['UserRegistered', 2, 'ok', undefined],
    ['UserRegistered', 1, 'warning', 'deploy'],
    ['UserRegistered', 3, 'problem', 'git pull'],
    ['UserRegistered', 0, 'problem', 'deploy'],
    ['UserRegistered', undefined, 'problem', 'deploy'],
    ['SignedUp', 1, 'problem', 'deploy'],
  ])('given %s of version %s, that is %s', (detailType, version, status, mend) => {
    const finding = judgePipeVersion({ pipe: 'pipe', detailType, version }, KNOWN, MENDS);
    expect([finding.status, finding.mend]).toEqual([status, mend]);
  });
});

describe('what rules ask for', () => {
  const published = { pipe: 'pipe', detailType: 'UserRegistered', version: 2 };

  test.each([
    ['any version', { detailTypes: ['UserRegistered'], versions: undefined }, 'ok'],
    ['the version that the pipe publishes', { detailTypes: ['UserRegistered'], versions: [2] }, 'ok'],
    ['an older version, beside the one of the pipe', { detailTypes: ['UserRegistered'], versions: [1, 2] }, 'ok'],
    ['a version that the pipe published once', { detailTypes: ['UserRegistered'], versions: [1] }, 'problem'],
    ['a version of a service’s event that is known', { detailTypes: ['BucketCreated'], versions: [1] }, 'ok'],
    ['a version of a service’s event that is not known', { detailTypes: ['BucketCreated'], versions: [2] }, 'problem'],
  ])('given %s', (_, asked, status) => {
    expect(judgeRuleVersions({ subscriber: 'mail', ...asked }, published, KNOWN, MENDS).status).toBe(status);
  });

  test('given a rule that gets nothing, the version to set is told', () => {
    const asked = { subscriber: 'mail', detailTypes: ['UserRegistered'], versions: [1] };
    expect(judgeRuleVersions(asked, published, KNOWN, MENDS)).toMatchObject({
      detail: 'its rule takes UserRegistered of version 1 alone, and nobody publishes that: it gets no events',
      mend: 'set schemaVersion in services/mail/subscription.ts to 2, then: deploy',
    });
  });

  test('the pattern is read as EventBridge has it', () => {
    const pattern = { 'detail-type': ['A'], detail: { metadata: { schemaVersion: [1] } }, source: ['x'] };
    expect(askedFor(JSON.stringify(pattern))).toEqual({ detailTypes: ['A'], versions: [1] });
    expect(askedFor('{"source":["x"]}')).toEqual({ detailTypes: [], versions: undefined });
    expect(askedFor(undefined)).toEqual({ detailTypes: [], versions: undefined });
  });
});

test('given a pipeline of this checkout, pipe and rules are in step', async () => {
  const DescribePipeCommand = {
    TargetParameters: {
      InputTemplate: registrationTemplate('userId', 1),
      EventBridgeEventBusParameters: { DetailType: 'UserRegistered' },
    },
  };
  const EventPattern = JSON.stringify({
    'detail-type': ['UserRegistered'],
    detail: { metadata: { schemaVersion: [1] } },
  });
  const deployed = deployedWith({ DescribePipeCommand, DescribeRuleCommand: { EventPattern } });
  const findings = await schemaVersions.run({ deployed, mends: MENDS, now: 0 });
  expect(findings.map(({ subject, status }) => [subject, status])).toEqual([
    ['pipe', 'ok'],
    ['bucket-service', 'ok'],
    ['uri-recorder', 'ok'],
  ]);
});

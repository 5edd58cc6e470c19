import { describe, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../../../packages/local-engine/cloudformation/template/template.ts';
import { ACCOUNT } from '../support/parts.ts';
import { bus, makeStacks, pipe, queue, table } from '../support/stack.ts';

const SOURCE = pipe.Properties?.SourceParameters as { readonly DynamoDBStreamParameters: object };
const STREAM = 'arn:aws:dynamodb:us-east-1:111122223333:table/users/stream/2026-11-22T10:20:30.987';

const resources = (Properties: object): Record<string, TemplateResource> => ({
  Table: table,
  Bus: bus,
  DeadLetters: queue('dead-letters'),
  Pipe: { ...pipe, Properties: { ...pipe.Properties, ...Properties } },
});
const reading = (parameters: object) => ({
  SourceParameters: { DynamoDBStreamParameters: { ...SOURCE.DynamoDBStreamParameters, ...parameters } },
});
const filtering = (...Patterns: readonly unknown[]) => ({
  SourceParameters: { ...SOURCE, FilterCriteria: { Filters: Patterns.map((Pattern) => ({ Pattern })) } },
});
const putting = (parameters: object) => ({ TargetParameters: { EventBridgeEventBusParameters: parameters } });
const pattern = (length: number) => `{"eventName":["${'x'.repeat(length - 18)}"]}`;
const GROUP = { LogGroupArn: `arn:aws:logs:${ACCOUNT.region}:${ACCOUNT.id}:log-group:pipe` };

describe('a pipe is refused by its logical id, and nothing is made of it, given', () => {
  test.each<[given: string, properties: object, message: string]>([
    [
      'a batch that a bus does not take',
      reading({ BatchSize: 11 }),
      'greater than the max supported". An event bus accepts at most 10',
    ],
    ['an empty batch', reading({ BatchSize: 0 }), 'has the BatchSize 0; it must be from 1 to 10000.'],
    ['too large a batch', reading({ BatchSize: '10001' }), 'has the BatchSize 10001; it must be from 1 to 10000.'],
    ['no lane', reading({ ParallelizationFactor: 0 }), 'has the ParallelizationFactor 0; it must be from 1 to 10.'],
    ['eleven lanes', reading({ ParallelizationFactor: 11 }), 'has the ParallelizationFactor 11;'],
    ['half a lane', reading({ ParallelizationFactor: 1.5 }), 'has 1.5 where a whole number is required.'],
    [
      'retries below without end',
      reading({ MaximumRetryAttempts: -2 }),
      'MaximumRetryAttempts -2; it must be from -1 to 10000',
    ],
    ['too many retries', reading({ MaximumRetryAttempts: 10_001 }), 'has the MaximumRetryAttempts 10001;'],
    ['an age below without end', reading({ MaximumRecordAgeInSeconds: -2 }), 'has the MaximumRecordAgeInSeconds -2;'],
    ['too high an age', reading({ MaximumRecordAgeInSeconds: 604_801 }), 'it must be from -1 to 604800.'],
    ['a batching window', reading({ MaximumBatchingWindowInSeconds: 301 }), 'MaximumBatchingWindowInSeconds'],
    ['another starting position', reading({ StartingPosition: 'AT_TIMESTAMP' }), 'must be TRIM_HORIZON or LATEST.'],
    ['no starting position', reading({ StartingPosition: undefined }), 'has no StartingPosition'],
    ['no parameters of its source', { SourceParameters: {} }, 'has no StartingPosition'],
    ['another way to fail in part', reading({ OnPartialBatchItemFailure: 'NONE' }), 'it must be AUTOMATIC_BISECT.'],
    [
      'a FIFO queue for dead letters',
      reading({ DeadLetterConfig: { Arn: `arn:aws:sqs:${ACCOUNT.region}:${ACCOUNT.id}:d.fifo` } }),
      'it must be a standard queue',
    ],
    [
      'a topic for dead letters',
      reading({ DeadLetterConfig: { Arn: `arn:aws:sns:${ACCOUNT.region}:${ACCOUNT.id}:d` } }),
      'it must be a standard queue',
    ],
    [
      'a queue that is not there',
      reading({ DeadLetterConfig: { Arn: `arn:aws:sqs:${ACCOUNT.region}:${ACCOUNT.id}:gone` } }),
      '(The specified queue does not exist.)',
    ],
    ['six filters', filtering(...Array(6).fill('{"eventName":["INSERT"]}')), 'has 6 filters; the limit is 5.'],
    ['too long a filter', filtering(pattern(4097)), 'has a Pattern of 4097 characters; it must be a text of 0 to 4096'],
    ['a filter that is no JSON', filtering('{'), 'not valid JSON'],
    ['an empty filter', filtering('{}'), 'empty object'],
    ['a filter with an operator that pipes lack', filtering('{"eventName":[{"wildcard":"I*"}]}'), 'wildcard'],
    [
      'a filter that is an object',
      filtering({ eventName: ['INSERT'] }),
      'has a filter whose Pattern is not JSON text.',
    ],
    ['a source of AWS', putting({ Source: 'aws.users' }), 'has the Source "aws.users"; sources that begin with "aws."'],
    [
      'too long a source',
      putting({ Source: 's'.repeat(257) }),
      'has a Source of 257 characters; it must be a text of 1 to 256',
    ],
    ['an empty source', putting({ Source: '' }), 'has a Source of 0 characters;'],
    [
      'too long a detail-type',
      putting({ DetailType: 'd'.repeat(129) }),
      'has a DetailType of 129 characters; it must be a text of 1 to 128',
    ],
    ['an empty detail-type', putting({ DetailType: '' }), 'has a DetailType of 0 characters;'],
    [
      'eleven resources',
      putting({ Resources: Array(11).fill('arn:aws:s3:::a') }),
      'has 11 Resources; the limit is 10.',
    ],
    ['a resource that is no ARN', putting({ Resources: ['users'] }), 'has "users" among its Resources;'],
    ['a time that is no path', putting({ Time: '2026-11-22T00:00:00Z' }), 'it must be a path'],
    [
      'too long a template',
      { TargetParameters: { InputTemplate: 'x'.repeat(8193) } },
      'at most 8192 characters, got 8193',
    ],
    [
      'a log without destination',
      { LogConfiguration: { Level: 'ERROR' } },
      '"Must provide at least 1 log destination in LogConfiguration"',
    ],
    [
      'a log without level',
      { LogConfiguration: { CloudwatchLogsLogDestination: GROUP } },
      'has a LogConfiguration without a Level.',
    ],
    ['a source in another Region', { Source: STREAM }, '"Creating cross-region pipe is not permitted."'],
    [
      'a target in another Region',
      { Target: 'arn:aws:events:us-east-1:111122223333:event-bus/main' },
      '"Creating cross-region pipe is not permitted."',
    ],
    [
      'a target in another account',
      { Target: `arn:aws:events:${ACCOUNT.region}:444455556666:event-bus/main` },
      'of another account',
    ],
    [
      'dead letters in another account',
      reading({ DeadLetterConfig: { Arn: `arn:aws:sqs:${ACCOUNT.region}:444455556666:letters` } }),
      'it must be a standard queue of the same Region and account',
    ],
    [
      'dead letters in another Region',
      reading({ DeadLetterConfig: { Arn: `arn:aws:sqs:us-east-1:${ACCOUNT.id}:letters` } }),
      'it must be a standard queue of the same Region and account',
    ],
    [
      'another desired state',
      { DesiredState: 'PAUSED' },
      'has the DesiredState "PAUSED"; it must be RUNNING or STOPPED.',
    ],
  ])('%s', async (_given, properties, message) => {
    const { update, services } = makeStacks();
    const made = update(resources(properties));
    await expect(made).rejects.toThrow(message);
    await expect(made).rejects.toMatchObject({ name: 'TemplateError', logicalId: 'Pipe' });
    expect([services.pipes.size, services.dynamodb.definitionOf('users')]).toEqual([0, undefined]);
  });
});

describe('a pipe is made, given', () => {
  test.each<[given: string, properties: object]>([
    [
      'the least of everything',
      reading({ BatchSize: 1, ParallelizationFactor: 1, MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1 }),
    ],
    [
      'the most of everything',
      reading({
        BatchSize: 10,
        ParallelizationFactor: '10',
        MaximumRetryAttempts: 10_000,
        MaximumRecordAgeInSeconds: 604_800,
      }),
    ],
    ['five filters of the longest', filtering(...Array(5).fill(pattern(4096)))],
    ['the longest names', putting({ Source: 's'.repeat(256), DetailType: '😀'.repeat(128) })],
    [
      'paths',
      putting({
        Source: '$.eventName',
        Resources: Array(10).fill('$.eventSourceARN'),
        Time: '$.dynamodb.ApproximateCreationDateTime',
      }),
    ],
    ['the longest template', { TargetParameters: { InputTemplate: 'x'.repeat(8192) } }],
    ['a log that is off', { LogConfiguration: { Level: 'OFF' } }],
    [
      'dead letters to a queue of the stack',
      reading({ DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } }),
    ],
  ])('%s', async (_given, properties) => {
    const { update, services } = makeStacks();
    await update(resources(properties));
    expect([...services.pipes.keys()]).toEqual(['registrations']);
  });
});

test('given an update that is refused, the pipe stays as it was', async () => {
  const { update, services } = makeStacks();
  await update(resources({}));
  const before = services.pipes.get('registrations');
  await expect(update(resources(reading({ BatchSize: 11 })))).rejects.toThrow(/^Pipe: has the BatchSize 11/);
  expect(services.pipes.get('registrations')).toBe(before);
});

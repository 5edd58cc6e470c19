import { describe, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../../../packages/local-engine/cloudformation/template/template.ts';
import { ACCOUNT } from '../support/parts.ts';
import { code, fn, makeStacks, mapping, queue, table } from '../support/stack.ts';

code('handler.zip', 'export const handler = async () => ({});');

const resources = (Mapping: TemplateResource, more: object = {}): Record<string, TemplateResource> => ({
  Table: table,
  Queue: queue('work'),
  Function: fn('handler.zip', more),
  Mapping,
});
const arn = (service: string, resource: string, { region = ACCOUNT.region, id = ACCOUNT.id } = {}) =>
  `arn:aws:${service}:${region}:${id}:${resource}`;

describe('an event source mapping is refused by its logical id, and nothing is made, given', () => {
  const STREAM = { EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] }, StartingPosition: 'LATEST' };
  test.each<[given: string, properties: object, message: RegExp]>([
    [
      'the stream of a table',
      STREAM,
      /^Mapping: reads arn:aws:dynamodb:.*, a DynamoDB stream; .* only an SQS queue can be the source\. A pipe can read/,
    ],
    ['that and a filter', { ...STREAM, FilterCriteria: { Filters: [] }, BatchSize: 100 }, /a DynamoDB stream;/],
    [
      'a Kinesis stream',
      { EventSourceArn: arn('kinesis', 'stream/s'), StartingPosition: 'LATEST' },
      /a Kinesis stream;.*the source\.$/,
    ],
    ['a Kafka cluster', { EventSourceArn: arn('kafka', 'cluster/c/1'), Topics: ['t'] }, /a Kafka cluster;/],
    ['a broker', { EventSourceArn: arn('mq', 'broker:b'), Queues: ['q'] }, /a message broker;/],
    ['a topic', { EventSourceArn: arn('sns', 't') }, /which is not an SQS queue;/],
    ['a cluster of its own', { EventSourceArn: undefined, SelfManagedEventSource: {} }, /has no EventSourceArn/],
    [
      'a queue of another Region',
      { EventSourceArn: arn('sqs', 'work', { region: 'eu-west-1' }) },
      /the same Region and account/,
    ],
    [
      'a queue of another account',
      { EventSourceArn: arn('sqs', 'work', { id: '444455556666' }) },
      /the same Region and account/,
    ],
    ['a FIFO queue', { EventSourceArn: arn('sqs', 'work.fifo') }, /a standard queue/],
    [
      'a filter',
      { FilterCriteria: { Filters: [{ Pattern: '{}' }] } },
      /has the property FilterCriteria, which the local engine does not support/,
    ],
    ['a batching window', { MaximumBatchingWindowInSeconds: 5 }, /has the property MaximumBatchingWindowInSeconds/],
    [
      'pollers of its own',
      { ProvisionedPollerConfig: { MinimumPollers: 2 } },
      /has the property ProvisionedPollerConfig/,
    ],
    ['a property that there is not', { BatchSizes: 5 }, /has the property BatchSizes/],
    ['too large a batch', { BatchSize: 11 }, /has the BatchSize 11; it must be from 1 to 10/],
    [
      'one batch at a time',
      { ScalingConfig: { MaximumConcurrency: 1 } },
      /has the MaximumConcurrency 1; it must be from 2 to 1000/,
    ],
    ['too many batches at a time', { ScalingConfig: { MaximumConcurrency: 1001 } }, /MaximumConcurrency 1001/],
    [
      'another type of response',
      { FunctionResponseTypes: ['All'] },
      /has the FunctionResponseType "All"; it must be ReportBatchItemFailures/,
    ],
  ])('%s', async (_given, properties, message) => {
    const { update, services } = makeStacks();
    const made = update(resources(mapping(properties)));
    await expect(made).rejects.toThrow(message);
    await expect(made).rejects.toMatchObject({ name: 'TemplateError', logicalId: 'Mapping' });
    expect([services.functions.size, services.mappings.size]).toEqual([0, 0]);
  });
});

describe('a function is refused by its logical id, given', () => {
  test.each<[given: string, properties: object, message: RegExp]>([
    ['no time', { Timeout: 0 }, /^Function: has the Timeout 0; it must be from 1 to 900/],
    ['too much time', { Timeout: 901 }, /has the Timeout 901/],
    ['too little memory', { MemorySize: 127 }, /has the MemorySize 127; it must be from 128 to 32768/],
    [
      'another format of its log',
      { LoggingConfig: { LogFormat: 'json' } },
      /has the LogFormat "json"; it must be JSON or Text/,
    ],
    [
      'another level of its log',
      { LoggingConfig: { ApplicationLogLevel: 'LOUD' } },
      /has the ApplicationLogLevel "LOUD"/,
    ],
  ])('%s', async (_given, properties, message) => {
    const made = makeStacks().update(resources(mapping(), properties));
    await expect(made).rejects.toThrow(message);
  });
});

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { PutRuleCommand, PutTargetsCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateMultipartUploadCommand,
  PutBucketCorsCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { namesIn } from '../support/malformed/send-malformed.ts';
import type { Names } from '../support/malformed/valid-requests.ts';
import { Pipeline } from '../support/pipeline.ts';

const USERS = 20;

/** Tables that have rows in no folder here: of tables that clients restored or changed, and of what an engine without them writes. */
const EMPTY = ['dynamodb_kept_tables'];

/** Two folders of an engine with a little of everything: `stopped`, and `killed` as it is while the engine runs. */
export async function writeFolders(made: string, assembly: string): Promise<Names> {
  const dataFolder = join(made, 'stopped');
  const pipeline = await Pipeline.start({ assemblies: [assembly], dataFolder });
  try {
    const names = await namesIn(pipeline);
    await makeEvents(pipeline, names);
    await makeObjects(pipeline, names);
    await makeMessages(pipeline);
    await leaveBehind(pipeline);
    const { storage } = pipeline.engine.services;
    storage.commit();
    const tables = storage.db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const empty = tables
      .map(({ name }) => String(name))
      .filter((name) => storage.db.prepare(`SELECT 1 FROM ${name} LIMIT 1`).get() === undefined);
    const unexpected = empty.filter((name) => !EMPTY.includes(name));
    if (unexpected.length > 0)
      throw new Error(`Nothing is in ${unexpected.join(', ')}: what is read of it is not tried.`);
    cpSync(dataFolder, join(made, 'killed'), { recursive: true });
    return names;
  } finally {
    await pipeline.stop();
  }
}

async function makeEvents(pipeline: Pipeline, { busName, queueArn, archiveArn }: Names): Promise<void> {
  const { events } = pipeline;
  const rule = { Name: 'by-client', EventBusName: busName };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: '{"source":["somebody"]}' }));
  await events.send(
    new PutTargetsCommand({ Rule: rule.Name, EventBusName: busName, Targets: [{ Id: 'q', Arn: queueArn }] }),
  );
  for (let user = 0; user < USERS; user++) await pipeline.register(`user-${user}`);
  await pipeline.put('somebody', 'Something', { a: 1 });
  await pipeline.waitFor('the events', ({ hop }) => hop === 'event', USERS + 1);
  const EventSourceArn = archiveArn;
  const Destination = { Arn: archiveArn.replace(/archive\/.*/, `event-bus/${busName}`) };
  const now = pipeline.clock.now();
  const times = { EventStartTime: new Date(now - 3_600_000), EventEndTime: new Date(now + 60_000) };
  await events.send(new StartReplayCommand({ ReplayName: 'replayed', EventSourceArn, Destination, ...times }));
}

async function makeObjects({ s3 }: Pipeline, { bucket: Bucket }: Names): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a/b.txt', Body: 'hello', Metadata: { a: 'b' } }));
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
  const CORSRules = [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }];
  await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  const upload = { Bucket, Key: 'parts' };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
  await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'part' }));
}

/** In a queue of a client's: one that is visible, one in flight, one that is delayed. */
async function makeMessages({ sqs }: Pipeline): Promise<void> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'by-client', tags: { a: 'b' } }));
  const MessageAttributes = { a: { DataType: 'String', StringValue: 'b' } };
  const send = (DelaySeconds: number) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"a":1}', MessageAttributes, DelaySeconds }));
  await send(0);
  await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 600 }));
  await send(0);
  await send(900);
}

/** Skipped time; a delivery that its rule tries again, and a record that the pipe does. */
async function leaveBehind(pipeline: Pipeline): Promise<void> {
  const { faults } = pipeline.engine;
  const headers = { 'content-type': 'application/json', 'x-local-engine-lab': '1' };
  const url = `${pipeline.engine.endpoint}/_local-engine/lab/v1/clock/skip`;
  await fetch(url, { method: 'POST', headers, body: '{"ms":1000}' });
  const always = { times: Number.POSITIVE_INFINITY };
  faults.fail('sqs:SendMessage', 'InternalFailure', always);
  await pipeline.register('late');
  await pipeline.waitFor(
    'a rule to fail',
    ({ hop, outcome, retries }) => hop === 'rule-delivery' && outcome === 'refused' && retries === 0,
  );
  faults.fail('events:PutEvents', 'InternalFailure', always);
  await pipeline.register('left');
  await pipeline.waitFor('the pipe to fail', ({ hop, retries }) => hop === 'pipe-delivery' && retries === 0, USERS + 2);
}

import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UserRegisteredV1 } from '../../schemas/generated/event-contracts.ts';
import { Pipeline } from '../support/pipeline.ts';
import { sampleEvent } from '../support/sample-event.ts';
import { hopsOf, registered, trace } from './trace-output.ts';

const PERSONAL = { email: 'ji@example.org', name: 'Ji Kim-Sun', phone: '+82-10-5550-1234' };
const ATTRIBUTES = Object.fromEntries(Object.entries(PERSONAL).map(([name, value]) => [name, { S: value }]));

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed({ journalValues: 'types' });
});
afterAll(() => pipeline.stop());

test('given a journal of types, no row, event, message, answer or refusal leaves a value in it', async () => {
  await pipeline.register('ji', { attributes: ATTRIBUTES });
  await pipeline.recorded('ji');
  await pipeline.setAttribute('ji', 'email', PERSONAL.email.toUpperCase());
  const event = sampleEvent(UserRegisteredV1) as { data: object };
  await pipeline.put('users-table', 'UserRegistered', { ...event, data: { ...event.data, ...PERSONAL } });
  const QueueUrl = pipeline.output('BucketServiceQueueUrl');
  await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: Object.values(PERSONAL).join() }));
  await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(PERSONAL) }));
  const refused = new UpdateItemCommand({
    TableName: pipeline.table,
    Key: { userId: { S: 'ji' } },
    UpdateExpression: `SET ${PERSONAL.email} = :v`,
  });
  await expect(pipeline.dynamodb.send(refused)).rejects.toMatchObject({ name: 'ValidationException' });
  await pipeline.failures('BucketService', 1);

  const kept = pipeline.entries(({ hop }) => hop !== 'log').map((entry) => JSON.stringify(entry));
  expect(kept.filter((entry) => Object.values(PERSONAL).some((value) => entry.includes(value)))).toEqual([]);
  const [row] = pipeline.entries(({ hop, keys }) => hop === 'stream-record' && JSON.stringify(keys).includes('ji'));
  expect(row).toMatchObject({ keys: { userId: { S: 'ji' } }, newImage: { userId: 'S', email: 'S', phone: 'S' } });
});

test('a registration can be traced as before', async () => {
  await registered(pipeline, 'alice');
  const hops = hopsOf(await trace(pipeline, 'alice'));
  const uri = (await pipeline.row('alice'))?.s3_bucket_uri?.S;
  expect(hops).toEqual(
    expect.arrayContaining([
      'users table the row is written',
      expect.stringMatching(/^bus UserRegistered from users-table, event [0-9a-f-]{36}$/),
      'bucket-service its function takes it, receive 1',
      expect.stringMatching(/^bus BucketCreated from bucket-service, event [0-9a-f-]{36}$/),
      `users table the URI is written: ${uri}`,
    ]),
  );
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { synthesize } from '../../cdk/synthesize.ts';
import { Pipeline } from '../support/pipeline.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'order-events');

let outdir: string;
let shop: Pipeline;
let TableName: string;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'order-events-'));
  await synthesize({ folder: EXAMPLE, outdir });
  shop = await Pipeline.start({ assemblies: [outdir] });
  TableName = shop.output('OrdersTableName');
});

afterAll(async () => {
  await shop?.stop();
  await rm(outdir, { recursive: true });
});

const order = (orderId: string, status: string, total: number) =>
  shop.dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: { orderId: { S: orderId }, status: { S: status }, total: { N: String(total) } },
    }),
  );
const set = (orderId: string, name: string, value: string) =>
  shop.dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: { orderId: { S: orderId } },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': { S: value } },
    }),
  );

test('given a table of another team, when an order is paid, then its event is on their bus, once, and other changes are not', async () => {
  await order('o-"1"', 'OPEN', 25);
  await set('o-"1"', 'address', 'Seoul');
  await set('o-"1"', 'status', 'PAID');
  await set('o-"1"', 'address', 'Busan');
  await order('o-2', 'PAID', 0.1);
  await shop.waitFor('both events in the queue', ({ hop }) => hop === 'rule-delivery', 2);
  // The pipe reads the one shard in order, and the second order was its last record.
  expect(shop.entries(({ hop }) => hop === 'event')).toHaveLength(2);

  const messages = await shop.messages(shop.output('AccountingQueueUrl'));
  const events = messages.map(({ Body = '' }) => JSON.parse(Body));
  expect(events.map(({ source, 'detail-type': type }) => [source, type])).toEqual([
    ['shop', 'OrderPaid'],
    ['shop', 'OrderPaid'],
  ]);
  const details = new Map(events.map(({ detail }) => [detail.data.orderId, detail]));
  expect([...details.keys()].sort()).toEqual(['o-"1"', 'o-2']);
  expect(details.get('o-"1"')).toEqual({
    metadata: { eventId: expect.stringMatching(/^[0-9a-f]{32}$/) },
    data: { orderId: 'o-"1"', total: '25', paidAt: expect.any(Number) },
  });
  expect(details.get('o-2').data.total).toBe('0.1');
});

import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findKeyAndStreamProblems, readTable } from '../../cli/commands/deploy/existing-table.ts';
import { type DeployedStack, findDeployed } from '../../cli/deployment/deployed-stack.ts';
import { countBuckets, readData } from '../../cli/deployment/stack-data.ts';
import { AwsClients } from '../../operations/aws/aws-clients.ts';
import { Pipeline } from '../support/pipeline.ts';

describe('what npm run deploy and npm run destroy see of a stack', () => {
  let pipeline: Pipeline;
  let clients: AwsClients;
  let stack: DeployedStack | undefined;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    await pipeline.register('test4');
    await pipeline.recorded('test4');
    await pipeline.idle();
    clients = new AwsClients({ endpoint: pipeline.engine.endpoint, region: pipeline.engine.account.region });
    stack = await findDeployed(clients, 'user-bucket-pipeline-dev');
  });
  afterAll(async () => {
    clients.destroy();
    await pipeline.stop();
  });

  test('where it is, and what state it is in', async () => {
    const { id: account, region } = pipeline.engine.account;
    expect(stack).toMatchObject({ place: { account, region }, status: 'CREATE_COMPLETE', isProtected: false });
    expect(await findDeployed(clients, 'user-bucket-pipeline-prod')).toBeUndefined();
  });

  test('all that holds data, how much, and what becomes of it', async () => {
    const data = await readData(clients, stack as DeployedStack);
    expect(data.filter(({ isKept }) => isKept)).toEqual([]);
    expect(data.map(({ kind, holds }) => [kind, holds])).toEqual([
      ['table', 1],
      ['archive', 2],
      ['bus', undefined],
      ['queue', 0],
      ['queue', 0],
      ['dead-letter queue', 0],
      ['dead-letter queue', 0],
      ['dead-letter queue', 0],
      ['log', undefined],
      ['log', undefined],
      ['log', undefined],
    ]);
    expect(data[0]?.name).toBe(pipeline.table);
  });

  test('the buckets of users', async () => {
    expect(await countBuckets(clients, stack as DeployedStack)).toBe(1);
  });

  test('whether a table will do', async () => {
    const { id, region } = pipeline.engine.account;
    const tableArn = `arn:aws:dynamodb:${region}:${id}:table/${pipeline.table}`;
    const wanted = (tableStreamArn: string, userIdAttribute = 'userId') => ({
      existingTable: { tableArn, tableStreamArn },
      userIdAttribute,
    });
    const table = await readTable(clients, wanted('any'));
    const streamArn = table?.LatestStreamArn ?? '';
    expect(findKeyAndStreamProblems(wanted(streamArn), table)).toEqual([]);
    expect(findKeyAndStreamProblems(wanted(streamArn, 'id'), table)).toMatchObject([
      { fix: expect.stringContaining('"userId"') },
    ]);

    const off = { TableName: pipeline.table, StreamSpecification: { StreamEnabled: false } };
    await clients.of(DynamoDBClient).send(new UpdateTableCommand(off));
    expect(findKeyAndStreamProblems(wanted(streamArn), await readTable(clients, wanted(streamArn)))).toMatchObject([
      { problem: 'the table has no stream: no new row would become an event' },
    ]);
    const missing = { ...wanted('any').existingTable, tableArn: `${tableArn}-other` };
    expect(await readTable(clients, { existingTable: missing, userIdAttribute: 'userId' })).toBeUndefined();
  });
});

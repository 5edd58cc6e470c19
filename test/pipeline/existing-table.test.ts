import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { synthesize } from '../../cdk/synthesize.ts';
import { findKeyAndStreamProblems } from '../../cli/commands/deploy/existing-table.ts';
import { type ChangedAssembly, madeUpAssembly } from '../support/changed-assembly.ts';
import { Pipeline } from '../support/pipeline.ts';

const TableName = 'USER-DB';

let signUps: ChangedAssembly;
let outdir: string;
let pipeline: Pipeline;
beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'pipeline-existing-'));
  signUps = await madeUpAssembly('sign-ups', {
    Resources: {
      Users: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName,
          KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'userId', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
          StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
        },
      },
    },
  });
  pipeline = await Pipeline.start({ assemblies: [signUps.folder] });
});
afterAll(async () => {
  await pipeline.stop();
  await signUps.remove();
  await rm(outdir, { recursive: true });
});

test('given a table of somebody else’s whose stream shows keys alone, a stack over it gives its users buckets, and makes no other table', async () => {
  const { Table } = await pipeline.dynamodb.send(new DescribeTableCommand({ TableName }));
  const existingTable = { tableArn: Table?.TableArn ?? '', tableStreamArn: Table?.LatestStreamArn ?? '' };
  expect(findKeyAndStreamProblems({ existingTable, userIdAttribute: 'userId' }, Table)).toEqual([]);

  await synthesize({ outdir, context: existingTable });
  await pipeline.engine.update([signUps.folder, outdir]);
  expect(pipeline.table).toBe(TableName);
  expect((await pipeline.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([TableName]);
  await pipeline.register('test4', { attributes: { email: { S: 'jane@example.com' } } });
  const row = await pipeline.recorded('test4');
  expect(row).toMatchObject({
    email: { S: 'jane@example.com' },
    s3_bucket_uri: { S: expect.stringMatching(/^s3:/) },
  });
});

test('given a stream that is of no table, the engine refuses the update and names it, and the pipeline works as before', async () => {
  const { Table } = await pipeline.dynamodb.send(new DescribeTableCommand({ TableName }));
  const tableStreamArn = `${Table?.TableArn}/stream/2020-01-01T00:00:00.000`;
  await synthesize({ outdir, context: { tableArn: Table?.TableArn, tableStreamArn } });
  await expect(pipeline.engine.update([signUps.folder, outdir])).rejects.toThrow(
    `has the source ${tableStreamArn}; only the stream of a table in the local engine can be a source.`,
  );
  await pipeline.register('test5');
  await pipeline.recorded('test5');
});

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { Pipeline } from '../../support/pipeline.ts';

/** All that users have, in an order that depends on nothing. */
export interface Everything {
  readonly rows: readonly unknown[];
  readonly buckets: readonly unknown[];
}

/** Reads every row and every bucket with its settings and objects. @param table @default the stack's */
export async function lookAtEverything(pipeline: Pipeline, table = pipeline.table): Promise<Everything> {
  const { Items = [] } = await pipeline.dynamodb.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  const rows = Items.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
  const names = (await pipeline.buckets()).sort();
  return { rows, buckets: await Promise.all(names.map((name) => lookAtBucket(pipeline, name))) };
}

async function lookAtBucket({ s3 }: Pipeline, Bucket: string): Promise<unknown> {
  const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
  const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const objects = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return [Key, await Body?.transformToString()];
    }),
  );
  return { Bucket, TagSet, PublicAccessBlockConfiguration, objects };
}

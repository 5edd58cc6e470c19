import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { DeadLettersOfRun } from './dead-letters-of-run.ts';
import type { PipelineUnderTest } from './pipeline-under-test.ts';

/**
 * Removes all that a run has made: rows, buckets, dead letters, rule and queue. Events stay in the archive: nobody can take
 * one out.
 * @returns what is left behind, and why, one line each
 */
export async function cleanUp(pipeline: PipelineUnderTest): Promise<string[]> {
  const left: string[] = [];
  const tryTo = async (what: string, run: () => Promise<unknown>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      left.push(`${what}: ${(error as Error).message}`);
    }
  };

  for (const userId of pipeline.userIds) {
    await tryTo(`the row of ${userId}`, () => deleteRow(pipeline, userId));
    await tryTo(`the bucket of ${userId}`, async () => {
      for (const Bucket of await pipeline.bucketsOf(userId)) await deleteBucket(pipeline, Bucket);
    });
  }
  await tryTo('dead letters', () => new DeadLettersOfRun(pipeline).takeAll());
  await tryTo('the temporary rule and queue', () => pipeline.watch.close());
  return left;
}

async function deleteRow({ on, users }: PipelineUnderTest, userId: string): Promise<void> {
  const Key = { [users.userIdAttribute]: { S: userId } };
  await on.clients.of(DynamoDBClient).send(new DeleteItemCommand({ TableName: users.name, Key }));
}

/** S3 refuses if anything is in it. */
async function deleteBucket({ on }: PipelineUnderTest, Bucket: string): Promise<void> {
  await on.clients.of(S3Client).send(new DeleteBucketCommand({ Bucket }));
}

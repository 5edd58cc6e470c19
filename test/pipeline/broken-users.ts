import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketTaggingCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  type Tag,
} from '@aws-sdk/client-s3';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { type Ended, pipeline as run } from '../support/cli.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** The access key with which a test operates, so that its calls can be told from those of others. */
export const OPERATOR = 'OPERATOR';

/** Runs a command as on a deployed stack, with an operator's own credentials. */
export function operate(pipeline: Pipeline, ...args: string[]): Promise<Ended> {
  return run([...args, '--stack', 'user-bucket-pipeline-dev'], operatorEnvironment(pipeline));
}

/** What tells a command whose pipeline it is for, and who the operator is. */
export function operatorEnvironment({ engine }: Pipeline) {
  return {
    AWS_ENDPOINT_URL: engine.endpoint,
    AWS_ACCESS_KEY_ID: OPERATOR,
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: engine.account.region,
  };
}

/** The operations that an operator has called, each once. */
export function operatedBy(pipeline: Pipeline): string[] {
  const calls = pipeline.entries(({ hop, accessKeyId }) => hop === 'api-call' && accessKeyId === OPERATOR);
  return [...new Set(calls.map(({ service, operation }) => `${service}:${operation}`))].sort();
}

/** Whether an entry is an event that came of a repair. */
export function isRepair({ hop, detail }: JournalEntry): boolean {
  return hop === 'event' && (detail as { metadata?: { replayName?: string } }).metadata?.replayName === 'reconcile';
}

/** Users for whom all is well, whom a test then harms. */
export class BrokenUsers {
  readonly #pipeline: Pipeline;

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
  }

  async register(...userIds: string[]): Promise<void> {
    for (const userId of userIds) await this.#pipeline.register(userId);
    await Promise.all(userIds.map((userId) => this.#pipeline.recorded(userId)));
    // A message leaves its queue a little later than its URI comes into the row: until then a command calls it pending.
    await this.#pipeline.idle();
  }

  async bucketOf(userId: string): Promise<string> {
    return (await this.#pipeline.row(userId))?.s3_bucket_uri?.S?.replace('s3://', '') ?? '';
  }

  async loseUri(userId: string): Promise<void> {
    await this.#pipeline.dynamodb.send(
      new UpdateItemCommand({
        TableName: this.#pipeline.table,
        Key: { userId: { S: userId } },
        UpdateExpression: 'REMOVE s3_bucket_uri, s3_bucket_url',
      }),
    );
  }

  /** Fills a user's row up to the last of 409,600 bytes, or to fewer. Returns the name of the user's bucket. */
  async fill(userId: string, bytes = 409_600): Promise<string> {
    const own = Buffer.byteLength(`userId${userId}notes`);
    await this.#pipeline.dynamodb.send(
      new UpdateItemCommand({
        TableName: this.#pipeline.table,
        Key: { userId: { S: userId } },
        UpdateExpression: 'SET notes = :notes',
        ExpressionAttributeValues: { ':notes': { S: 'x'.repeat(bytes - own) } },
      }),
    );
    const { Buckets = [] } = await this.#pipeline.s3.send(new ListBucketsCommand({ Prefix: `siu${userId}-` }));
    return Buckets[0]?.Name ?? '';
  }

  /** Writes a bucket's addresses into a row of so many bytes, as uri-recorder does. */
  async recordUri(userId: string, bucket: string, bytes: number): Promise<void> {
    await this.fill(userId, bytes);
    const { region } = this.#pipeline.engine.account;
    await this.#pipeline.dynamodb.send(
      new UpdateItemCommand({
        TableName: this.#pipeline.table,
        Key: { userId: { S: userId } },
        UpdateExpression: 'SET s3_bucket_uri = :uri, s3_bucket_url = :url',
        ExpressionAttributeValues: {
          ':uri': { S: `s3://${bucket}` },
          ':url': { S: `https://${bucket}.s3.${region}.amazonaws.com/` },
        },
      }),
    );
  }

  async loseBucket(Bucket: string): Promise<void> {
    const { s3 } = this.#pipeline;
    // What other subscribers have put there.
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
  }

  async setTags(Bucket: string, ...TagSet: Tag[]): Promise<void> {
    await this.#pipeline.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  }

  async tagsOf(Bucket: string): Promise<Tag[]> {
    return (await this.#pipeline.s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet ?? [];
  }

  /** Every row, and every bucket with its tags. */
  async everything(): Promise<{ rows: unknown; buckets: Record<string, Tag[]> }> {
    const { Items = [] } = await this.#pipeline.dynamodb.send(
      new ScanCommand({ TableName: this.#pipeline.table, ConsistentRead: true }),
    );
    const rows = Object.fromEntries(Items.map((item) => [item.userId?.S ?? '', item]));
    const buckets: Record<string, Tag[]> = {};
    for (const name of await this.#pipeline.buckets()) buckets[name] = await this.tagsOf(name);
    return { rows, buckets };
  }
}

import { createHash } from 'node:crypto';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PipesClient, StopPipeCommand } from '@aws-sdk/client-pipes';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { AwsClients } from '../../../operations/aws/aws-clients.ts';
import { DEFAULT_REGION } from '../../../operations/aws/target.ts';
import { withEngine } from '../assembly.ts';
import { runCommand } from '../command.ts';
import type { EngineChild } from '../engine-child.ts';
import { print } from '../figures.ts';

const USERS = 100_000;
const FIXED = Math.min(USERS, 5_000);
const ROWS_IN_CALL = 25;
const CALLS_IN_FLIGHT = 16;
/** Of the whole process: 500 MB. */
const MOST_MIB = 476;

/** reconcile's finding for a user without a bucket. */
interface Found {
  readonly class: string;
  readonly userId: string;
  readonly fix: { readonly bucket: string; readonly registeredAt: number; readonly eventId: string };
}

/** `pipeline reconcile` on the running engine, with users that the pipeline has not processed. */
class ReconcileBench {
  readonly #engine: EngineChild;
  readonly #clients: AwsClients;

  constructor(engine: EngineChild) {
    this.#engine = engine;
    this.#clients = new AwsClients({ endpoint: engine.ready.endpoint, region: DEFAULT_REGION });
  }

  async run(): Promise<void> {
    await this.#clients.of(PipesClient).send(new StopPipeCommand({ Name: this.#engine.output('PipeName') }));
    const userIds = Array.from({ length: USERS }, (_, user) => `before-${user}@example.com`);
    await this.#putRows(userIds);
    const found = await this.#measure('finds all without URI and bucket', '--json');
    const users = found.filter(({ class: name }) => name === 'user-without-uri');
    await pMap(users, (user) => this.#createBucket(user), { concurrency: CALLS_IN_FLIGHT });
    await this.#measure('finds all without URI, and their buckets', '--json');
    await this.#putRows(userIds.slice(FIXED), new Map(users.map(({ userId, fix }) => [userId, fix.bucket])));
    const fix = ['--fix', '--yes', '--wait', '--rate', '2000', '--timeout', '300'];
    await this.#measure(`fixes ${FIXED} of them by BucketCreated`, '--json', ...fix);
    await this.#measure('finds no problem', '--json');
    this.#clients.destroy();
  }

  /** @param buckets by user, those that the rows name */
  async #putRows(userIds: readonly string[], buckets?: ReadonlyMap<string, string>): Promise<void> {
    const table = this.#engine.output('UsersTableName');
    const starts = Array.from({ length: Math.ceil(userIds.length / ROWS_IN_CALL) }, (_, batch) => batch * ROWS_IN_CALL);
    await pMap(
      starts,
      async (start) => {
        const rows = userIds.slice(start, start + ROWS_IN_CALL).map((userId) => ({
          userId: { S: userId },
          ...(buckets && { s3_bucket_uri: { S: `s3://${buckets.get(userId)}` } }),
        }));
        const RequestItems = { [table]: rows.map((Item) => ({ PutRequest: { Item } })) };
        await this.#clients.of(DynamoDBClient).send(new BatchWriteItemCommand({ RequestItems }));
      },
      { concurrency: CALLS_IN_FLIGHT },
    );
  }

  /** As bucket-service makes it. */
  async #createBucket({ userId, fix }: Found): Promise<void> {
    const tags = {
      app: 'user-bucket-pipeline',
      userIdSha256: createHash('sha256').update(userId).digest('hex'),
      registeredAt: String(fix.registeredAt),
      correlationId: fix.eventId,
    };
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const CreateBucketConfiguration = { LocationConstraint: DEFAULT_REGION, Tags } as const;
    const input = { Bucket: fix.bucket, BucketNamespace: 'account-regional', CreateBucketConfiguration } as const;
    await this.#clients.of(S3Client).send(new CreateBucketCommand(input));
  }

  /** Runs the command in a process of its own, and prints how long it took and what memory it held. Returns what it found. */
  async #measure(what: string, ...options: string[]): Promise<Found[]> {
    const { out, seconds, mebibytes } = await runCommand(this.#engine, ['reconcile', '--grace', '0', ...options]);
    const found = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    print({ measure: `reconcile of ${USERS} users ${what}`, unit: 's', value: seconds, summary: found.at(-1) });
    print({
      measure: `the most memory of reconcile, which ${what}`,
      unit: 'MiB',
      value: mebibytes,
      target: MOST_MIB,
    });
    return found;
  }
}

await withEngine((engine) => new ReconcileBench(engine).run());

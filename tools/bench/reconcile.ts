/** Run it alone: `node tools/bench/reconcile.ts [users]`. It takes minutes, so it is not part of `npm run bench`. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PipesClient, StopPipeCommand } from '@aws-sdk/client-pipes';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { synthesize } from '../../cdk/synthesize.ts';
import { AwsClients } from '../../operations/aws/aws-clients.ts';
import { DEFAULT_REGION } from '../../operations/aws/target.ts';
import { EngineChild } from './engine-child.ts';

const USERS = Number(process.argv[2] ?? 100_000);
const FIXED = Math.min(USERS, 5_000);
const ROWS_IN_CALL = 25;
const CALLS_IN_FLIGHT = 16;
/** Of the whole process: 500 MB. */
const MOST_MIB = 476;

/** Makes a process print its peak memory when it exits. */
const TELL_MEMORY = `data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS '+process.resourceUsage().maxRSS+'\\n'))`;

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
    const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
    const { port } = new URL(this.#engine.ready.endpoint);
    const begun = performance.now();
    const args = ['--import', TELL_MEMORY, main, 'reconcile', '--grace', '0', '--port', port, ...options];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    const seconds = (performance.now() - begun) / 1000;
    const [, kib = 'unknown'] = /maxRSS (\d+)\n$/.exec(said) ?? [];
    const found = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    print({
      measure: `reconcile of ${USERS} users ${what}`,
      unit: 's',
      value: Math.round(seconds * 10) / 10,
      summary: found.at(-1),
    });
    print({
      measure: 'the most memory of its process',
      unit: 'MiB',
      value: Math.round(Number(kib) / 1024),
      target: MOST_MIB,
    });
    return found;
  }
}

function print(figure: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(figure));
}

const assembly = await mkdtemp(join(tmpdir(), 'pipeline-bench-'));
try {
  await synthesize({ outdir: assembly });
  const engine = await EngineChild.start(assembly);
  await new ReconcileBench(engine).run().finally(() => engine.stop());
} finally {
  await rm(assembly, { recursive: true });
}

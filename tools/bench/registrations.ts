import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient, PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { paginateListBuckets, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { AwsClients } from '../../operations/aws/aws-clients.ts';
import { DEFAULT_REGION } from '../../operations/aws/target.ts';
import { type EngineChild, now } from './engine-child.ts';
import { print, rounded } from './figures.ts';

const PUTS_IN_FLIGHT = 32;
const POLL_MS = 50;

/** How registrations went. */
export interface Registered {
  readonly perSecond: number;
  readonly seconds: number;
  /** CPU milliseconds of one registration; undefined where the system does not say. */
  readonly cpuMs?: { readonly engine: number; readonly functions: number; readonly client: number };
  /** Of the engine, after a garbage collection. */
  readonly memory: { readonly resident: number; readonly heap: number; readonly database: number };
}

/** Registers users on an engine as a sign-up service does. */
export class Registrations {
  readonly #engine: EngineChild;
  readonly clients: AwsClients;
  readonly #table: string;
  readonly #earlier: number;
  #users: number;

  /** @param earlier users that its data folder holds from earlier runs, all registered here too */
  constructor(engine: EngineChild, earlier = 0) {
    this.#engine = engine;
    this.#earlier = earlier;
    this.#users = earlier;
    this.clients = new AwsClients({ endpoint: engine.ready.endpoint, region: DEFAULT_REGION });
    this.#table = engine.output('UsersTableName');
  }

  /** Who was registered last. */
  get lastUser(): string {
    return userId(this.#users - 1);
  }

  /** Puts the row of one more user. Resolves with the milliseconds until their URI is in it. */
  async one(): Promise<number> {
    const recorded = await this.#engine.watch({ kind: 'recorded', users: 1 });
    const begun = now();
    await this.#put(this.#users);
    this.#users += 1;
    return (await recorded()).at - begun;
  }

  /** Registers more users at full speed, and checks that each has their URI, once. */
  async many(users: number): Promise<Registered> {
    const registered = await this.load(users);
    await this.check();
    return registered;
  }

  /** The same without the check: call {@link check} before anything is printed. */
  async load(users: number): Promise<Registered> {
    const recorded = await this.#engine.watch({ kind: 'recorded', users });
    const before = { cpu: (await this.#engine.state()).cpu, client: process.cpuUsage() };
    const begun = now();
    const numbers = Array.from({ length: users }, (_, index) => this.#users + index);
    await pMap(numbers, (number) => this.#put(number), { concurrency: PUTS_IN_FLIGHT });
    const { at } = await recorded();
    const client = process.cpuUsage(before.client);
    const { cpu, memory } = await this.#engine.state();
    this.#users += users;
    const seconds = (at - begun) / 1000;
    const each = (cpuSeconds: number) => rounded((cpuSeconds * 1000) / users);
    return {
      perSecond: Math.round(users / seconds),
      seconds: rounded(seconds),
      memory,
      ...(cpu &&
        before.cpu && {
          cpuMs: {
            engine: each(cpu.own - before.cpu.own),
            functions: each(cpu.descendants - before.cpu.descendants),
            client: each((client.user + client.system) / 1e6),
          },
        }),
    };
  }

  /** @throws Error unless every user has a bucket and its URI in their row, recorded once, and no message is left in any queue */
  async check(users = this.#users): Promise<void> {
    await checkRecordedOnce(this.#engine, this.clients, users, users - this.#earlier);
  }

  close(): void {
    this.clients.destroy();
  }

  async #put(number: number): Promise<void> {
    const Item = { userId: { S: userId(number) } };
    await this.clients.of(DynamoDBClient).send(new PutItemCommand({ TableName: this.#table, Item }));
  }
}

function userId(number: number): string {
  return `user-${number}`;
}

/**
 * Checks the end state of registrations.
 * @param ofThisRun those of the users that were recorded since the engine started. @default - all
 * @throws Error unless every user has a bucket and its URI in their row, recorded once, and no message is left in any queue
 */
export async function checkRecordedOnce(
  engine: EngineChild,
  clients: AwsClients,
  users: number,
  ofThisRun = users,
): Promise<void> {
  await whenQueuesAreEmpty(clients);
  const uris: string[] = [];
  let rows = 0;
  const scan = { TableName: engine.output('UsersTableName'), ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client: clients.of(DynamoDBClient) }, scan)) {
    rows += Items.length;
    uris.push(...Items.flatMap(({ s3_bucket_uri: uri }) => uri?.S ?? []));
  }
  const buckets = new Set<string>();
  for await (const { Buckets = [] } of paginateListBuckets({ client: clients.of(S3Client) }, { MaxBuckets: 10_000 })) {
    for (const { Name } of Buckets) buckets.add(`s3://${Name}`);
  }
  const { recordings } = await engine.state();
  const found = {
    rows,
    rowsWithUri: uris.length,
    urisOfBuckets: new Set(uris.filter((uri) => buckets.has(uri))).size,
    buckets: buckets.size,
    recordings: recordings + users - ofThisRun,
  };
  if (Object.values(found).every((count) => count === users)) return;
  throw new Error(`Not every one of ${users} users is recorded once: ${JSON.stringify(found)}.`);
}

/** Resolves when no queue holds a message. @throws Error for a message in a dead-letter queue */
export async function whenQueuesAreEmpty(clients: AwsClients): Promise<void> {
  const sqs = clients.of(SQSClient);
  const urls: string[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues({ client: sqs }, {})) urls.push(...QueueUrls);
  for (;;) {
    const left = await pMap(urls, async (QueueUrl) => ({ QueueUrl, messages: await messagesIn(sqs, QueueUrl) }));
    const dead = left.find(({ QueueUrl, messages }) => messages > 0 && /dlq|dead/i.test(QueueUrl));
    if (dead) throw new Error(`${dead.messages} messages are in the dead-letter queue ${dead.QueueUrl}.`);
    if (left.every(({ messages }) => messages === 0)) return;
    await pause(POLL_MS); // a batch is deleted after its last user was recorded; SQS has no call that waits for it
  }
}

async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return (
    Number(Attributes.ApproximateNumberOfMessages) +
    Number(Attributes.ApproximateNumberOfMessagesNotVisible) +
    Number(Attributes.ApproximateNumberOfMessagesDelayed)
  );
}

/** Prints the figures of registrations at full speed. */
export function printRegistered(
  what: string,
  { perSecond, seconds, cpuMs, memory }: Registered,
  target?: number,
): void {
  const measure = `registrations a second, ${what}`;
  print({ measure, unit: '1/s', value: perSecond, ...(target !== undefined && { target }), seconds });
  for (const [part, value] of Object.entries(cpuMs ?? {})) {
    print({ measure: `CPU of one registration in the ${part}, ${what}`, unit: 'ms', value });
  }
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
  print({
    measure: `resident memory of the engine, its functions apart, after ${what}`,
    unit: 'MiB',
    value: mib(memory.resident),
    heap: mib(memory.heap),
    database: mib(memory.database),
  });
}

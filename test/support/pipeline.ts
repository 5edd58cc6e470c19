import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SkippingClock } from '../../packages/local-engine/core/clock.ts';
import { type Engine, type EngineOptions, startEngine } from '../../packages/local-engine/engine.ts';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { testAssembly, undisturbedAssembly } from './assembly.ts';
import { FACTOR, TIME_FACTOR } from './limits.ts';

/** A row of the users table, as the typed JSON of DynamoDB. */
type Row = Readonly<Record<string, { readonly S?: string }>>;

/** The whole pipeline, running, and what a test does to it from outside: everything goes through AWS's own clients. */
export class Pipeline {
  readonly engine: Engine;
  readonly clock: SkippingClock;
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  /** Invocations under way, by their request ids. */
  readonly #running = new Set<unknown>();
  #redelivery: Promise<void> | undefined;

  private constructor(engine: Engine, clock: SkippingClock) {
    this.engine = engine;
    this.clock = clock;
    engine.journal.subscribe(({ hop, requestId, durationMs }) => {
      if (hop === 'batch') this.#running.add(requestId);
      else if (hop === 'invocation' && durationMs !== undefined) this.#running.delete(requestId);
    });
    const settings = {
      endpoint: engine.endpoint,
      region: engine.account.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
    this.dynamodb = new DynamoDBClient(settings);
    this.s3 = new S3Client(settings);
    this.sqs = new SQSClient(settings);
    this.events = new EventBridgeClient(settings);
  }

  static async start(options: Partial<EngineOptions> = {}): Promise<Pipeline> {
    const clock = new SkippingClock({ timeFactor: FACTOR });
    const { assemblies = [testAssembly()] } = options;
    return new Pipeline(
      await startEngine({ port: 0, clock, functionVariables: TIME_FACTOR, ...options, assemblies }),
      clock,
    );
  }

  /** Starts it without any subscriber but its own two, for tests that count calls and deliveries. */
  static startUndisturbed(options: Partial<EngineOptions> = {}): Promise<Pipeline> {
    return Pipeline.start({ assemblies: [undisturbedAssembly()], ...options });
  }

  async stop(): Promise<void> {
    for (const client of [this.dynamodb, this.s3, this.sqs, this.events]) client.destroy();
    await this.engine.stop();
  }

  /** For `--port`. */
  get port(): string {
    return new URL(this.engine.endpoint).port;
  }

  output(key: string): string {
    const found = this.engine.stacks.flatMap(({ outputs }) => outputs).find((output) => output.key === key);
    if (found === undefined) throw new Error(`The stack has no output ${key}.`);
    return found.value;
  }

  get table(): string {
    return this.output('UsersTableName');
  }

  /** Writes a row as the sign-up service would. */
  async register(userId: string, more: Partial<PutItemCommandInput> & { attributes?: Row } = {}): Promise<void> {
    const { attributes = {}, ...input } = more;
    const Item = { userId: { S: userId }, ...attributes } as PutItemCommandInput['Item'];
    await this.dynamodb.send(new PutItemCommand({ TableName: this.table, Item, ...input }));
  }

  async row(userId: string): Promise<Row | undefined> {
    const Key = { userId: { S: userId } };
    const { Item } = await this.dynamodb.send(new GetItemCommand({ TableName: this.table, Key, ConsistentRead: true }));
    return Item as Row | undefined;
  }

  async setAttribute(userId: string, name: string, value: string): Promise<void> {
    await this.dynamodb.send(
      new UpdateItemCommand({
        TableName: this.table,
        Key: { userId: { S: userId } },
        UpdateExpression: 'SET #name = :value',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':value': { S: value } },
      }),
    );
  }

  /** Puts an event on the bus beside the services: what a mistaken producer could do. */
  async put(source: string, detailType: string, detail: object | string): Promise<void> {
    const Detail = typeof detail === 'string' ? detail : JSON.stringify(detail);
    const entry = { EventBusName: this.output('EventBusName'), Source: source, DetailType: detailType, Detail };
    await this.events.send(new PutEventsCommand({ Entries: [entry] }));
  }

  async buckets(): Promise<string[]> {
    const { Buckets = [] } = await this.s3.send(new ListBucketsCommand({}));
    return Buckets.map(({ Name = '' }) => Name);
  }

  /** Receives up to ten messages that are in a queue now. */
  async messages(queueUrl: string): Promise<Message[]> {
    const { Messages = [] } = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  /** Waits until the user's URI stands in the row, and returns that row. */
  async recorded(userId: string): Promise<Row> {
    await this.engine.journal.waitFor(`the URI of ${userId}`, (entry) => isChange(entry, 'MODIFY', userId));
    return (await this.row(userId)) ?? {};
  }

  /** Waits for `count` invocations of a service to end, in whatever way. */
  async invocations(service: string, count: number): Promise<void> {
    await this.waitFor(`${count} invocations of ${service}`, (entry) => isInvocation(entry, service), count);
  }

  waitFor(what: string, matches: (entry: JournalEntry) => boolean, count = 1): Promise<JournalEntry> {
    return this.engine.journal.waitFor(what, matches, { count });
  }

  entries(matches: (entry: JournalEntry) => boolean): JournalEntry[] {
    return this.engine.journal.entries().filter(matches);
  }

  /** Waits until a service, such as `BucketService`, has failed items of `count` batches. */
  async failures(service: string, count: number): Promise<void> {
    const isFailure = ({ outcome, functionName }: JournalEntry) =>
      outcome === 'items-failed' && String(functionName).includes(service);
    await this.waitFor(`${count} failures of ${service}`, isFailure, count);
  }

  /**
   * Lets every visibility timeout of the pipeline's queues pass, so that failed messages are delivered again. Waits until no
   * function is at work: what runs on a slow machine would be timed out by the skip, and count as another failure.
   */
  redeliver(): Promise<void> {
    this.#redelivery ??= this.#skipWhenIdle().finally(() => {
      this.#redelivery = undefined;
    });
    return this.#redelivery;
  }

  /** Whether no function is at work. */
  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Waits until no function is at work, and every message that was handled is deleted. */
  async idle(): Promise<void> {
    do {
      await this.waitFor('the functions at work', () => this.isIdle);
      // What an invocation that has ended leads to is done within the same turn.
      await new Promise((resolve) => setImmediate(resolve));
    } while (!this.isIdle);
  }

  async #skipWhenIdle(): Promise<void> {
    await this.idle();
    this.clock.skip(61_000);
  }

  /** The log lines that a service wrote about its events, as parsed JSON. */
  logLines(message: string): Record<string, unknown>[] {
    return this.entries(({ hop }) => hop === 'log')
      .flatMap(({ line }) => parseLine(String(line)))
      .filter((line) => line.message === message);
  }
}

/** Whether an entry is the stream record of a change of that user's row. */
export function isChange({ hop, eventName, keys }: JournalEntry, wanted: string, userId: string): boolean {
  return hop === 'stream-record' && eventName === wanted && (keys as Row).userId?.S === userId;
}

/** Whether an entry is an event of that type on the bus. */
export function isEvent({ hop, detailType }: JournalEntry, wanted: string): boolean {
  return hop === 'event' && detailType === wanted;
}

/** Whether an entry is the end of an invocation of a service, such as `BucketService`. */
export function isInvocation({ hop, functionName, durationMs }: JournalEntry, service: string): boolean {
  return hop === 'invocation' && durationMs !== undefined && String(functionName).includes(service);
}

function parseLine(line: string): Record<string, unknown>[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return []; // a line that is not JSON is none of the logger's
  }
}

import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { putEvents, putEventsWith } from '../../operations/aws/event-bridge.ts';
import { type OnStack, requireOutput } from '../../operations/deployed/stack.ts';
import { bucketNaming, bucketStem, registrationIn } from '../../operations/deployed/user-bucket.ts';
import { URI_ATTRIBUTE, UsersTable } from '../../operations/deployed/users-table.ts';
import { EventWatch } from './event-watch.ts';

export interface RunProps {
  /** What tells this run's users from all others: letters and digits. */
  readonly runId: string;
  /** Waits between two looks; a local engine needs less than AWS. */
  readonly pause: (ms: number) => Promise<unknown>;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;
const SECONDS_TO_WAIT = 60;
/** The largest page. Source: S3 API reference, ListBuckets. */
const BUCKETS_PER_PAGE = 10_000;

/** A stack, and what a scenario does to it. Everything that it makes is of the users of this run. */
export class PipelineUnderTest {
  readonly on: OnStack;
  readonly users: UsersTable;
  readonly watch: EventWatch;
  /** Every user that a row or an event was made for, in this order. */
  readonly userIds = new Set<string>();
  readonly #props: RunProps;

  constructor(on: OnStack, props: RunProps) {
    this.on = on;
    this.#props = props;
    this.users = new UsersTable(on.clients.of(DynamoDBClient), on.stack);
    this.watch = new EventWatch(this, `e2e-${props.runId}`);
  }

  output(key: string): string {
    return requireOutput(this.on.stack, key);
  }

  /** The id of a user of this run. */
  userId(name: string): string {
    return `e2e-${this.#props.runId}-${name}`;
  }

  /** Writes a new user's row as a sign-up service does, and waits for the URI in it. */
  async register(userId: string): Promise<string> {
    this.userIds.add(userId);
    const { status } = await this.users.register(userId);
    if (status !== 'registered') throw new Error(`There is a user ${userId} already.`);
    return this.recordedUri(userId);
  }

  /** Waits for the URI in a user's row. */
  async recordedUri(userId: string): Promise<string> {
    return this.until(`the URI in the row of ${userId}`, async () => (await this.users.find(userId)).uri);
  }

  /** Puts a whole row over the user's one. */
  async overwrite(userId: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    const texts = Object.entries({ [this.users.userIdAttribute]: userId, ...attributes });
    const Item = Object.fromEntries(texts.map(([name, S]) => [name, { S }]));
    await this.on.clients.of(DynamoDBClient).send(new PutItemCommand({ TableName: this.users.name, Item }));
  }

  /** Takes URI and URL out of a user's row. */
  async removeUri(userId: string): Promise<void> {
    await this.on.clients.of(DynamoDBClient).send(
      new UpdateItemCommand({
        TableName: this.users.name,
        Key: { [this.users.userIdAttribute]: { S: userId } },
        UpdateExpression: 'REMOVE #uri, #url',
        ExpressionAttributeNames: { '#uri': URI_ATTRIBUTE, '#url': 's3_bucket_url' },
      }),
    );
  }

  /** Puts events on the bus as they are, beside the pipe. */
  async put(...events: Pick<PutEventsRequestEntry, 'Source' | 'DetailType' | 'Detail'>[]): Promise<void> {
    const entries = events.map((event) => ({ ...event, EventBusName: this.output('EventBusName') }));
    const [refused] = await putEvents(entries, putEventsWith(this.on.clients.of(EventBridgeClient)));
    if (refused !== undefined) throw new Error(`The bus refused an event: ${refused.code} ${refused.message}`);
  }

  /**
   * Names of the buckets that are of a user. Each name is looked at itself: a server may not know the prefix, and list every
   * bucket of the account.
   */
  async bucketsOf(userId: string): Promise<string[]> {
    const naming = bucketNaming(this.on.stack);
    const client = this.on.clients.of(S3Client);
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListBucketsCommand({
          Prefix: `${bucketStem(userId, naming)}-`,
          MaxBuckets: BUCKETS_PER_PAGE,
          ...(ContinuationToken && { ContinuationToken }),
        }),
      );
      found.push(...(page.Buckets ?? []).map(({ Name = '' }) => Name));
      ({ ContinuationToken } = page);
    } while (ContinuationToken !== undefined);
    return found.filter((name) => registrationIn(name, userId, naming) !== undefined);
  }

  /**
   * Looks until something is found: AWS tells nobody by itself.
   * @param look gives undefined as long as it is not there
   * @param seconds how long to look
   * @throws Error when it is still not there then
   */
  async until<T>(what: string, look: () => Promise<T | undefined>, seconds = SECONDS_TO_WAIT): Promise<T> {
    const { now, pause } = this.#props;
    const deadline = now() + seconds * 1000;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
      const found = await look();
      if (found !== undefined) return found;
      if (now() >= deadline) throw new Error(`Waited ${seconds} s for ${what}, and it did not come.`);
      await pause(pauseMs);
    }
  }
}

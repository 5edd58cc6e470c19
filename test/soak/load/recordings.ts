import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { batchesOf } from '../../../operations/aws/aws-clients.ts';
import { isAnswer } from './sign-ups.ts';

/** Keys that one call reads. Source: DynamoDB API reference, BatchGetItem. */
const BATCH = 100;

/** A user without URI is looked at after this, then after half as long again, and so on: those who wait long cost few calls. */
const FIRST_LOOK_MS = 250;
const LATER = 0.5;
const LONGEST_PAUSE_MS = 10_000;
/** Calls are at least this far apart, and where many wait, some are made at the same time. */
const CALL_EVERY_MS = 100;
const CALLS_IN_FLIGHT = 8;

interface Waiting {
  readonly userId: string;
  /** Of `performance.now()`, when the row was acknowledged. */
  readonly since: number;
  readonly lookAt: number;
}

/** Watches for the URI of each user who was acknowledged, and keeps the first one that it sees. */
export class Recordings {
  readonly #dynamodb: DynamoDBClient;
  readonly #table: string;
  #waiting: Waiting[] = [];
  /** The first URI of each user. */
  readonly uris = new Map<string, string>();
  /** Users who were acknowledged. */
  readonly registered = new Set<string>();
  /** Milliseconds from a user's acknowledgement until the URI was seen, which may be half as long after it was there. */
  readonly delays: number[] = [];

  constructor(dynamodb: DynamoDBClient, table: string) {
    this.#dynamodb = dynamodb;
    this.#table = table;
  }

  add(userId: string): void {
    if (this.registered.has(userId)) return;
    this.registered.add(userId);
    const now = performance.now();
    this.#waiting.push({ userId, since: now, lookAt: now + FIRST_LOOK_MS });
  }

  /** Registered users whose URI was not seen yet. */
  get missing(): number {
    return this.#waiting.length;
  }

  /** Watches until the signal is aborted. While the engine is down, nothing is seen. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const now = performance.now();
      const due = this.#waiting.filter(({ lookAt }) => lookAt <= now).slice(0, BATCH * CALLS_IN_FLIGHT);
      await Promise.all([...batchesOf(due, BATCH)].map((batch) => this.#look(batch)));
      await new Promise((resolve) => setTimeout(resolve, CALL_EVERY_MS));
    }
  }

  async #look(due: readonly Waiting[]): Promise<void> {
    const Keys = due.map(({ userId }) => ({ userId: { S: userId } }));
    const attributes = { ProjectionExpression: 'userId, s3_bucket_uri', ConsistentRead: true };
    const read = new BatchGetItemCommand({ RequestItems: { [this.#table]: { Keys, ...attributes } } });
    let rows: readonly Record<string, { S?: string }>[] = [];
    try {
      rows = ((await this.#dynamodb.send(read)).Responses?.[this.#table] ?? []) as typeof rows;
    } catch (error) {
      if (isAnswer(error)) throw error;
    }
    const found = new Map(rows.map(({ userId, s3_bucket_uri: uri }) => [userId?.S ?? '', uri?.S]));
    const now = performance.now();
    const looked = new Set<string>();
    for (const { userId, since } of due) {
      looked.add(userId);
      const uri = found.get(userId);
      if (uri === undefined) continue;
      this.uris.set(userId, uri);
      this.delays.push(now - since);
    }
    const later: Waiting[] = [];
    this.#waiting = this.#waiting.filter((each) => {
      if (!looked.has(each.userId)) return true;
      if (!this.uris.has(each.userId))
        later.push({ ...each, lookAt: now + Math.min(LATER * (now - each.since), LONGEST_PAUSE_MS) });
      return false;
    });
    this.#waiting.push(...later);
  }
}

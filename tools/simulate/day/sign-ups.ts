import type { World } from '../world/world.ts';
import type { RunningEngine } from './running-engine.ts';
import { dynamodbCall, usersTable } from './stage.ts';

/** Personal data of a row: the pipeline never reads it. Only the sign-up service writes it, so it shows who wrote a row. */
export const PERSONAL = 'personal-data-of-';

/** Waits before the next attempt, in milliseconds; the last one is repeated. */
const PAUSES_MS = [50, 200, 1000, 5000];

/** So many attempts outlast every burst of errors. */
const MOST_ATTEMPTS = 80;

type Attribute = { readonly S: string };
type Row = Readonly<Record<string, Attribute>>;

/** Called when an attempt is made. @returns what to call when it is answered */
type OnAttempt = () => () => void;

/** An attempt to put a row, over any that was there. */
export interface PutAttempt {
  readonly item: Row;
  /** Milliseconds since the Unix epoch, whatever clocks showed. */
  readonly sentAt: number;
  /** @default - it was not answered */
  answeredAt?: number;
}

/** The service that owns the users table: it writes and deletes rows, and tries until DynamoDB has acknowledged it. */
export class SignUps {
  readonly #world: World;
  readonly #running: Pick<RunningEngine, 'engine' | 'exchange'>;
  readonly #emails = new Map<string, Attribute>();
  readonly #registered = new Set<string>();
  /** Every attempt to put a row over any that is there. */
  readonly puts: PutAttempt[] = [];

  constructor(world: World, running: Pick<RunningEngine, 'engine' | 'exchange'>) {
    this.#world = world;
    this.#running = running;
  }

  /** Users whose registration was acknowledged. */
  get registered(): ReadonlySet<string> {
    return this.#registered;
  }

  /** Puts a user's row, over any that is there, as PutItem does. @param more attributes beside those of every sign-up */
  async put(userId: string, more: Row = {}): Promise<void> {
    const item = { userId: { S: userId }, email: this.#emailOf(userId), ...more };
    const onAttempt = () => {
      const attempt: PutAttempt = { item, sentAt: this.#world.now };
      this.puts.push(attempt);
      return () => {
        attempt.answeredAt = this.#world.now;
      };
    };
    if (await this.#call('PutItem', { Item: item }, onAttempt)) this.#registered.add(userId);
  }

  /** Puts a deleted row back as it was, unless there is one again. */
  async putBack(Item: Row): Promise<void> {
    await this.#call('PutItem', { Item, ConditionExpression: 'attribute_not_exists(userId)' });
  }

  /** Deletes a user's row, if there is one. @returns the row */
  async delete(userId: string): Promise<Row | undefined> {
    const answer = await this.#call('DeleteItem', { Key: { userId: { S: userId } }, ReturnValues: 'ALL_OLD' });
    return (answer as { readonly Attributes?: Row } | undefined)?.Attributes;
  }

  #emailOf(userId: string): Attribute {
    const email = this.#emails.get(userId) ?? { S: `${PERSONAL}${this.#emails.size}@example.com` };
    this.#emails.set(userId, email);
    return email;
  }

  /** The answer; undefined if no attempt was answered with success. */
  async #call(operation: string, input: object, onAttempt?: OnAttempt): Promise<object | undefined> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const call = dynamodbCall(operation, { TableName: usersTable(this.#running.engine), ...input });
      const onAnswer = onAttempt?.();
      const { status, body } = await this.#running.exchange(call);
      onAnswer?.();
      if (status === 200) return JSON.parse(body.toString()) as object;
      if (body.includes('ConditionalCheckFailedException')) return undefined;
      await this.#world.pass(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 0);
    }
    return undefined;
  }
}

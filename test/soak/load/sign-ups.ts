import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { EngineLives } from './engine-lives.ts';

/** Puts under way at the same time: what waits while the engine is down comes then as fast as it can be taken. */
const MOST_IN_FLIGHT = 64;

const TICK_MS = 20;

export interface SignUpsProps {
  readonly lives: Pick<EngineLives, 'up'>;
  readonly dynamodb: DynamoDBClient;
  readonly table: string;
  /** Users in all. */
  readonly users: number;
  /** A second. */
  readonly rate: number;
  /** Called when the engine has acknowledged a user's row. */
  readonly onRegistered: (userId: string) => void;
}

/**
 * A sign-up service: so many users come each second, whether the engine runs or not. It puts a row for each, on the condition
 * that there is none, and again until it has an answer. A user is registered when the answer is that the row was put, or, after an
 * answer was lost, that it is there: then the put whose answer was lost has taken effect, and it is not done twice.
 */
export class SignUps {
  readonly #props: SignUpsProps;
  #begun = 0;
  #next = 0;
  #inFlight = 0;
  registered = 0;
  /** Puts whose answer was lost, and which had taken effect. */
  lostAnswers = 0;
  /** Puts that were repeated because there was no answer. */
  repeated = 0;
  /** Answers that no client should get, by what they say; with how often each came. */
  readonly refusals = new Map<string, number>();

  constructor(props: SignUpsProps) {
    this.#props = props;
  }

  /** Resolves when all are registered. */
  async run(): Promise<void> {
    const { users, rate } = this.#props;
    this.#begun = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const turn = () => {
      const due = Math.min(users, Math.floor(((performance.now() - this.#begun) / 1000) * rate));
      while (this.#next < due && this.#inFlight < MOST_IN_FLIGHT) {
        this.#inFlight += 1;
        this.#register(userIdOf(this.#next)).then(() => {
          this.#inFlight -= 1;
          this.registered += 1;
          turn();
        }, reject);
        this.#next += 1;
      }
      if (this.registered === users) resolve();
    };
    const ticking = setInterval(turn, TICK_MS);
    await promise.finally(() => clearInterval(ticking));
  }

  async #register(userId: string): Promise<void> {
    const { lives, dynamodb, table, onRegistered } = this.#props;
    const Item = { userId: { S: userId }, signedUpAt: { S: new Date().toISOString() } };
    const put = { TableName: table, Item, ConditionExpression: 'attribute_not_exists(userId)' };
    for (let mayBeThere = false; ; mayBeThere = true) {
      await lives.up();
      try {
        await dynamodb.send(new PutItemCommand(put));
        break;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          if (mayBeThere) this.lostAnswers += 1;
          else this.#refused(`${userId} was there before they registered`);
          break;
        }
        if (isAnswer(error)) this.#refused(`a put was answered with ${(error as Error).message}`);
        this.repeated += 1;
        await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      }
    }
    onRegistered(userId);
  }

  #refused(what: string): void {
    this.refusals.set(what, (this.refusals.get(what) ?? 0) + 1);
  }
}

/** Whether an error is the engine's answer, and not that there was none. */
export function isAnswer(error: unknown): boolean {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== undefined;
}

/** User ids as services have them: some are bucket names already, others need a hash. */
export function userIdOf(number: number): string {
  const digits = String(number).padStart(7, '0');
  switch (number % 4) {
    case 0:
      return `u${digits}`;
    case 1:
      return `user.${digits}@example.com`;
    case 2:
      return `saml|university|${digits}`;
    default:
      return `민지 ${digits}`;
  }
}

import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { EngineLives } from './engine-lives.ts';

/** Puts under way at the same time: what waits while the engine is down comes then as fast as it can be taken. */
const MOST_IN_FLIGHT = 16;

const TICK_MS = 20;

/** Users who sign up while the engine is down are put when it is back. Those of more than these seconds are left out. */
const REMEMBERED_SECONDS = 60;

/**
 * No user signs up while more than the users of these seconds wait for their URI. A machine that is too slow for the rate then reaches
 * a lower rate, and its queues do not grow without end.
 */
const MOST_WAITING_SECONDS = 15;
const LEAST_WAITING = 1000;

export interface SignUpsProps {
  readonly lives: Pick<EngineLives, 'up'>;
  readonly dynamodb: DynamoDBClient;
  readonly table: string;
  /** How long users come. */
  readonly minutes: number;
  /** How many come each second. */
  readonly rate: number;
  /** Registered users without URI at this moment. */
  readonly waiting: () => number;
  /** Called when the engine has acknowledged a user's row. */
  readonly onRegistered: (userId: string) => void;
}

/**
 * A sign-up service: so many users come each second, whether the engine runs or not, until the time is over. It puts a row for each, on the condition
 * that there is none, and again until it has an answer. A user is registered when the answer is that the row was put, or, after an
 * answer was lost, that it is there: then the put whose answer was lost has taken effect, and it is not done twice.
 */
export class SignUps {
  readonly #props: SignUpsProps;
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

  /**
   * Resolves when the time is over, and everybody who came is registered.
   * @param signal ends the time early
   */
  async run(signal: AbortSignal): Promise<void> {
    const { minutes, rate, waiting } = this.#props;
    const most = Math.max(LEAST_WAITING, rate * MOST_WAITING_SECONDS);
    const end = performance.now() + minutes * 60_000;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let [due, last] = [0, performance.now()];
    const turn = () => {
      const now = performance.now();
      const isHeld = waiting() >= most;
      if (!isHeld) due = Math.min(due + ((now - last) / 1000) * rate, rate * REMEMBERED_SECONDS);
      last = now;
      const isOver = now > end || signal.aborted;
      if (isOver && this.#inFlight === 0) resolve();
      while (!isHeld && !isOver && due >= 1 && this.#inFlight < MOST_IN_FLIGHT) {
        due -= 1;
        this.#inFlight += 1;
        this.#register(userIdOf(this.#next)).then(() => {
          this.#inFlight -= 1;
          this.registered += 1;
          turn();
        }, reject);
        this.#next += 1;
      }
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

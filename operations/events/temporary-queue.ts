import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  SQSClient,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import type { AwsClients } from '../aws/aws-clients.ts';
import { explainAwsError, ifFound, isDenied } from '../aws/aws-failure.ts';
import { newName, requestCancel } from '../deployed/archive.ts';
import { ruleMaySend } from '../deployed/subscribers.ts';
import { type BusId, besideBus, LEASE_MS, TEMPORARY_PREFIX, TEMPORARY_TAGS } from '../deployed/temporary-names.ts';
import { listTemporaryRules } from '../deployed/temporary-rules.ts';
import { CommandFailure } from '../messages/errors.ts';
import { formatTime } from '../time/time.ts';
import { SYSTEM_CLOCK } from '../time/waiting.ts';
import { MOST_KEPT, QueueReader } from './queue-reader.ts';
import { type EventsSession, eventPattern } from './session.ts';

export interface TemporaryQueueProps extends BusId {
  /** Of the rule and the queue. */
  readonly name: string;
  /** As JSON text. */
  readonly pattern: string;
  /** How long a received message is hidden. @default 300 */
  readonly visibilitySeconds?: number;
}

/**
 * Runs something with a temporary queue, and removes the queue however that ends.
 * @param isForReplay whether it gets only the events of the replay that has its name
 */
export async function* withTemporaryQueue<T>(
  session: EventsSession,
  isForReplay: boolean,
  run: (reader: QueueReader, queue: TemporaryQueue) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const { on, bus, filter, delays, signal, now } = session;
  const name = newName(TEMPORARY_PREFIX, now(), Math.random());
  const account = bus.busArn.split(':')[4] ?? '';
  const pattern = eventPattern({ ...filter, ...(isForReplay && { replayName: name }) }, account);
  const visibility = isForReplay ? { visibilitySeconds: LONGEST_VISIBILITY_SECONDS } : {};
  const queue = new TemporaryQueue(on.clients, { name, ...bus, pattern, ...visibility });
  try {
    await queue.open(now());
    await SYSTEM_CLOCK.pause(delays.ruleMs, signal);
    if (signal.aborted) return;
    yield* run(new QueueReader(on.clients.of(SQSClient), queue.url, isForReplay ? MOST_KEPT : 0), queue);
  } finally {
    await cleanUp(session, name, () => queue.close());
  }
}

/** Reports a failure instead of throwing it, so that it does not hide how the reading ended. */
export async function cleanUp(
  { on, onProgress }: EventsSession,
  name: string,
  run: () => Promise<unknown>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { message: problem } = explainAwsError(error, on.target) as Error;
    onProgress({ kind: 'left-behind', name, problem });
  }
}

/** Unread events are kept for a day, so that a reader that is held up loses nothing. */
const RETENTION_SECONDS = 86_400;
/** A reader that shows events on a terminal may be held up. */
const VISIBILITY_SECONDS = 300;
/** For messages that stay in the queue (SQS API reference, SetQueueAttributes). */
const LONGEST_VISIBILITY_SECONDS = 43_200;

const TARGET_ID = 'queue';

/** A rule of the bus and a queue behind it, for as long as a command runs. Other rules get the same events as without it. */
export class TemporaryQueue {
  readonly name: string;
  readonly ruleArn: string;
  readonly #clients: AwsClients;
  readonly #props: TemporaryQueueProps;
  #url: string | undefined;
  /** Whether its creation had no answer: it may exist all the same. */
  #isUncertain = false;
  #renewedAt = 0;

  constructor(clients: AwsClients, props: TemporaryQueueProps) {
    this.#clients = clients;
    this.#props = props;
    this.name = props.name;
    this.ruleArn = besideBus(props.busArn, 'events', `rule/${props.busName}/${props.name}`);
  }

  /** Its URL, once it is open. */
  get url(): string {
    if (this.#url === undefined) throw new Error(`The queue ${this.#props.name} is not open.`);
    return this.#url;
  }

  /**
   * Creates the queue, then the rule. If that fails half way, {@link close} removes what exists.
   * @param now milliseconds since the Unix epoch
   * @throws CommandFailure if the bus cannot have more rules
   */
  async open(now: number): Promise<void> {
    const { name, busName, busArn, pattern, visibilitySeconds = VISIBILITY_SECONDS } = this.#props;
    const queueArn = besideBus(busArn, 'sqs', name);
    const policy = { Version: '2012-10-17', Statement: [ruleMaySend(this.ruleArn, queueArn)] };
    const command = new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        MessageRetentionPeriod: String(RETENTION_SECONDS),
        VisibilityTimeout: String(visibilitySeconds),
        Policy: JSON.stringify(policy),
      },
      tags: { [TEMPORARY_TAGS.bus]: busArn, [TEMPORARY_TAGS.inUseUntil]: formatTime(now + LEASE_MS) },
    });
    try {
      this.#url = (await this.#clients.of(SQSClient).send(command)).QueueUrl;
    } catch (error) {
      this.#isUncertain = !isDenied(error);
      throw error;
    }
    this.#renewedAt = now;
    const events = this.#clients.of(EventBridgeClient);
    const Description = 'Temporary, of npx pipeline events';
    try {
      await events.send(new PutRuleCommand({ Name: name, EventBusName: busName, EventPattern: pattern, Description }));
    } catch (cause) {
      if (!(cause instanceof Error) || cause.name !== 'LimitExceededException') throw cause;
      const message = `the bus ${busName} has no room for a temporary rule; remove rules that are not used (${cause.message})`;
      throw new CommandFailure(message, { cause });
    }
    const { FailedEntryCount = 0, FailedEntries = [] } = await events.send(
      new PutTargetsCommand({ Rule: name, EventBusName: busName, Targets: [{ Id: TARGET_ID, Arn: queueArn }] }),
    );
    if (FailedEntryCount === 0) return;
    const [{ ErrorCode = '', ErrorMessage = '' } = {}] = FailedEntries;
    throw new CommandFailure(`the temporary rule cannot have its queue as target: ${ErrorCode} ${ErrorMessage}`);
  }

  /**
   * Renews its lease from time to time; a queue without a lease is removed by the next command.
   * @param now milliseconds since the Unix epoch
   */
  async renew(now: number): Promise<void> {
    if (now - this.#renewedAt < LEASE_MS / 3) return;
    this.#renewedAt = now;
    const Tags = { [TEMPORARY_TAGS.inUseUntil]: formatTime(now + LEASE_MS) };
    await this.#clients.of(SQSClient).send(new TagQueueCommand({ QueueUrl: this.url, Tags }));
  }

  /** Removes rule and queue, as far as they exist. */
  async close(): Promise<void> {
    const { name, busName } = this.#props;
    await removeRule(this.#clients.of(EventBridgeClient), busName, name);
    const sqs = this.#clients.of(SQSClient);
    const url = this.#url ?? (this.#isUncertain ? await this.#findUrl() : undefined);
    if (url !== undefined) await removeQueue(sqs, url);
    this.#url = undefined;
    this.#isUncertain = false;
  }

  async #findUrl(): Promise<string | undefined> {
    const command = new GetQueueUrlCommand({ QueueName: this.#props.name });
    return (await ifFound(this.#clients.of(SQSClient).send(command)))?.QueueUrl;
  }
}

/** Removes a temporary rule with its target, if it exists. */
export async function removeRule(events: EventBridgeClient, busName: string, name: string): Promise<void> {
  await ifFound(events.send(new RemoveTargetsCommand({ Rule: name, EventBusName: busName, Ids: [TARGET_ID] })));
  await ifFound(events.send(new DeleteRuleCommand({ Name: name, EventBusName: busName })));
}

/** Removes a queue, if it exists. */
export async function removeQueue(sqs: SQSClient, QueueUrl: string): Promise<void> {
  await ifFound(sqs.send(new DeleteQueueCommand({ QueueUrl })));
}

/**
 * Removes the temporary rules, queues and replays of commands that were killed. A rule in use has a lease in the tags of its queue.
 * @param now milliseconds since the Unix epoch
 * @returns the names of what was removed
 */
export async function removeLeftovers(clients: AwsClients, bus: BusId, now: number): Promise<string[]> {
  const events = clients.of(EventBridgeClient);
  const unused = (await listTemporaryRules(clients, bus, now)).filter(({ unusedMs = 0 }) => unusedMs > 0);
  for (const { name, queueUrl } of unused) {
    // The replay that filled the queue has its name, if there was one.
    await ifFound(requestCancel(events, name));
    await removeRule(events, bus.busName, name);
    if (queueUrl !== undefined) await removeQueue(clients.of(SQSClient), queueUrl);
  }
  return unused.map(({ name }) => name).sort();
}

/**
 * Removes them before other work. A failure here is no reason not to do that.
 * @returns what was removed, or why nothing could be, in a line; undefined if there was nothing
 */
export async function removeOldLeftovers({ on, bus, now }: EventsSession): Promise<string | undefined> {
  try {
    const removed = await removeLeftovers(on.clients, bus, now());
    return removed.length > 0 ? `Removed what an earlier run left behind: ${removed.join(', ')}.` : undefined;
  } catch (error) {
    const { message } = explainAwsError(error, on.target) as Error;
    return `Could not remove what earlier runs may have left behind: ${message}`;
  }
}

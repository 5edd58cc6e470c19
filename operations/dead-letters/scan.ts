import { SQSClient } from '@aws-sdk/client-sqs';
import type { QueueDepth } from '../deployed/queue-depth.ts';
import { type FoundStack, type OnStack, requireOutput } from '../deployed/stack.ts';
import { chooseSubscribers, type DeployedSubscriber, findSubscribers } from '../deployed/subscribers.ts';
import { UsageError } from '../messages/errors.ts';
import { type DeadLetter, type DeadLetterKind, type QueueOwner, readDeadLetter } from './dead-letter.ts';
import { type MessageQueue, SqsMessageQueue } from './message-queue.ts';
import { type PipeRecords, pipeRecordsReader, ReadableRecords, type ReadPipeRecords } from './pipe-records.ts';
import { type PassOptions, processMessages } from './queue-pass.ts';

/** A dead-letter queue of the stack. */
export type Dlq =
  | { readonly owner: 'pipe'; readonly name: 'pipe'; readonly url: string }
  | {
      readonly owner: 'subscriber';
      readonly name: string;
      readonly url: string;
      readonly subscriber: DeployedSubscriber;
    };

/** Which dead-letter queues to work on. @default all */
export interface DlqChoice {
  readonly subscriber?: string;
  readonly pipe?: boolean;
}

/**
 * The chosen dead-letter queues. The pipe's comes first: its records leave the stream soonest.
 * @throws UsageError for a subscriber that does not exist, or for both choices together
 */
export function chooseDlqs(stack: FoundStack, { subscriber, pipe = false }: DlqChoice): Dlq[] {
  if (subscriber !== undefined && pipe) throw new UsageError('use --subscriber or --pipe, not both');
  const pipeDlq: Dlq = { owner: 'pipe', name: 'pipe', url: requireOutput(stack, 'PipeDlqUrl') };
  if (pipe) return [pipeDlq];
  if (subscriber !== undefined) return chooseSubscribers(stack, [subscriber]).map(dlqOf);
  return [pipeDlq, ...findSubscribers(stack).map(dlqOf)];
}

function dlqOf(subscriber: DeployedSubscriber): Dlq {
  return { owner: 'subscriber', name: subscriber.name, url: subscriber.dlqUrl, subscriber };
}

/** A queue, with its size and the messages to work on. */
export type CountedQueue = Dlq & {
  readonly depth: QueueDepth;
  /** How many messages to work on. */
  readonly most: number;
};

/** A queue, and a summary of its messages: of the first ones, if there are many. */
export type ScannedQueue = CountedQueue & {
  readonly summary: MessageSummary;
  /** How many messages were read to choose some of them: then only these are meant. @default - there was no choice */
  readonly looked?: number;
  /** Whether no other message is meant: the limit is reached, or each id is found. @default false */
  readonly isFound?: boolean;
};

export function queueOf({ clients }: Pick<OnStack, 'clients'>, url: string): SqsMessageQueue {
  return new SqsMessageQueue(clients.of(SQSClient), url);
}

/**
 * Counts the messages of the chosen queues.
 * @param limit messages to work on, in all queues together
 * @throws UsageError for a subscriber that does not exist, CommandFailure for a queue that does not exist
 */
export async function countQueues(
  on: OnStack,
  choice: DlqChoice,
  limit = Number.POSITIVE_INFINITY,
): Promise<CountedQueue[]> {
  const counted = await Promise.all(
    chooseDlqs(on.stack, choice).map(async (dlq) => ({ ...dlq, depth: await queueOf(on, dlq.url).depth() })),
  );
  let left = limit;
  return counted.map((dlq) => {
    const most = Math.min(left, dlq.depth.waiting);
    left -= most;
    return { ...dlq, most };
  });
}

export interface ScanOptions {
  /** Messages to work on, in all queues together. @default all */
  readonly limit?: number | undefined;
  /** Messages of a queue to read at most. */
  readonly scanned: number;
  readonly signal: AbortSignal;
}

export interface Scan {
  readonly queues: readonly ScannedQueue[];
  /** Why the stream records of some of the pipe's messages could not be read: their users are missing from the summary. */
  readonly unreadRecords: readonly string[];
  /** Why the logs of some functions could not be read: their messages are not chosen by their error. @default none */
  readonly unreadLogs?: readonly string[];
}

/** Reads messages of the chosen queues, and leaves all of them there. */
export async function scanQueues(on: OnStack, choice: DlqChoice, options: ScanOptions): Promise<Scan> {
  const { limit, scanned, signal } = options;
  const records = new ReadableRecords(pipeRecordsReader(on));
  const recordsOf: RecordsOf = (deadLetter) => records.find(deadLetter);
  const queues = await Promise.all(
    (await countQueues(on, choice, limit)).map(async (queue) => {
      const most = Math.min(queue.most, scanned);
      return { ...queue, summary: await scanDlq(on, queue, { most, signal, recordsOf }) };
    }),
  );
  return { queues, unreadRecords: [...records.problems] };
}

/** Reads the stream records of one of the pipe's messages; undefined if they cannot be read. */
type RecordsOf = (...args: Parameters<ReadPipeRecords>) => Promise<PipeRecords | undefined>;

/** Reads up to `most` messages of a dead-letter queue, and leaves all of them there. */
export function scanDlq(
  on: OnStack,
  { url, owner }: Pick<Dlq, 'url' | 'owner'>,
  { recordsOf = pipeRecordsReader(on), ...options }: PassOptions & { readonly recordsOf?: RecordsOf },
): Promise<MessageSummary> {
  return scanMessages(queueOf(on, url), { ...options, owner, recordsOf });
}

/** The stream answers five times a second, so it is asked about this many of the pipe's messages. */
const MOST_RECORDS_READ = 50;

const CONCURRENCY = 4;

interface ScanMessagesOptions extends PassOptions {
  readonly owner: QueueOwner;
  readonly recordsOf: RecordsOf;
}

export async function scanMessages(
  queue: MessageQueue,
  { owner, recordsOf, ...options }: ScanMessagesOptions,
): Promise<MessageSummary> {
  const summary = new MessageSummary();
  if (options.most <= 0) return summary;
  let asked = 0;
  await processMessages(queue, { ...options, concurrency: CONCURRENCY }, async (message) => {
    const deadLetter = readDeadLetter(message, owner);
    const records = deadLetter.kind === 'pipe' && asked++ < MOST_RECORDS_READ ? await recordsOf(deadLetter) : undefined;
    summary.add(deadLetter, records);
    return 'kept';
  });
  return summary;
}

/** More users are not remembered: a summary stays small, however many messages it is about. */
const MOST_USERS = 1000;

/** How many records the pipes' messages are about. */
interface RecordCounts {
  messages: number;
  registrations: number;
  /** @default 0 */
  deletions?: number;
  others: number;
  lost: number;
}

/** What is in a queue, added up message by message. */
export class MessageSummary {
  readonly kinds: Record<DeadLetterKind, number> = { pipe: 0, handler: 0, delivery: 0, foreign: 0 };
  /** How often each error code, condition or problem occurs, by kind. */
  readonly reasons = new Map<DeadLetterKind, Map<string, number>>();
  /** The stream records of the pipe's messages; `messages` counts those that the stream was asked about. */
  readonly records: RecordCounts = { messages: 0, registrations: 0, others: 0, lost: 0 };
  /** When the oldest message was sent, Unix epoch milliseconds. */
  oldestSentAt: number | undefined;
  /** Messages that cannot be read: their ids, and why. */
  readonly unreadable = new Map<string, string>();
  readonly #users = new Set<string>();
  readonly #ids = new Set<string>();

  add(deadLetter: DeadLetter, records?: PipeRecords): void {
    const { kind, messageId, sentAt } = deadLetter;
    this.kinds[kind] += 1;
    this.#ids.add(messageId);
    if (deadLetter.kind === 'foreign' && deadLetter.isUnreadable) this.unreadable.set(messageId, deadLetter.problem);
    const reason = reasonOf(deadLetter);
    if (reason !== undefined) {
      const times = this.reasons.get(kind) ?? new Map<string, number>();
      this.reasons.set(kind, times.set(reason, (times.get(reason) ?? 0) + 1));
    }
    if (sentAt !== undefined) this.oldestSentAt = Math.min(this.oldestSentAt ?? sentAt, sentAt);
    if ('event' in deadLetter && deadLetter.event.userId !== undefined) this.#addUser(deadLetter.event.userId);
    if (records !== undefined) this.#addRecords(records);
  }

  /** How many messages it is about. */
  get size(): number {
    return this.#ids.size;
  }

  /** Some of the users whom the messages are about. */
  get users(): readonly string[] {
    return [...this.#users];
  }

  has(messageId: string): boolean {
    return this.#ids.has(messageId);
  }

  #addRecords({ registrations, deletions = [], others, lost }: PipeRecords): void {
    this.records.messages += 1;
    this.records.registrations += registrations.length;
    if (deletions.length > 0) this.records.deletions = (this.records.deletions ?? 0) + deletions.length;
    this.records.others += others;
    if (lost !== undefined) this.records.lost += 1;
    for (const { userId } of [...registrations, ...deletions]) this.#addUser(userId);
  }

  #addUser(userId: string): void {
    if (this.#users.size < MOST_USERS) this.#users.add(userId);
  }
}

/** Why a message is there, in few words, if it says so itself. */
function reasonOf(deadLetter: DeadLetter): string | undefined {
  switch (deadLetter.kind) {
    case 'delivery':
      return deadLetter.failure.code;
    case 'pipe':
      return deadLetter.condition;
    case 'foreign':
      return deadLetter.problem;
    case 'handler':
      return undefined;
  }
}

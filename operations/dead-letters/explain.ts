import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, type FilteredLogEvent, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { findLogGroups, type OnStack } from '../deployed/stack.ts';
import { parseObject } from '../messages/json-fields.ts';
import { type DeadLetter, readDeadLetter } from './dead-letter.ts';
import { type PipeRecords, pipeRecordsReader, ReadableRecords } from './pipe-records.ts';
import { processMessages } from './queue-pass.ts';
import { type CountedQueue, countQueues, type DlqChoice, queueOf } from './scan.ts';

/** A dead letter, with what the logs or the stream say about it. */
export interface ExplainedMessage {
  readonly deadLetter: DeadLetter;
  /** Of a handler failure. */
  readonly logged?: FailureReason;
  /** Of a pipe failure. */
  readonly records?: PipeRecords;
}

export interface ExplainOptions {
  /** Messages in all queues together. */
  readonly limit: number;
  readonly signal: AbortSignal;
  /** Called before the messages of a queue, with how many come. */
  readonly onQueue: (queue: CountedQueue, messages: number) => void;
  readonly onMessage: (queue: CountedQueue, explained: ExplainedMessage) => void;
}

/**
 * Reads messages of the chosen dead-letter queues with what is known about why they are there. Leaves all of them there.
 * @returns why the stream records of some of the pipe's messages, and the logs of some functions, could not be read
 */
export async function explainMessages(
  on: OnStack,
  choice: DlqChoice,
  { limit, signal, onQueue, onMessage }: ExplainOptions,
): Promise<{ readonly unreadRecords: readonly string[]; readonly unreadLogs: readonly string[] }> {
  const streamed = new ReadableRecords(pipeRecordsReader(on));
  const reasons = new FailureReasons(on);
  for (const queue of await countQueues(on, choice, limit)) {
    // All messages are visible to others again before the slow lookups begin.
    const deadLetters = await readMessages(on, queue, signal);
    if (signal.aborted) break;
    onQueue(queue, deadLetters.length);
    for (const deadLetter of deadLetters) {
      if (signal.aborted) break;
      const records = deadLetter.kind === 'pipe' ? await streamed.find(deadLetter) : undefined;
      const logged = queue.owner === 'subscriber' ? await reasons.find(deadLetter, queue.subscriber.id) : undefined;
      onMessage(queue, { deadLetter, ...(records && { records }), ...(logged && { logged }) });
    }
  }
  return { unreadRecords: [...streamed.problems], unreadLogs: [...reasons.problems] };
}

async function readMessages(
  on: OnStack,
  { url, owner, most }: CountedQueue,
  signal: AbortSignal,
): Promise<DeadLetter[]> {
  const deadLetters: DeadLetter[] = [];
  if (most <= 0) return deadLetters;
  await processMessages(queueOf(on, url), { most, signal }, async (message) => {
    deadLetters.push(readDeadLetter(message, owner));
    return 'kept';
  });
  return deadLetters;
}

/** The last error that a function logged about an event. */
export interface FailureReason {
  /** Unix epoch milliseconds. */
  readonly at: number;
  readonly problem: string;
  /** What a person can do about it. */
  readonly hint?: string;
}

/** Ids that can be put between quotes in a filter pattern; `*` would match anything. */
const PLAIN_ID = /^[\w:.@/-]+$/;

/** SQS and the function read different clocks. */
const CLOCK_SKEW_MS = 60_000;

/** A search goes through all lines of the time, and answers in pages, many of them empty. */
const MOST_PAGES = 50;

/** Looks up in the logs of a stack's functions why they could not handle events. */
export class FailureReasons {
  /** Why logs could not be read, each reason once. */
  readonly problems = new Set<string>();
  readonly #on: Pick<OnStack, 'clients' | 'stack'>;
  #groups: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(on: Pick<OnStack, 'clients' | 'stack'>) {
    this.#on = on;
  }

  /**
   * The last error that a subscriber's function logged about the event of a handler failure. Undefined for other messages, and
   * where there is none: the function may have been killed, the line may have expired, or the log may not be read.
   */
  async find(deadLetter: DeadLetter, subscriberId: string): Promise<FailureReason | undefined> {
    if (deadLetter.kind !== 'handler') return undefined;
    const pattern = patternFor(deadLetter.event.eventId, deadLetter.messageId);
    if (pattern === undefined) return undefined;
    const { clients, stack } = this.#on;
    try {
      this.#groups ??= findLogGroups(clients.of(CloudFormationClient), stack.name);
      const logGroup = (await this.#groups).get(subscriberId);
      if (logGroup === undefined) return undefined;
      const last = await lastMatch(clients.of(CloudWatchLogsClient), logGroup, pattern, deadLetter.sentAt);
      return last && readLine(last);
    } catch (error) {
      if (!isAnswer(error)) throw error;
      this.problems.add(`${error.name}: ${error.message}`);
      return undefined;
    }
  }
}

/**
 * Functions log both ids. The event's id also finds failures from before a redrive, which gives the message a new id; an event
 * without metadata has the message's id alone.
 */
function patternFor(eventId: string | undefined, messageId: string): string | undefined {
  const [key, id] = eventId === undefined ? ['messageId', messageId] : ['eventId', eventId];
  return PLAIN_ID.test(id) ? `{ $.${key} = "${id}" && $.level = "ERROR" }` : undefined;
}

async function lastMatch(
  client: CloudWatchLogsClient,
  logGroupName: string,
  filterPattern: string,
  since: number | undefined,
): Promise<FilteredLogEvent | undefined> {
  const input = { logGroupName, filterPattern, ...(since !== undefined && { startTime: since - CLOCK_SKEW_MS }) };
  let last: FilteredLogEvent | undefined;
  let pages = 0;
  for await (const { events = [] } of paginateFilterLogEvents({ client }, input)) {
    for (const event of events) if ((event.timestamp ?? 0) >= (last?.timestamp ?? 0)) last = event;
    if (++pages === MOST_PAGES) break;
  }
  return last;
}

function readLine({ timestamp = 0, message = '' }: FilteredLogEvent): FailureReason {
  const { problem, hint } = parseObject(message) ?? {};
  return {
    at: timestamp,
    problem: typeof problem === 'string' ? problem : message,
    ...(typeof hint === 'string' && { hint }),
  };
}

/** Whether AWS answered with an error, such as a missing permission or a log that does not exist. */
function isAnswer(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error;
}

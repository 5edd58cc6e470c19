import { timeAt } from '../aws/pipeline-time.ts';
import type { OnStack } from '../deployed/stack.ts';
import type { ExplainedMessage } from './cause.ts';
import { type MessageChoice, type MessageChooser, messageChooser } from './choice.ts';
import { type DeadLetter, readDeadLetter } from './dead-letter.ts';
import { FailureReasons } from './failure-reasons.ts';
import { pipeRecordsReader, ReadableRecords } from './pipe-records.ts';
import { processMessages } from './queue-pass.ts';
import { type CountedQueue, countQueues, type DlqChoice, queueOf } from './scan.ts';

/** Which queues, and which of their messages. */
export type DeadLetterChoice = DlqChoice & MessageChoice;

/** A queue, and its chosen messages. */
export type ExplainedQueue = CountedQueue & {
  /** How many messages were read to choose from. */
  readonly looked: number;
  readonly messages: readonly ExplainedMessage[];
};

/** What could not be looked up: each reason once. */
export interface Unread {
  /** Why the stream records of some of the pipe's messages could not be read: their users are unknown. */
  readonly unreadRecords: readonly string[];
  /** Why the logs of some functions could not be read: the reasons of their messages are unknown. */
  readonly unreadLogs: readonly string[];
}

interface Wanted {
  readonly reason?: boolean;
  readonly records?: boolean;
}

export interface ExplainOptions {
  /** Chosen messages, in all queues together. @default all */
  readonly limit?: number | undefined;
  /** Messages of a queue to read at most. */
  readonly looked: number;
  /** What to find out about a message besides what the choice needs. @default everything */
  readonly wanted?: Wanted;
  readonly signal: AbortSignal;
  /** Called for each queue, when its messages are known. */
  readonly onQueue: (queue: ExplainedQueue) => void;
  /** Milliseconds since the Unix epoch. @default the time of this machine */
  readonly now?: number;
}

/** The stream answers five times a second, so it is asked about this many of the pipe's messages, unless a choice needs all. */
const MOST_RECORDS_READ = 50;

/** Messages of a queue that are read at most to choose among them: they are hidden from others meanwhile. */
export const MOST_LOOKED = 10_000;

const EVERYTHING = { reason: true, records: true };

/**
 * Reads the chosen messages of the chosen dead-letter queues with what is known about why they are there. Leaves all of them
 * there.
 * @throws UsageError for a choice that cannot be read
 */
export async function explainMessages(
  on: OnStack,
  choice: DeadLetterChoice,
  {
    limit = Number.POSITIVE_INFINITY,
    looked,
    wanted = EVERYTHING,
    signal,
    onQueue,
    now = timeAt(on.target),
  }: ExplainOptions,
): Promise<Unread> {
  const chooser = messageChooser(choice, now);
  const streamed = new ReadableRecords(pipeRecordsReader(on));
  const reasons = new FailureReasons(on);
  let left = limit;
  for (const queue of await countQueues(on, choice, chooser.isChoice ? undefined : limit)) {
    const most = Math.min(queue.most, left > 0 ? looked : 0);
    // All messages are visible to others again before the slow lookups begin.
    const read = await readCandidates(on, { queue, chooser, most, signal });
    if (signal.aborted) break;
    const look = { queue, chooser, wanted, streamed, reasons, signal };
    const messages = (await chooseAmong(read.candidates, look)).slice(0, left);
    if (signal.aborted) break;
    left -= messages.length;
    onQueue({ ...queue, looked: read.looked, messages });
  }
  return { unreadRecords: [...streamed.problems], unreadLogs: [...reasons.problems] };
}

interface Look {
  readonly queue: CountedQueue;
  readonly chooser: MessageChooser;
  readonly wanted: Wanted;
  readonly streamed: ReadableRecords;
  readonly reasons: FailureReasons;
  readonly signal: AbortSignal;
}

async function chooseAmong(candidates: readonly DeadLetter[], look: Look): Promise<ExplainedMessage[]> {
  const { queue, chooser, wanted, reasons, signal } = look;
  const needsReason = queue.owner === 'subscriber' && (wanted.reason || chooser.needs.reason);
  if (needsReason) await reasons.prepare(candidates, queue.subscriber.id, signal);
  const chosen: ExplainedMessage[] = [];
  let asked = 0;
  for (const deadLetter of candidates) {
    if (signal.aborted) break;
    const mayAsk = chooser.needs.records || (wanted.records && asked < MOST_RECORDS_READ);
    const records = deadLetter.kind === 'pipe' && mayAsk ? await look.streamed.find(deadLetter) : undefined;
    if (deadLetter.kind === 'pipe') asked += 1;
    const logged = needsReason ? await reasons.find(deadLetter, queue.subscriber.id) : undefined;
    const explained = { deadLetter, ...(records && { records }), ...(logged && { logged }) };
    if (chooser.chooses(queue.name, explained)) chosen.push(explained);
  }
  return chosen;
}

interface Reading {
  readonly queue: CountedQueue;
  readonly chooser: MessageChooser;
  /** Messages to read. */
  readonly most: number;
  readonly signal: AbortSignal;
}

/** The messages that may be chosen by what they say themselves, among all that were read. */
async function readCandidates(on: OnStack, { queue: { url, owner }, chooser, most, signal }: Reading) {
  const candidates: DeadLetter[] = [];
  let looked = 0;
  let room = MOST_BODIES;
  await processMessages(queueOf(on, url), { most, signal, concurrency: CONCURRENCY }, async (message) => {
    const deadLetter = readDeadLetter(message, owner);
    looked += 1;
    if (chooser.mayChoose(deadLetter)) {
      room -= deadLetter.body.length;
      candidates.push(room >= 0 ? deadLetter : { ...deadLetter, body: deadLetter.body.slice(0, MOST_CUT) });
    }
    return 'kept';
  });
  return { looked, candidates };
}

/**
 * A message may be a megabyte. So many characters of a queue's candidates are kept, more than 10,000 of the pipeline's events have;
 * of further ones only the beginning.
 */
const MOST_BODIES = 2 ** 27;
const MOST_CUT = 1000;

/** Batches that are received side by side. */
const CONCURRENCY = 4;

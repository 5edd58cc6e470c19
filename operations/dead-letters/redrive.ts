import { createHash } from 'node:crypto';
import { isDenied } from '../aws/aws-failure.ts';
import { type DeadLetter, type ForeignLetter, type PipeLetter, readDeadLetter } from './dead-letter.ts';
import { failureOfOne } from './failure-of-one.ts';
import type { LetterQueue } from './letter-queue.ts';
import { narrowLetter } from './narrow-letter.ts';
import type { Pace } from './pace.ts';
import type { PipeRecords, Stretch } from './pipe-records.ts';
import type { RefusedRegistration } from './put-registrations.ts';
import { type Fate, goThrough, type PassOptions } from './queue-pass.ts';

export interface FailedLetter {
  readonly messageId: string;
  readonly problem: string;
}

/** What came of a queue's messages so far. */
export interface RedriveOutcome {
  /** Sent on, and deleted. */
  redriven: number;
  /** Registrations that were put on the bus for the pipe's messages. */
  registrations: number;
  /** Records of other changes, which the pipe's filter lets nobody see: dropped with their message. */
  others: number;
  /** Messages that stay: the same event was sent on before in this run, and has failed again. */
  cameBack: number;
  /** Messages that stay: nothing that the pipeline would put there. */
  foreign: number;
  /** Messages that stay: the stream has dropped some of their records, or all. Why, by reason. */
  readonly lost: string[];
  /** Messages that stay: the bus did not take some of their registrations. Why. */
  readonly refused: string[];
  /** Messages that stay: they, and they alone, cannot be read, sent or deleted. */
  readonly failed: FailedLetter[];
}

export function emptyOutcome(): RedriveOutcome {
  return { redriven: 0, registrations: 0, others: 0, cameBack: 0, foreign: 0, lost: [], refused: [], failed: [] };
}

/** Messages that were gone through, whatever came of them. */
export function goneThrough({ redriven, foreign, lost, refused, failed }: RedriveOutcome): number {
  return redriven + foreign + lost.length + refused.length + failed.length;
}

export interface Redrive extends PassOptions {
  readonly queue: LetterQueue;
  readonly pace: Pace;
  /** Told of what has come so far, also when it ends with an error; a message counts as redriven once it is deleted. */
  readonly outcome: RedriveOutcome;
  /** After each message. */
  readonly onProgress: () => void;
}

/**
 * Sends the events of a subscriber's dead-letter queue to its queue, each before its message is deleted: whatever
 * interrupts it, an event may come twice and none is lost. One that fails again meanwhile comes back, and stays. So does one
 * that cannot be read, sent or deleted, and the others go on.
 */
export async function redriveEvents(run: Redrive, send: (body: string) => Promise<void>): Promise<void> {
  const { queue, pace, outcome, onProgress } = run;
  const sent = new Set<string>();
  await goThrough(queue, run, async (message, signal) => {
    const letter = readDeadLetter(message, 'subscriber');
    if (letter.kind === 'foreign') return keepForeign(letter, outcome);
    // The body holds the event's id. A message that fails again is another one to SQS.
    const key = createHash('sha256').update(letter.body).digest('base64');
    if (sent.has(key)) {
      outcome.cameBack += 1;
      return 'uncounted';
    }
    sent.add(key);
    await pace.turn(signal);
    if (signal.aborted) return 'kept';
    try {
      await send(letter.body);
    } catch (error) {
      return keepFailed(letter, error, run);
    }
    return {
      whenNotDeleted: (problem) => noteFailed(letter, `it is sent, and cannot be deleted: ${problem}`, run),
      whenDeleted: () => {
        outcome.redriven += 1;
        onProgress();
      },
    };
  });
}

export interface PipeEffects {
  /** Reads the records of a message from the stream. */
  recordsOf(letter: PipeLetter): Promise<PipeRecords>;
  /** Puts registrations on the bus. Returns those that were refused. */
  put(registrations: PipeRecords['registrations']): Promise<RefusedRegistration[]>;
  /** Puts a message into the pipe's dead-letter queue. */
  leave(body: string): Promise<void>;
}

/**
 * Puts on the bus what the pipe would have put there for the records of its messages. A message is deleted when all of it
 * is on the bus. One whose records are lost to the stream, or refused by the bus, stays; where it is so with some of its
 * records only, a message about those alone takes its place: another run would put the others on the bus a second time.
 */
export async function redrivePipe(run: Redrive, { recordsOf, put, leave }: PipeEffects): Promise<void> {
  const { queue, pace, outcome, onProgress } = run;
  const left = new Set<string>();
  await goThrough(queue, run, async (message, signal) => {
    const letter = readDeadLetter(message, 'pipe');
    if (letter.kind === 'foreign') return keepForeign(letter, outcome);
    // The owner decides: what is in the pipe's queue is of the pipe, or foreign.
    if (letter.kind !== 'pipe') throw new Error(`A letter of the pipe was read as a ${letter.kind} failure.`);
    if (left.has(letter.body)) return 'uncounted';
    let records: PipeRecords;
    try {
      records = await recordsOf(letter);
    } catch (error) {
      // A letter names a stream, and these credentials may not be allowed to read it.
      if (isDenied(error)) return noteFailed(letter, `${error.name}: ${error.message}`, run);
      return keepFailed(letter, error, run);
    }
    const { registrations, others, lost, lostIn = [] } = records;
    await pace.turn(signal, Math.max(1, registrations.length));
    if (signal.aborted) return 'kept';
    let refusals: RefusedRegistration[];
    try {
      refusals = await put(registrations);
    } catch (error) {
      return keepFailed(letter, error, run);
    }
    outcome.registrations += registrations.length - refusals.length;
    const isWhole = lost === undefined && refusals.length === 0;
    const noteRest = () => {
      if (lost !== undefined) outcome.lost.push(lost);
      else if (refusals.length > 0) outcome.refused.push(refusals.map(({ problem }) => problem).join('; '));
    };
    if (!isWhole && refusals.length === registrations.length) {
      noteRest();
      onProgress();
      return 'kept';
    }
    try {
      for (const stretch of [...lostIn, ...refusals.map(placeOf)]) {
        const body = narrowLetter(letter, stretch);
        left.add(body);
        await leave(body);
      }
    } catch (error) {
      return keepFailed(letter, error, run);
    }
    return {
      whenNotDeleted: (problem) => noteFailed(letter, `it is on the bus, and cannot be deleted: ${problem}`, run),
      whenDeleted: () => {
        noteRest();
        outcome.others += others;
        if (isWhole) outcome.redriven += 1;
        onProgress();
      },
    };
  });
}

/** What cannot be read may be the pipeline's; anything else counts as foreign. */
function keepForeign(letter: ForeignLetter, outcome: RedriveOutcome): Fate {
  const { isUnreadable, messageId, problem } = letter;
  if (isUnreadable) outcome.failed.push({ messageId, problem });
  else outcome.foreign += 1;
  return 'kept';
}

/** @throws the error, if it is about more than this letter */
function keepFailed(letter: DeadLetter, error: unknown, run: Redrive): Fate {
  const problem = failureOfOne(error);
  if (problem === undefined) throw error;
  return noteFailed(letter, problem, run);
}

function noteFailed({ messageId }: DeadLetter, problem: string, { outcome, onProgress }: Redrive): Fate {
  outcome.failed.push({ messageId, problem });
  onProgress();
  return 'kept';
}

function placeOf({ registration: { sequenceNumber } }: RefusedRegistration): Stretch {
  return { startSequenceNumber: sequenceNumber, endSequenceNumber: sequenceNumber };
}

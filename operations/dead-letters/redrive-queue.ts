import { createHash } from 'node:crypto';
import { isDenied } from '../aws/aws-failure.ts';
import type { Pace } from '../time/waiting.ts';
import {
  type DeadLetter,
  type ForeignDeadLetter,
  type PipeDeadLetter,
  type QueueOwner,
  readDeadLetter,
} from './dead-letter.ts';
import { type MessageQueue, problemOfMessage } from './message-queue.ts';
import { narrowBody, type PipeEvent, type PipeRecords, type putRegistrations } from './pipe-records.ts';
import { type Decision, type PassOptions, processMessages } from './queue-pass.ts';

/** What happened to a queue's messages so far. */
export interface RedriveOutcome {
  /** Sent, and deleted from the dead-letter queue. */
  redriven: number;
  /** Registrations that were put on the bus for the pipe's messages. */
  registrations: number;
  /** The same for deletions of rows. @default 0 */
  deletions?: number;
  /** Records of other changes, which the pipe's filter drops: they go with their message. */
  others: number;
  /** Messages that stay: the same event was sent earlier in this run, and has failed again. */
  cameBack: number;
  /** Messages that stay: the pipeline did not put them there. */
  foreign: number;
  /** Reasons of messages that stay: the stream has dropped some or all of their records, or the bus refused some registrations. */
  readonly lost: string[];
  readonly refused: string[];
  /** Messages that stay: they could not be read, sent or deleted, while others could. */
  readonly failed: { readonly messageId: string; readonly problem: string }[];
}

export function emptyOutcome(): RedriveOutcome {
  return { redriven: 0, registrations: 0, others: 0, cameBack: 0, foreign: 0, lost: [], refused: [], failed: [] };
}

/** How many messages were handled, with whatever result. */
export function handledMessages({ redriven, foreign, lost, refused, failed }: RedriveOutcome): number {
  return redriven + foreign + lost.length + refused.length + failed.length;
}

export interface RedriveRun extends PassOptions {
  readonly queue: MessageQueue;
  readonly pace: Pace;
  /** Updated as messages are handled, also if it ends with an error. A message counts as redriven once it is deleted. */
  readonly outcome: RedriveOutcome;
  readonly onProgress: () => void;
  /** Whether a message was there before the run: then its event has not come back, also if another message has the same. */
  readonly wasThere?: (messageId: string) => boolean;
}

/**
 * Sends the events of a subscriber's dead-letter queue to its queue. Each event is sent before its message is deleted: after an
 * interruption an event may arrive twice, but none is lost. An event that fails again meanwhile comes back, and stays.
 */
export async function redriveEvents(run: RedriveRun, send: (body: string) => Promise<void>): Promise<void> {
  const { pace, outcome, isChosen, wasThere = () => false } = run;
  const sent = new Set<string>();
  const cameBack = new Set<string>();
  const options: RedriveRun = {
    ...run,
    // An event that came back has another message, which was not chosen.
    ...(isChosen && {
      isChosen: (message) => {
        if (isChosen(message)) return true;
        const { MessageId, Body } = message;
        if (sent.has(keyOf(Body)) && !cameBack.has(MessageId)) outcome.cameBack += 1;
        cameBack.add(MessageId);
        return false;
      },
    }),
  };
  await redriveEach(options, 'subscriber', async (deadLetter, signal) => {
    const key = keyOf(deadLetter.body);
    // Of chosen messages none can have come back: they were there when they were chosen.
    if (isChosen === undefined && sent.has(key) && !wasThere(deadLetter.messageId)) {
      outcome.cameBack += 1;
      return 'uncounted';
    }
    sent.add(key);
    await pace.turn(signal);
    if (signal.aborted) return 'kept';
    await send(deadLetter.body);
    return deletion(run, deadLetter, 'it was sent', () => {
      outcome.redriven += 1;
    });
  });
}

/** The body holds the event's id. To SQS, a message that fails again is a different one. */
function keyOf(body: string): string {
  return createHash('sha256').update(body).digest('base64');
}

export interface PipeEffects {
  recordsOf(deadLetter: PipeDeadLetter): Promise<PipeRecords>;
  /** Puts registrations and deletions on the bus. Returns those that were refused. */
  put(registrations: readonly PipeEvent[]): ReturnType<typeof putRegistrations>;
  /** Puts a message into the pipe's dead-letter queue. */
  leave(body: string): Promise<void>;
}

/**
 * Puts on the bus what the pipe would have put there for the records of its messages. A message is deleted when all of it
 * is on the bus. It stays if all of its records are lost to the stream or refused by the bus. If only some are, a message about
 * those alone replaces it first: otherwise another run would put the others on the bus a second time.
 */
export async function redrivePipe(run: RedriveRun, { recordsOf, put, leave }: PipeEffects): Promise<void> {
  const { pace, outcome, onProgress } = run;
  const left = new Set<string>();
  await redriveEach(run, 'pipe', async (deadLetter, signal) => {
    // A message in the pipe's queue is read as the pipe's or as foreign.
    if (deadLetter.kind !== 'pipe') throw new Error(`A message of the pipe was read as a ${deadLetter.kind} failure.`);
    if (left.has(deadLetter.body)) return 'uncounted';
    let records: PipeRecords;
    try {
      records = await recordsOf(deadLetter);
    } catch (error) {
      // The message names the stream, and these credentials may not be allowed to read that one.
      if (isDenied(error)) return noteFailed(deadLetter, `${error.name}: ${error.message}`, run);
      throw error;
    }
    const { registrations, deletions = [], others, lost, lostIn = [] } = records;
    const events: readonly PipeEvent[] = [...registrations, ...deletions];
    await pace.turn(signal, Math.max(1, events.length));
    if (signal.aborted) return 'kept';
    const refusals = await put(events);
    // A message is of one pipe: all of its events are of one kind.
    const isPut = events.length - refusals.length;
    if (deletions.length > 0) outcome.deletions = (outcome.deletions ?? 0) + isPut;
    else outcome.registrations += isPut;
    const isWhole = lost === undefined && refusals.length === 0;
    const noteRest = () => {
      if (lost !== undefined) outcome.lost.push(lost);
      else if (refusals.length > 0) outcome.refused.push(refusals.map(({ problem }) => problem).join('; '));
    };
    if (!isWhole && refusals.length === events.length) {
      noteRest();
      onProgress();
      return 'kept';
    }
    const refusedPlaces = refusals.map(({ registration: { sequenceNumber: place } }) => {
      return { startSequenceNumber: place, endSequenceNumber: place };
    });
    for (const range of [...lostIn, ...refusedPlaces]) {
      const body = narrowBody(deadLetter, range);
      left.add(body);
      await leave(body);
    }
    return deletion(run, deadLetter, 'it is on the bus', () => {
      noteRest();
      outcome.others += others;
      if (isWhole) outcome.redriven += 1;
    });
  });
}

/** Decides about each message of the pipeline. One that cannot be read or sent is noted, and stays; the others are redriven. */
function redriveEach(
  run: RedriveRun,
  owner: QueueOwner,
  decide: (deadLetter: Exclude<DeadLetter, ForeignDeadLetter>, signal: AbortSignal) => Promise<Decision>,
): Promise<void> {
  return processMessages(run.queue, run, async (message, signal) => {
    const deadLetter = readDeadLetter(message, owner);
    if (deadLetter.kind !== 'foreign') {
      try {
        return await decide(deadLetter, signal);
      } catch (error) {
        const problem = problemOfMessage(error);
        if (problem === undefined) throw error;
        return noteFailed(deadLetter, problem, run);
      }
    }
    // An unreadable message may be the pipeline's own, so it is not counted as foreign.
    if (deadLetter.isUnreadable) return noteFailed(deadLetter, deadLetter.problem, run);
    run.outcome.foreign += 1;
    run.onProgress();
    return 'kept';
  });
}

/** @param done what has happened to the message, if it cannot be deleted now */
function deletion(run: RedriveRun, deadLetter: DeadLetter, done: string, note: () => void): Decision {
  return {
    onNotDeleted: (problem) => noteFailed(deadLetter, `${done}, but could not be deleted: ${problem}`, run),
    onDeleted: () => {
      note();
      run.onProgress();
    },
  };
}

function noteFailed({ messageId }: DeadLetter, problem: string, { outcome, onProgress }: RedriveRun): Decision {
  outcome.failed.push({ messageId, problem });
  onProgress();
  return 'kept';
}

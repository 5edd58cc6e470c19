import { createHash } from 'node:crypto';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { isDenied } from '../aws/aws-failure.ts';
import { putEventsWith, requireBus } from '../aws/event-bridge.ts';
import type { OnStack } from '../deployed/stack.ts';
import { requireOutput } from '../deployed/stack.ts';
import { Pace } from '../time/waiting.ts';
import { type DeadLetter, type ForeignDeadLetter, type PipeDeadLetter, readDeadLetter } from './dead-letter.ts';
import type { MessageQueue } from './message-queue.ts';
import {
  narrowBody,
  type PipeRecords,
  pipeRecordsReader,
  putRegistrations,
  type RefusedRegistration,
} from './pipe-records.ts';
import { type Decision, type PassOptions, problemOfMessage, processMessages } from './queue-pass.ts';
import { type DlqChoice, queueOf, type Scan, type ScannedQueue, scanQueues } from './scan.ts';

/** This many messages of a queue are read to say what is in it. */
const SCANNED = 1000;

/** Messages a second that one receive loop manages on AWS, where each message takes two calls and shares a third. */
const RATE_OF_ONE_LOOP = 100;

export interface RedrivePlan extends Scan {
  /** Name of the bus for the registrations of the pipe's messages. */
  readonly bus: string;
}

export interface FailedMessage {
  readonly messageId: string;
  readonly problem: string;
}

/** What happened to a queue's messages so far. */
export interface RedriveOutcome {
  /** Sent, and deleted from the dead-letter queue. */
  redriven: number;
  /** Registrations that were put on the bus for the pipe's messages. */
  registrations: number;
  /** Records of other changes, which the pipe's filter drops: they go with their message. */
  others: number;
  /** Messages that stay: the same event was sent earlier in this run, and has failed again. */
  cameBack: number;
  /** Messages that stay: the pipeline did not put them there. */
  foreign: number;
  /** Messages that stay: the stream has dropped some or all of their records. The reasons. */
  readonly lost: string[];
  /** Messages that stay: the bus refused some of their registrations. The reasons. */
  readonly refused: string[];
  /** Messages that stay: they could not be read, sent or deleted, while others could. */
  readonly failed: FailedMessage[];
}

/** What was planned for a queue, and what happened. */
export interface RedrivenQueue {
  readonly plan: ScannedQueue;
  readonly outcome: RedriveOutcome;
}

export function emptyOutcome(): RedriveOutcome {
  return { redriven: 0, registrations: 0, others: 0, cameBack: 0, foreign: 0, lost: [], refused: [], failed: [] };
}

/** How many messages were handled, with whatever result. */
export function handledMessages({ redriven, foreign, lost, refused, failed }: RedriveOutcome): number {
  return redriven + foreign + lost.length + refused.length + failed.length;
}

/** Reads what a redrive would send. Changes nothing. @param limit messages in all queues together */
export async function planRedrive(
  on: OnStack,
  choice: DlqChoice,
  { limit, signal }: { limit?: number | undefined; signal: AbortSignal },
): Promise<RedrivePlan> {
  const bus = requireOutput(on.stack, 'EventBusName');
  return { ...(await scanQueues(on, choice, { limit, scanned: SCANNED, signal })), bus };
}

/** @throws CommandFailure if the bus or a queue that messages would go to does not exist */
export async function requireRedriveTargets(on: OnStack, { queues, bus }: RedrivePlan): Promise<void> {
  for (const queue of queues.filter(({ most }) => most > 0)) {
    if (queue.owner === 'pipe') await requireBus(on.clients.of(EventBridgeClient), bus);
    else await queueOf(on, queue.subscriber.queueUrl).depth();
  }
}

export interface RedriveOptions {
  /** Messages a second, over all queues. */
  readonly rate: number;
  readonly signal: AbortSignal;
  /** Called at the start and after each message, with the results so far. */
  readonly onProgress: (queues: readonly RedrivenQueue[]) => void;
}

/** Sends a subscriber's events to its queue, and the pipe's registrations to the bus, one dead-letter queue after the other. */
export async function redrive(
  on: OnStack,
  { queues, bus }: RedrivePlan,
  { rate, signal, onProgress }: RedriveOptions,
): Promise<RedrivenQueue[]> {
  const pace = new Pace(rate);
  const recordsOf = pipeRecordsReader(on);
  const effects = putEventsWith(on.clients.of(EventBridgeClient));
  const redriven = queues.map((plan) => ({ plan, outcome: emptyOutcome() }));
  onProgress(redriven);
  for (const { plan, outcome } of redriven) {
    if (plan.most === 0) continue;
    const run: RedriveRun = {
      queue: queueOf(on, plan.url),
      outcome,
      pace,
      signal,
      most: plan.most,
      concurrency: Math.ceil(rate / RATE_OF_ONE_LOOP),
      onProgress: () => onProgress(redriven),
    };
    if (plan.owner === 'pipe') {
      const put: PipeEffects['put'] = (registrations) => putRegistrations(bus, registrations, effects);
      await redrivePipe(run, { recordsOf, put, leave: (body) => queueOf(on, plan.url).send(body) });
    } else {
      await redriveEvents(run, (body) => queueOf(on, plan.subscriber.queueUrl).send(body));
    }
  }
  return redriven;
}

export interface RedriveRun extends PassOptions {
  readonly queue: MessageQueue;
  readonly pace: Pace;
  /** Updated as messages are handled, also if it ends with an error. A message counts as redriven once it is deleted. */
  readonly outcome: RedriveOutcome;
  /** Called after each message. */
  readonly onProgress: () => void;
}

/**
 * Sends the events of a subscriber's dead-letter queue to its queue. Each event is sent before its message is deleted: after an
 * interruption an event may arrive twice, but none is lost. An event that fails again meanwhile comes back, and stays. So does
 * a message that cannot be read, sent or deleted; the others are redriven.
 */
export async function redriveEvents(run: RedriveRun, send: (body: string) => Promise<void>): Promise<void> {
  const { queue, pace, outcome, onProgress } = run;
  const sent = new Set<string>();
  await processMessages(queue, run, async (message, signal) => {
    const deadLetter = readDeadLetter(message, 'subscriber');
    if (deadLetter.kind === 'foreign') return keepForeign(deadLetter, run);
    // The body holds the event's id. To SQS, a message that fails again is a different one.
    const key = createHash('sha256').update(deadLetter.body).digest('base64');
    if (sent.has(key)) {
      outcome.cameBack += 1;
      return 'uncounted';
    }
    sent.add(key);
    await pace.turn(signal);
    if (signal.aborted) return 'kept';
    try {
      await send(deadLetter.body);
    } catch (error) {
      return keepFailed(deadLetter, error, run);
    }
    return {
      onNotDeleted: (problem) => noteFailed(deadLetter, `it was sent, but could not be deleted: ${problem}`, run),
      onDeleted: () => {
        outcome.redriven += 1;
        onProgress();
      },
    };
  });
}

export interface PipeEffects {
  /** Reads the records of a message from the stream. */
  recordsOf(deadLetter: PipeDeadLetter): Promise<PipeRecords>;
  /** Puts registrations on the bus. Returns those that were refused. */
  put(registrations: PipeRecords['registrations']): Promise<RefusedRegistration[]>;
  /** Puts a message into the pipe's dead-letter queue. */
  leave(body: string): Promise<void>;
}

/**
 * Puts on the bus what the pipe would have put there for the records of its messages. A message is deleted when all of it
 * is on the bus. It stays if all of its records are lost to the stream or refused by the bus. If only some are, a message about
 * those alone replaces it first: otherwise another run would put the others on the bus a second time.
 */
export async function redrivePipe(run: RedriveRun, { recordsOf, put, leave }: PipeEffects): Promise<void> {
  const { queue, pace, outcome, onProgress } = run;
  const left = new Set<string>();
  await processMessages(queue, run, async (message, signal) => {
    const deadLetter = readDeadLetter(message, 'pipe');
    if (deadLetter.kind === 'foreign') return keepForeign(deadLetter, run);
    // A message in the pipe's queue is read as the pipe's or as foreign.
    if (deadLetter.kind !== 'pipe') throw new Error(`A message of the pipe was read as a ${deadLetter.kind} failure.`);
    if (left.has(deadLetter.body)) return 'uncounted';
    let records: PipeRecords;
    try {
      records = await recordsOf(deadLetter);
    } catch (error) {
      // The message names the stream, and these credentials may not be allowed to read that one.
      if (isDenied(error)) return noteFailed(deadLetter, `${error.name}: ${error.message}`, run);
      return keepFailed(deadLetter, error, run);
    }
    const { registrations, others, lost, lostIn = [] } = records;
    await pace.turn(signal, Math.max(1, registrations.length));
    if (signal.aborted) return 'kept';
    let refusals: RefusedRegistration[];
    try {
      refusals = await put(registrations);
    } catch (error) {
      return keepFailed(deadLetter, error, run);
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
    const refusedPlaces = refusals.map(({ registration: { sequenceNumber: place } }) => {
      return { startSequenceNumber: place, endSequenceNumber: place };
    });
    try {
      for (const range of [...lostIn, ...refusedPlaces]) {
        const body = narrowBody(deadLetter, range);
        left.add(body);
        await leave(body);
      }
    } catch (error) {
      return keepFailed(deadLetter, error, run);
    }
    return {
      onNotDeleted: (problem) => noteFailed(deadLetter, `it is on the bus, but could not be deleted: ${problem}`, run),
      onDeleted: () => {
        noteRest();
        outcome.others += others;
        if (isWhole) outcome.redriven += 1;
        onProgress();
      },
    };
  });
}

/** An unreadable message may be the pipeline's own, so it is not counted as foreign. */
function keepForeign(deadLetter: ForeignDeadLetter, run: RedriveRun): Decision {
  if (deadLetter.isUnreadable) return noteFailed(deadLetter, deadLetter.problem, run);
  run.outcome.foreign += 1;
  run.onProgress();
  return 'kept';
}

/** @throws the error, if it is about more than this message */
function keepFailed(deadLetter: DeadLetter, error: unknown, run: RedriveRun): Decision {
  const problem = problemOfMessage(error);
  if (problem === undefined) throw error;
  return noteFailed(deadLetter, problem, run);
}

function noteFailed({ messageId }: DeadLetter, problem: string, { outcome, onProgress }: RedriveRun): Decision {
  outcome.failed.push({ messageId, problem });
  onProgress();
  return 'kept';
}

import { denialIn } from '../aws/denial.ts';
import { type JournalEntry, keysOfBody, readableLogLine } from '../journal/journal.ts';
import { fieldsOf, parseObject, textsOf } from '../messages/json-fields.ts';
import type { HopOf, Outcome, TraceHop } from './hops.ts';
import type { LogLine, Names } from './trace-items.ts';

/** Fields of a log line that the trace shows elsewhere. */
const SHOWN_ELSEWHERE = ['userId', 'replayName'];

/** How Lambda reports the end of an invocation. Source: Lambda developer guide, Telemetry API event schema. */
const REPORTED: Readonly<Record<string, Outcome>> = { success: 'handled', timeout: 'timed out', failure: 'crashed' };

interface Taken {
  readonly subscriber: string;
  /** Messages of the registration. */
  readonly messageIds: readonly string[];
  readonly size: number;
  readonly replay: string | undefined;
}

/** The hops of a function: what it receives, logs and calls, and how it ends, for one registration. */
export class InvocationHops {
  readonly #names: Names;
  /** The registration's messages, each with its replay. */
  readonly #messages = new Map<string, string | undefined>();
  readonly #taken = new Map<string, Taken>();
  readonly #ended = new Set<string>();

  constructor(names: Names) {
    this.#names = names;
  }

  /** Adds a message of the registration. */
  addMessage(messageId: string, replay: string | undefined): void {
    this.#messages.set(messageId, replay);
  }

  /** Whether an invocation is one of this registration. */
  has(requestId: string): boolean {
    return this.#taken.has(requestId);
  }

  batch(entry: JournalEntry): HopOf<'batch'> {
    const all = entry.messageIds as readonly string[];
    const messageIds = all.filter((id) => this.#messages.has(id));
    const requestId = String(entry.requestId);
    const replay = messageIds.map((id) => this.#messages.get(id)).find((name) => name !== undefined);
    const subscriber = this.#names.function(entry.functionName);
    this.#taken.set(requestId, { subscriber, messageIds, size: all.length, replay });
    const receives = entry.receives as readonly number[] | undefined;
    const receive = receives?.[all.findIndex((id) => this.#messages.has(id))] ?? 1;
    const { at } = entry;
    return { hop: 'batch', at, subscriber, requestId, messageIds, receive, size: all.length, ...textsOf({ replay }) };
  }

  end(entry: JournalEntry): HopOf<'invocation'> {
    const requestId = String(entry.requestId);
    const { messageIds = [], replay } = this.#taken.get(requestId) ?? {};
    const isAnswered = entry.outcome === 'answered';
    this.#ended.add(requestId);
    return {
      hop: 'invocation',
      at: entry.at,
      subscriber: this.#names.function(entry.functionName),
      requestId,
      outcome: isAnswered ? 'handled' : outcomeOf(String(entry.errorType)),
      failedIds: isAnswered ? [] : messageIds,
      durationMs: Number(entry.durationMs),
      // Some messages begin with the function's name, which the trace shows before them.
      ...(!isAnswered && { error: `${entry.errorType}: ${entry.message}`.replace(`${entry.functionName}: `, '') }),
      ...textsOf({ replay }),
    };
  }

  /** The end of an invocation, with the items that failed. */
  withFailedItems(ended: HopOf<'invocation'>, { messageIds }: JournalEntry): HopOf<'invocation'> {
    const failedIds = (messageIds as readonly string[]).filter((id) => this.#messages.has(id));
    const isItem = ended.outcome === 'handled' && failedIds.length > 0;
    return { ...ended, failedIds, ...(isItem && { outcome: 'item failed' }) };
  }

  /** A call of an invocation with this registration's message alone; in a larger batch it is not clear whose call it was. */
  call(entry: JournalEntry): HopOf<'api-call'> | undefined {
    const taken = this.#taken.get(String(entry.invocation));
    if (taken?.size !== 1) return undefined;
    const { at, service, operation, status, code, message } = entry;
    const denied = Number(status) >= 400 ? denialIn(String(message)) : undefined;
    return {
      hop: 'api-call',
      at,
      subscriber: taken.subscriber,
      operation: `${service}:${operation}`,
      status: Number(status),
      ...textsOf({ code, replay: taken.replay }),
      ...(denied !== undefined && { denied }),
    };
  }

  deadLetter({ at, queue, messageId, receives, body }: JournalEntry): HopOf<'dead-letter'> {
    const { busEventId, detailType, replayName: replay } = keysOfBody(body);
    return {
      hop: 'dead-letter',
      at,
      subscriber: this.#names.queue(queue).subscriber,
      messageId: String(messageId),
      receives: Number(receives),
      ...textsOf({ busEventId, detailType, replay }),
    };
  }

  /** A line that a function wrote, or that Lambda wrote about it. */
  line({ at, subscriber, line }: LogLine): TraceHop | undefined {
    const parsed = parseObject(line) ?? {};
    if (parsed.type === 'platform.report') return this.#report(at, subscriber, parsed.record);
    const text = readableLogLine(line, SHOWN_ELSEWHERE);
    if (text === undefined) return undefined;
    const { level, eventId, messageId, replayName: replay } = parsed;
    const problem = level === 'ERROR' ? (parsed.problem ?? parsed.message) : undefined;
    const denied = denialIn(String(problem));
    const more = { ...textsOf({ level, eventId, messageId, problem, replay }), ...(denied && { denied }) };
    return { hop: 'log', at, subscriber, text, line, ...more };
  }

  /** The journal's entry for the end, if there is one, says more. */
  #report(at: number, subscriber: string, record: unknown): HopOf<'invocation'> | undefined {
    const { requestId: id, status, errorType: error, metrics } = fieldsOf(record);
    const requestId = String(id);
    if (this.#ended.has(requestId)) return undefined;
    const durationMs = Number(fieldsOf(metrics).durationMs);
    const outcome = REPORTED[String(status)] ?? 'failed';
    return { hop: 'invocation', at, subscriber, requestId, outcome, failedIds: [], durationMs, ...textsOf({ error }) };
  }
}

function outcomeOf(errorType: string): Outcome {
  if (errorType === 'Sandbox.Timedout') return 'timed out';
  return errorType.startsWith('Runtime.') ? 'crashed' : 'failed';
}

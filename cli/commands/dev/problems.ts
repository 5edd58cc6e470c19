import type { FoundStack } from '../../../operations/deployed/stack.ts';
import { ownerOf, shortName } from '../../../operations/deployed/subscribers.ts';
import {
  type EventKeys,
  type JournalEntry,
  keysOfBody,
  keysOfEvent,
  userOfRecord,
} from '../../../operations/journal/journal.ts';
import { alike, count, displayId, visible } from '../../../operations/messages/display.ts';
import { parseObject } from '../../../operations/messages/json-fields.ts';

export interface ProblemLinesProps {
  readonly stack: FoundStack;
  readonly userIdAttribute: string;
  /** The journal's entries so far: they name the user of an entry that has only the id of a message or an event. */
  readonly entries: () => readonly JournalEntry[];
}

/** Something that went wrong. */
export interface Problem {
  /** The whole problem in one line. */
  readonly line: string;
  /** What went wrong, in a few words: `bucket-service: event not handled`. */
  readonly what: string;
  /** The user or event that it happened to. */
  readonly who: string;
  /** Equal for all problems with the same reason. */
  readonly reason: string;
}

/** A longer cause or hint is cut: a function may write anything. */
const TEXT_COLUMNS = 500;

/** Events of one failed batch that a line names. */
const MOST_EVENTS = 3;

/** Finds problems in the journal's entries, read in order: what happened, to which user and event, what happens next. */
export class ProblemLines {
  readonly #props: ProblemLinesProps;
  /** How failed invocations ended, by request id. */
  readonly #failures = new Map<unknown, string>();

  constructor(props: ProblemLinesProps) {
    this.#props = props;
  }

  /** The problem that an entry reports or completes. */
  read(entry: JournalEntry): Problem | undefined {
    switch (entry.hop) {
      case 'log':
        return this.#ofLog(String(entry.line));
      case 'invocation':
        return this.#ofInvocation(entry);
      case 'redriven-to-dlq':
        return this.#ofRedrive(entry);
      case 'rule-dlq':
        return this.#ofRule(entry);
      case 'pipe-delivery':
        return this.#ofPipeDelivery(entry);
      case 'pipe-dlq':
        return this.#ofPipe(entry);
      case 'denied':
        // Every other denial makes a call fail, which is reported.
        return String(entry.action).startsWith('logs:')
          ? problem('log lines are lost', '', `: ${text(entry.message)}`)
          : undefined;
      default:
        return undefined;
    }
  }

  #ofLog(line: string): Problem | undefined {
    if (!line.includes('"level":"ERROR"')) return undefined;
    const parsed = parseObject(line);
    if (parsed === undefined) return problem(text(line), '');
    const { service, message, hint, next, error, receiveCount, userId, eventId, detailType } = parsed;
    const cause = parsed.problem ?? (error as { message?: unknown } | null | undefined)?.message;
    const receive = receiveCount === undefined ? '' : `, receive ${displayId(String(receiveCount))}`;
    const what = `${displayId(String(service))}: ${text(message)}`;
    const rest = [hint, next].filter(Boolean).map((each) => `; ${text(each)}`);
    const who = about(textsIn({ userId, eventId, detailType })) + receive;
    return problem(what, who, rest.join(''), cause === undefined ? '' : `: ${text(cause)}`);
  }

  /**
   * A function that timed out or crashed logged no problem. Two entries tell of it: one says how it ended, the next one which
   * messages failed. A function that reports single items has logged a line for each.
   */
  #ofInvocation({ requestId, outcome, errorType, message, messageIds, ...entry }: JournalEntry): Problem | undefined {
    const functionName = String(entry.functionName);
    // The subscriber was removed, or the engine stops.
    if (errorType === 'Runtime.Stopped') return undefined;
    if (outcome === 'failed' || outcome === 'refused') {
      // Some messages begin with the function's name, which the line begins with already.
      this.#failures.set(requestId, `${errorType}: ${String(message).replace(`${functionName}: `, '')}`);
      return undefined;
    }
    const failure = this.#failures.get(requestId);
    if (outcome !== 'items-failed' || failure === undefined) return undefined;
    this.#failures.delete(requestId);
    return this.#ofFailedMessages(functionName, failure, messageIds as readonly unknown[]);
  }

  #ofFailedMessages(functionName: string, failure: string, messageIds: readonly unknown[]): Problem {
    const bodies = new Map(
      this.#props
        .entries()
        .filter(({ hop, messageId }) => hop === 'message' && messageIds.includes(messageId))
        .map(({ messageId, body }) => [messageId, body]),
    );
    const events = [...bodies.values()].map((body) => about(keysOfBody(body)));
    const others = events.splice(MOST_EVENTS).length;
    const which = events.join('; ') + (others > 0 ? `; and ${count(others, 'more event')}` : '');
    const what = `${ownerOf(this.#short(functionName), 'Function')} failed`;
    return problem(what, which, '; SQS delivers again after the visibility timeout', `: ${text(failure)}`);
  }

  #ofRedrive({ queue, receives, body }: JournalEntry): Problem {
    const where = this.#deadLetterQueue(String(queue));
    return problem(`given up after ${receives} receives`, about(keysOfBody(body)), `: the event is now in ${where}`);
  }

  #ofRule({ rule, eventId, reason, lost, dlqArn }: JournalEntry): Problem {
    const event = this.#props.entries().findLast((entry) => entry.hop === 'event' && entry.eventId === eventId);
    const where = lost ? 'lost' : `now in ${this.#deadLetterQueue(String(dlqArn).split(':').at(-1) ?? '')}`;
    const who = about(event ? keysOfEvent(event) : {});
    return problem(`${this.#short(rule)} could not deliver`, who, `: ${text(reason)}; the event is ${where}`);
  }

  /** Only the first refusal: later attempts get the same one. */
  #ofPipeDelivery({ pipe, eventId, outcome, retries, code, message }: JournalEntry): Problem | undefined {
    if (outcome !== 'refused' || retries !== 0) return undefined;
    const why = `: ${text(code)}: ${text(message)}; it will retry`;
    return problem(`${this.#short(pipe)} was refused by the bus`, this.#aboutRecords([eventId]), why);
  }

  #ofPipe({ pipe, eventIds, condition, outcome, dlqArn }: JournalEntry): Problem {
    const queue = this.#deadLetterQueue(String(dlqArn).split(':').at(-1) ?? '');
    const where = outcome === 'lost' ? 'lost' : `in ${queue}`;
    const records = this.#aboutRecords(eventIds as unknown[]);
    return problem(
      `${this.#short(pipe)} gave up`,
      records,
      `: ${text(condition)}; the position of the stream record is ${where}`,
    );
  }

  #aboutRecords(eventIds: readonly unknown[]): string {
    const users = this.#props
      .entries()
      .filter(({ hop, eventId }) => hop === 'stream-record' && eventIds.includes(eventId))
      .map((entry) => userOfRecord(entry, this.#props.userIdAttribute))
      .filter((userId) => userId !== undefined);
    return users.map((userId) => `user ${displayId(userId)}`).join(', ') || 'of no known user';
  }

  /** The output that publishes a queue's URL, and that URL. */
  #deadLetterQueue(queueName: string): string {
    const [key, url] =
      Object.entries(this.#props.stack.outputs).find(([, value]) => value.endsWith(`/${queueName}`)) ?? [];
    return key === undefined ? this.#short(queueName) : `the dead-letter queue ${key} ${url}`;
  }

  #short(name: unknown): string {
    return shortName(String(name), this.#props.stack.name);
  }
}

/** @param rest follows `who` @param cause precedes it */
function problem(what: string, who: string, rest = '', cause = ''): Problem {
  const line = visible(`${what}${cause}${who === '' ? '' : ` (${who})`}${rest}`);
  return { line, what: visible(what), who: visible(who), reason: alike(visible(what + cause + rest)) };
}

function text(value: unknown): string {
  return displayId(String(value), TEXT_COLUMNS);
}

/** The fields that are texts: a function may log anything under these names. */
function textsIn(fields: Readonly<Record<string, unknown>>): EventKeys {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'string'));
}

const ID_COLUMNS = 80;

function about({ userId, eventId, detailType }: EventKeys): string {
  const parts = [
    userId !== undefined && `user ${displayId(userId)}`,
    eventId !== undefined && `event ${displayId(eventId, ID_COLUMNS)}`,
    detailType !== undefined && displayId(detailType),
  ];
  return parts.filter(Boolean).join(', ') || 'an event without ids';
}

import type { JournalEntry } from '../../local/journal.ts';
import { count, displayId } from '../display.ts';
import { type EventKeys, keysOfBody, keysOfEvent, parseObject, userOfRecord } from '../journal/journal-reading.ts';
import { functionOwner, shortName } from '../resource-names.ts';
import type { FoundStack } from '../stack-outputs.ts';
import { FailedInvocations } from './failed-invocations.ts';

export interface ProblemLinesProps {
  readonly stack: FoundStack;
  readonly userIdAttribute: string;
  /** The journal's entries up to now: where an entry names only a message or an event, its user is found there. */
  readonly entries: () => readonly JournalEntry[];
}

/** Events of one failed batch that a line names. */
const MOST_EVENTS = 3;

/**
 * Says what went wrong, for the person at the terminal: what happened, to which user and event, what happens next.
 * Fed with every journal entry, in order.
 */
export class ProblemLines {
  readonly #props: ProblemLinesProps;
  readonly #failedInvocations = new FailedInvocations();

  constructor(props: ProblemLinesProps) {
    this.#props = props;
  }

  /** The line about an entry, if it is a problem. */
  read(entry: JournalEntry): string | undefined {
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
        // Any other denial shows in what it makes fail.
        return String(entry.action).startsWith('logs:') ? `what is logged is lost: ${entry.message}` : undefined;
      default:
        return undefined;
    }
  }

  #ofLog(line: string): string | undefined {
    if (!line.includes('"level":"ERROR"')) return undefined;
    const parsed = parseObject(line);
    if (parsed === undefined) return line;
    const { service, message, problem, hint, next, error, receiveCount, ...keys } = parsed;
    const cause = problem ?? (error as { message?: unknown } | undefined)?.message;
    const receive = receiveCount === undefined ? '' : `, receive ${receiveCount}`;
    const what = `${service}: ${message}${cause === undefined ? '' : `: ${cause}`}`;
    return [`${what} (${about(keys as EventKeys)}${receive})`, hint, next].filter(Boolean).join('; ');
  }

  /** A function that timed out or died wrote no line of its own; one that reports single items wrote one for each. */
  #ofInvocation(entry: JournalEntry): string | undefined {
    const failed = this.#failedInvocations.read(entry);
    if (failed === undefined) return undefined;
    const { functionName, failure, messageIds } = failed;
    const bodies = new Map(
      this.#props
        .entries()
        .filter(({ hop, messageId }) => hop === 'message' && messageIds.has(String(messageId)))
        .map(({ messageId, body }) => [messageId, body]),
    );
    const events = [...bodies.values()].map((body) => about(keysOfBody(body)));
    const others = events.splice(MOST_EVENTS).length;
    const which = events.join('; ') + (others > 0 ? `; and ${count(others, 'more event')}` : '');
    return `${functionOwner(this.#short(functionName))} failed: ${failure} (${which}); SQS delivers again after the visibility timeout`;
  }

  #ofRedrive({ queue, receives, body }: JournalEntry): string {
    const where = this.#deadLetterQueue(String(queue));
    return `given up after ${receives} receives (${about(keysOfBody(body))}): the event is now in ${where}`;
  }

  #ofRule({ rule, eventId, reason, lost, dlqArn }: JournalEntry): string {
    const event = this.#props.entries().findLast((entry) => entry.hop === 'event' && entry.eventId === eventId);
    const where = lost ? 'lost' : `now in ${this.#deadLetterQueue(String(dlqArn).split(':').at(-1) ?? '')}`;
    return `${this.#short(rule)} could not deliver (${about(event ? keysOfEvent(event) : {})}): ${reason}; the event is ${where}`;
  }

  /** The first refusal only: the attempts that follow meet the same one. */
  #ofPipeDelivery({ pipe, eventId, outcome, retries, code, message }: JournalEntry): string | undefined {
    if (outcome !== 'refused' || retries !== 0) return undefined;
    return `${this.#short(pipe)} was refused by the bus (${this.#aboutRecords([eventId])}): ${code}: ${message}; it tries again`;
  }

  #ofPipe({ pipe, eventIds, condition, outcome, dlqArn }: JournalEntry): string {
    const queue = this.#deadLetterQueue(String(dlqArn).split(':').at(-1) ?? '');
    const where = outcome === 'lost' ? 'lost' : `named in ${queue}`;
    const records = this.#aboutRecords(eventIds as unknown[]);
    return `${this.#short(pipe)} gave up (${records}): ${condition}; the stream record's place is ${where}`;
  }

  #aboutRecords(eventIds: readonly unknown[]): string {
    const users = this.#props
      .entries()
      .filter(({ hop, eventId }) => hop === 'stream-record' && eventIds.includes(eventId))
      .map((entry) => userOfRecord(entry, this.#props.userIdAttribute))
      .filter((userId) => userId !== undefined);
    return users.map((userId) => `user ${displayId(userId)}`).join(', ') || 'of no known user';
  }

  /** A queue by the output that publishes its URL, and that URL, to read it with. */
  #deadLetterQueue(queueName: string): string {
    const [key, url] =
      Object.entries(this.#props.stack.outputs).find(([, value]) => value.endsWith(`/${queueName}`)) ?? [];
    return key === undefined ? this.#short(queueName) : `the dead-letter queue ${key} ${url}`;
  }

  #short(name: unknown): string {
    return shortName(String(name), this.#props.stack.name);
  }
}

function about({ userId, eventId, detailType }: EventKeys): string {
  const parts = [
    userId !== undefined && `user ${displayId(userId)}`,
    eventId !== undefined && `event ${eventId}`,
    detailType,
  ];
  return parts.filter(Boolean).join(', ') || 'an event without ids';
}

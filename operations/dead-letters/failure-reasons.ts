import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, type FilteredLogEvent, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { findLogGroups, type OnStack } from '../deployed/stack.ts';
import { parseObject } from '../messages/json-fields.ts';
import type { DeadLetter } from './dead-letter.ts';

/** The last error that a function logged about an event. */
export interface FailureReason {
  /** Unix epoch milliseconds. */
  readonly at: number;
  readonly problem: string;
  /** What a person can do about it. */
  readonly hint?: string;
  /** How often SQS had delivered the event by then. */
  readonly receiveCount?: number;
  /** The whole line. */
  readonly line: string;
}

/** Ids that can be put between quotes in a filter pattern; `*` would match anything. */
const PLAIN_ID = /^[\w:.@/-]+$/;

/** SQS and the function read different clocks. */
const CLOCK_SKEW_MS = 60_000;

/** A search goes through all lines of the time, and answers in pages, many of them empty. */
const MOST_PAGES = 50;

/** For so many messages, one search for all errors of the time is faster than one for each message. */
const MANY_MESSAGES = 5;

/** AWS allows few searches a second, so it is asked about this many messages that the common search has not found. */
const MOST_SEARCHES = 50;

/** Looks up in the logs of a stack's functions why they could not handle events. */
export class FailureReasons {
  /** Why logs could not be read, each reason once. */
  readonly problems = new Set<string>();
  readonly #on: Pick<OnStack, 'clients' | 'stack'>;
  /** What common searches have found, by subscriber. */
  readonly #found = new Map<string, CommonSearch>();
  #groups: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(on: Pick<OnStack, 'clients' | 'stack'>) {
    this.#on = on;
  }

  /** Looks up the reasons of many messages at once, for {@link find}. */
  async prepare(deadLetters: readonly DeadLetter[], subscriberId: string, signal: AbortSignal): Promise<void> {
    const failures = deadLetters.filter(({ kind }) => kind === 'handler');
    if (failures.length < MANY_MESSAGES) return;
    const since = failures.reduce((earliest, { sentAt = 0 }) => Math.min(earliest, sentAt), Number.POSITIVE_INFINITY);
    const wanted = new Set(failures.map(idOf));
    const found = await this.#search(subscriberId, async (client, logGroup) => {
      const errors = new Map<string, FailureReason>();
      const isWhole = await eachMatch(client, logGroup, '{ $.level = "ERROR" }', since, (event) => {
        for (const id of idsOf(event).filter((id) => wanted.has(id))) {
          if ((errors.get(id)?.at ?? 0) <= (event.timestamp ?? 0)) errors.set(id, readLine(event));
        }
        return !signal.aborted;
      });
      return { errors, searchesLeft: isWhole ? 0 : MOST_SEARCHES };
    });
    if (found !== undefined) this.#found.set(subscriberId, found);
  }

  /**
   * The last error that a subscriber's function logged about the event of a handler failure. Undefined for other messages, and
   * where there is none: the function may have been killed, the line may have expired, or the log may not be read.
   */
  async find(deadLetter: DeadLetter, subscriberId: string): Promise<FailureReason | undefined> {
    if (deadLetter.kind !== 'handler') return undefined;
    const common = this.#found.get(subscriberId);
    if (common !== undefined) {
      const reason = common.errors.get(idOf(deadLetter));
      if (reason !== undefined || common.searchesLeft === 0) return reason;
      common.searchesLeft -= 1;
    }
    const pattern = patternFor(deadLetter.event.eventId, deadLetter.messageId);
    if (pattern === undefined) return undefined;
    return await this.#search(subscriberId, async (client, logGroup) => {
      let last: FilteredLogEvent | undefined;
      await eachMatch(client, logGroup, pattern, deadLetter.sentAt, (event) => {
        if ((event.timestamp ?? 0) >= (last?.timestamp ?? 0)) last = event;
        return true;
      });
      return last && readLine(last);
    });
  }

  /** Searches a subscriber's log; undefined if there is none, or if it may not be read. */
  async #search<T>(
    subscriberId: string,
    search: (client: CloudWatchLogsClient, logGroup: string) => Promise<T>,
  ): Promise<T | undefined> {
    const { clients, stack } = this.#on;
    try {
      this.#groups ??= findLogGroups(clients.of(CloudFormationClient), stack.name);
      const logGroup = (await this.#groups).get(subscriberId);
      return logGroup === undefined ? undefined : await search(clients.of(CloudWatchLogsClient), logGroup);
    } catch (error) {
      if (!isAnswer(error)) throw error;
      this.problems.add(`${error.name}: ${error.message}`);
      return undefined;
    }
  }
}

interface CommonSearch {
  /** The last error about an event or a message, by its id. */
  readonly errors: ReadonlyMap<string, FailureReason>;
  /** How many messages without an error may still be searched for: none if all lines were read. */
  searchesLeft: number;
}

/**
 * Functions log both ids. The event's id also finds failures from before a redrive, which gives the message a new id; an event
 * without metadata has the message's id alone.
 */
function patternFor(eventId: string | undefined, messageId: string): string | undefined {
  const [key, id] = eventId === undefined ? ['messageId', messageId] : ['eventId', eventId];
  return PLAIN_ID.test(id) ? `{ $.${key} = "${id}" && $.level = "ERROR" }` : undefined;
}

/**
 * Goes through the lines that match, page by page.
 * @param take returns whether to continue
 * @returns whether these were all lines
 */
async function eachMatch(
  client: CloudWatchLogsClient,
  logGroupName: string,
  filterPattern: string,
  since: number | undefined,
  take: (event: FilteredLogEvent) => boolean,
): Promise<boolean> {
  const input = {
    logGroupName,
    filterPattern,
    ...(since !== undefined && { startTime: Math.max(0, since - CLOCK_SKEW_MS) }),
  };
  let pages = 0;
  for await (const { events = [], nextToken } of paginateFilterLogEvents({ client }, input)) {
    if (!events.every(take)) return false;
    if (++pages === MOST_PAGES) return nextToken === undefined;
  }
  return true;
}

/** The id by which a message's errors are found: its event's, or its own if the event has none. */
function idOf(deadLetter: DeadLetter): string {
  return ('event' in deadLetter ? deadLetter.event.eventId : undefined) ?? deadLetter.messageId;
}

/** The ids of the event and of the message that a line is about. */
function idsOf({ message = '' }: FilteredLogEvent): string[] {
  const { eventId, messageId } = parseObject(message) ?? {};
  return [eventId, messageId].filter((id) => typeof id === 'string');
}

function readLine({ timestamp = 0, message = '' }: FilteredLogEvent): FailureReason {
  const { problem, hint, receiveCount } = parseObject(message) ?? {};
  return {
    at: timestamp,
    problem: typeof problem === 'string' ? problem : message,
    ...(typeof hint === 'string' && { hint }),
    ...(typeof receiveCount === 'number' && { receiveCount }),
    line: message,
  };
}

/** Whether AWS answered with an error, such as a missing permission or a log that does not exist. */
function isAnswer(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error;
}

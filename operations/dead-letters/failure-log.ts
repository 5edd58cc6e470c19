import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { parseObject } from '../messages/json-fields.ts';

/** What a function said of an event that it could not handle, the last time. */
export interface LoggedFailure {
  /** Unix epoch milliseconds. */
  readonly at: number;
  readonly problem: string;
  /** What a person can do about it. */
  readonly hint?: string;
}

/** What can stand in a filter pattern between quotes as it is; `*` would stand for anything. */
const PLAIN_ID = /^[\w:.@/-]+$/;

/** SQS and the function read different clocks. */
const CLOCK_SKEW_MS = 60_000;

/** A search goes through all that was logged meanwhile, and answers in pages, many of them empty. */
const MOST_PAGES = 50;

/**
 * The last error that a function logged about an event.
 * @param since when the event came to its queue, Unix epoch milliseconds
 * @returns undefined where there is none: the function may have been killed, or the line expired
 */
export async function lastFailure(
  logs: CloudWatchLogsClient,
  logGroup: string,
  { eventId, since }: { readonly eventId: string; readonly since?: number },
): Promise<LoggedFailure | undefined> {
  if (!PLAIN_ID.test(eventId)) return undefined;
  let last: FilteredLogEvent | undefined;
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { events = [], nextToken } = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: logGroup,
        filterPattern: `{ $.eventId = "${eventId}" && $.level = "ERROR" }`,
        ...(since !== undefined && { startTime: since - CLOCK_SKEW_MS }),
        ...(token && { nextToken: token }),
      }),
    );
    for (const event of events) if ((event.timestamp ?? 0) >= (last?.timestamp ?? 0)) last = event;
    token = nextToken;
    if (!token) break;
  }
  return last && readLine(last);
}

function readLine({ timestamp = 0, message = '' }: FilteredLogEvent): LoggedFailure {
  const { problem, hint } = parseObject(message) ?? {};
  return {
    at: timestamp,
    problem: typeof problem === 'string' ? problem : message,
    ...(typeof hint === 'string' && { hint }),
  };
}

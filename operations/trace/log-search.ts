import {
  type CloudWatchLogsClient,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import pMap from 'p-map';

/** One line of a log group. */
export interface FoundLine {
  /** No other line's. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly message: string;
}

/**
 * Searches a log group.
 * @param patterns lines that match any of them are found, each once
 * @param from milliseconds since the Unix epoch of the earliest
 * @returns lines in order of their times; undefined if there is no such group
 * @throws any other error of AWS, also where it is not allowed
 */
export type SearchLogs = (
  group: string,
  patterns: readonly string[],
  from: number,
) => Promise<readonly FoundLine[] | undefined>;

/** AWS allows few searches a second. */
const SEARCHES_IN_FLIGHT = 2;

export function searchLogsOf(client: CloudWatchLogsClient): SearchLogs {
  return async (logGroupName, patterns, from) => {
    const found = new Map<string, FoundLine>();
    try {
      await pMap(
        patterns,
        async (filterPattern) => {
          for await (const { events = [] } of paginateFilterLogEvents(
            { client },
            { logGroupName, filterPattern, ...(from > 0 && { startTime: from }) },
          )) {
            for (const { eventId = '', timestamp = 0, message = '' } of events) {
              found.set(eventId, { id: eventId, at: timestamp, message });
            }
          }
        },
        { concurrency: SEARCHES_IN_FLIGHT },
      );
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
    return [...found.values()].sort((a, b) => a.at - b.at);
  };
}

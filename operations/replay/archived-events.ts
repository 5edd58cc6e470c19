import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Window } from '../time/time.ts';
import { EventTimeline } from './event-timeline.ts';

/** What a replay of a window would emit to some rules. */
export interface ArchivedEvents {
  /** Events that each rule would get, by the rule's name. */
  readonly byRule: ReadonlyMap<string, number>;
  /** Those that one of the rules would get. */
  readonly timeline: EventTimeline;
}

/** A line of the local engine's listing of an archive. */
interface ArchivedLine {
  /** Names of the rules that would match the event when it is replayed. */
  readonly rules: readonly string[];
}

/**
 * Counts the archived events of a window by the rules that they would meet. The local engine lists its archives as log groups;
 * AWS has no call to read an archive.
 * @returns undefined where archives cannot be read: on AWS
 */
export async function countArchivedEvents(
  logs: CloudWatchLogsClient,
  archiveName: string,
  { from, to }: Window,
  ruleNames: readonly string[],
): Promise<ArchivedEvents | undefined> {
  const byRule = new Map(ruleNames.map((name) => [name, 0]));
  const times: number[] = [];
  let nextToken: string | undefined;
  do {
    const page = await readPage(logs, {
      logGroupName: `/local-engine/archive/${archiveName}`,
      startTime: from,
      // A replay ends before its end, and this listing with it.
      endTime: to - 1,
      ...(nextToken && { nextToken }),
    });
    if (page === undefined) return undefined;
    for (const { timestamp = 0, message = '' } of page.events ?? []) {
      const reached = (JSON.parse(message) as ArchivedLine).rules.filter((rule) => byRule.has(rule));
      for (const rule of reached) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
      if (reached.length > 0) times.push(timestamp);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return { byRule, timeline: new EventTimeline(times) };
}

/** Undefined for a log group that is not there. On AWS it never is, also where the caller may not look. */
async function readPage(logs: CloudWatchLogsClient, input: FilterLogEventsCommand['input']) {
  try {
    return await logs.send(new FilterLogEventsCommand(input));
  } catch (error) {
    const { name } = error as Error;
    if (name === 'ResourceNotFoundException' || name === 'AccessDeniedException') return undefined;
    throw error;
  }
}

import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { OnStack } from '../deployed/stack.ts';
import { usersTable } from '../deployed/users-table.ts';
import { endOfJournal } from '../journal/read-journal.ts';
import { type Clock, SYSTEM_CLOCK, watchingPause } from '../time/waiting.ts';
import { type Payloads, payloadsIn } from './payloads.ts';
import { traceReaders, type UserTrace } from './read-trace.ts';

/** A trace, with what its records, events and messages contain. */
export interface FollowedTrace {
  readonly trace: UserTrace;
  readonly payloads: Payloads;
}

export interface FollowOptions {
  /** Aborted to end it. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** Short enough to watch a registration run. A question that nothing has come since costs the engine little. */
const LOCAL_PAUSE_MS = 200;

/** AWS allows few searches a second, and its logs come seconds late. */
const AWS_PAUSE_MS = 5000;

/**
 * A user's trace as it grows: at once as it is, and again whenever something has come. On AWS it reads the functions' logs
 * again every few seconds; on the engine only what is new in the journal.
 */
export async function* followTrace(
  on: OnStack,
  userId: string,
  { signal, clock = SYSTEM_CLOCK }: FollowOptions,
): AsyncGenerator<FollowedTrace> {
  const isLocal = 'endpoint' in on.target;
  const logs = on.clients.of(CloudWatchLogsClient);
  const table = usersTable(on);
  const reader = (await traceReaders(on))(userId);
  let end = isLocal ? await endOfJournal(logs) : undefined;
  let known = '';
  let tookMs = 0;
  let found = await reader.readAll(0);
  while (!signal.aborted) {
    const trace = { userId, row: await table.find(userId), ...found };
    const text = JSON.stringify(trace);
    if (text !== known) yield { trace, payloads: payloadsIn(reader.entries) };
    known = text;
    if (end === undefined) {
      await clock.pause(AWS_PAUSE_MS, signal);
      if (!signal.aborted) found = await reader.readAll(0);
      continue;
    }
    let news: typeof found | undefined;
    while (news === undefined && !signal.aborted) {
      await clock.pause(watchingPause(LOCAL_PAUSE_MS, tookMs), signal);
      const { token, at } = end;
      const started = clock.now();
      end = await endOfJournal(logs);
      if (end.token !== token) news = await reader.readNews(at);
      tookMs = clock.now() - started;
    }
    found = news ?? found;
  }
}

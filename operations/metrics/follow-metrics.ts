import { timeAt } from '../aws/pipeline-time.ts';
import type { OnStack } from '../deployed/stack.ts';
import { type Clock, SYSTEM_CLOCK, watchingPause } from '../time/waiting.ts';
import { type Metrics, readDashboard, readMetrics } from './read-metrics.ts';

export interface FollowOptions {
  /** How far back the numbers go, in milliseconds. */
  readonly spanMs: number;
  /** Aborted to end it. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Milliseconds since the Unix epoch. @default - the pipeline's time */
  readonly now?: () => number;
}

/** On AWS metrics come by the minute, and each question costs a little. */
const PAUSE_MS = { engine: 2000, aws: 60_000 };

/** How often the dashboard itself is read again. */
const DASHBOARD_MS = 60_000;

/** The numbers of the dashboard and the alarms, again and again. */
export async function* followMetrics(
  on: OnStack,
  { spanMs, signal, clock = SYSTEM_CLOCK, now = () => timeAt(on.target) }: FollowOptions,
): AsyncGenerator<Metrics> {
  let dashboard = await readDashboard(on);
  let readAt = clock.now();
  while (!signal.aborted) {
    const started = clock.now();
    if (started - readAt >= DASHBOARD_MS) {
      dashboard = await readDashboard(on);
      readAt = started;
    }
    const to = now();
    yield await readMetrics(on, { from: to - spanMs, to }, dashboard);
    const pauseMs = 'endpoint' in on.target ? PAUSE_MS.engine : PAUSE_MS.aws;
    await clock.pause(watchingPause(pauseMs, clock.now() - started), signal);
  }
}

import type { QueueDepth } from '../deployed/queue-depth.ts';
import type { OnStack } from '../deployed/stack.ts';
import { type Clock, SYSTEM_CLOCK, watchingPause } from '../time/waiting.ts';
import { countQueues } from './scan.ts';

/** On AWS the counts are up to a minute late. */
const PAUSE_MS = { engine: 500, aws: 10_000 };

/** How many messages a dead-letter queue holds. */
export interface DlqDepth extends QueueDepth {
  /** Whose dead-letter queue it is: a subscriber's name, or `pipe`. */
  readonly name: string;
}

/** How many messages the dead-letter queues hold, again and again. It receives none of them. */
export async function* followDepths(
  on: OnStack,
  { signal, clock = SYSTEM_CLOCK }: { readonly signal: AbortSignal; readonly clock?: Clock },
): AsyncGenerator<readonly DlqDepth[]> {
  const pauseMs = 'endpoint' in on.target ? PAUSE_MS.engine : PAUSE_MS.aws;
  while (!signal.aborted) {
    const started = clock.now();
    const queues = await countQueues(on, {});
    yield queues.map(({ name, depth }) => ({ name, ...depth }));
    await clock.pause(watchingPause(pauseMs, clock.now() - started), signal);
  }
}

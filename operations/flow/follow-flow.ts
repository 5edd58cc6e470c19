import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { timeAt } from '../aws/pipeline-time.ts';
import { findStack, type OnStack } from '../deployed/stack.ts';
import { type Clock, SYSTEM_CLOCK, watchingPause } from '../time/waiting.ts';
import { type PartNumbers, type Parts, readNumbers } from './flow-numbers.ts';
import { type FlowPicture, readPicture } from './flow-picture.ts';

/** The picture and its numbers at a moment. */
export interface FlowReading {
  readonly picture: FlowPicture;
  /** By the part: `pipe TYPE`, `pipe dlq`, and for each subscriber `rule NAME`, `queue NAME`, `function NAME`, `dlq NAME`. */
  readonly parts: ReadonlyMap<string, PartNumbers & { readonly perSecond?: number }>;
}

export interface FollowOptions {
  /** Aborted to end it. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Milliseconds since the Unix epoch. @default - the pipeline's time */
  readonly now?: () => number;
}

/** On AWS metrics come by the minute, and each question costs a little. */
const PAUSE_MS = { engine: 250, aws: 30_000 };

/** How often it looks for subscribers that come and go, and how often for everything else, such as rules that are disabled. */
const STACK_MS = 2000;
const PICTURE_MS = 10_000;

/** Rates are of so much time. */
const RATE_MS = 3000;

/** The picture of a pipeline with its numbers, again and again. A subscriber that comes or goes is in it soon. */
export async function* followFlow(
  on: OnStack,
  { signal, clock = SYSTEM_CLOCK, now = () => timeAt(on.target) }: FollowOptions,
): AsyncGenerator<FlowReading> {
  const isLocal = 'endpoint' in on.target;
  const rates = new Rates();
  const since = now();
  let { stack } = on;
  let picture = await readPicture(on);
  let [stackAt, pictureAt] = [clock.now(), clock.now()];
  while (!signal.aborted) {
    const started = clock.now();
    if (started - stackAt >= STACK_MS) {
      stackAt = started;
      const found = await findStack(on.clients.of(CloudFormationClient), on.target);
      const isOther = JSON.stringify(found) !== JSON.stringify(stack);
      stack = found;
      if (isOther || started - pictureAt >= PICTURE_MS) {
        pictureAt = started;
        picture = await readPicture({ ...on, stack });
      }
    }
    const parts = await readNumbers({ ...on, stack }, picture, { since, now: now() });
    // On AWS whole minutes come at once: a rate of seconds would jump.
    yield { picture, parts: isLocal ? rates.of(parts, clock.now()) : parts };
    const pauseMs = isLocal ? PAUSE_MS.engine : PAUSE_MS.aws;
    await clock.pause(watchingPause(pauseMs, clock.now() - started), signal);
  }
}

/** How much comes in a second, by what came in the last seconds. */
class Rates {
  #known: { readonly at: number; readonly parts: Parts }[] = [];

  of(parts: Parts, at: number): FlowReading['parts'] {
    const [earliest] = this.#known;
    this.#known.push({ at, parts });
    while ((this.#known[1]?.at ?? at) < at - RATE_MS) this.#known.shift();
    if (earliest === undefined || earliest.at === at) return parts;
    const seconds = (at - earliest.at) / 1000;
    return new Map(
      [...parts].map(([name, numbers]) => {
        const before = earliest.parts.get(name)?.total ?? 0;
        if (numbers.total === undefined) return [name, numbers];
        return [name, { ...numbers, perSecond: Math.max(0, numbers.total - before) / seconds }];
      }),
    );
  }
}

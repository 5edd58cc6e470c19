import { SQSClient } from '@aws-sdk/client-sqs';
import { messagesIn, readSubscriberDepths, requireDepth } from '../../deployed/queue-depth.ts';
import { type OnStack, requireOutput } from '../../deployed/stack.ts';
import { findSubscribers } from '../../deployed/subscribers.ts';
import { type MismatchClass, survey } from '../../reconcile/index.ts';
import { listFaults } from '../faults.ts';
import { readPipe } from '../pipe.ts';

/** Something that is so when a lesson's damage is fixed. */
export type Condition = 'uris' | 'buckets' | 'no-dead-letters' | 'no-pipe-dead-letters' | 'pipe-runs' | 'no-faults';

/** Whether a condition is met, and what was found. */
export interface ConditionFound {
  readonly condition: Condition;
  readonly isMet: boolean;
  /** In a sentence, such as `3 users have no URI in their row`. */
  readonly text: string;
}

/** Looks whether conditions are met, by the operations that the commands have. */
export async function checkConditions(
  on: OnStack,
  conditions: readonly Condition[],
  signal: AbortSignal,
): Promise<ConditionFound[]> {
  const needsSurvey = conditions.some((condition) => condition === 'uris' || condition === 'buckets');
  const counts = needsSurvey ? await mismatches(on, signal) : new Map<MismatchClass, number>();
  const found: ConditionFound[] = [];
  for (const condition of conditions) {
    const text = await LOOKS[condition](on, counts);
    found.push({ condition, isMet: text === undefined, text: text ?? MET[condition] });
  }
  return found;
}

const MET: Readonly<Record<Condition, string>> = {
  uris: 'every user has a URI',
  buckets: 'every URI has its bucket',
  'no-dead-letters': 'the dead-letter queues of the subscribers are empty',
  'no-pipe-dead-letters': "the pipe's dead-letter queue is empty",
  'pipe-runs': 'the pipe runs',
  'no-faults': 'no fault is armed',
};

type Counts = ReadonlyMap<MismatchClass, number>;

/** What is not met, in a sentence; undefined if it is. */
const LOOKS: Readonly<Record<Condition, (on: OnStack, counts: Counts) => Promise<string | undefined>>> = {
  uris: async (_on, counts) =>
    counted(counts.get('user-without-uri') ?? 0, 'user without a URI', 'users without a URI'),
  buckets: async (_on, counts) => {
    const wrong = (counts.get('uri-without-bucket') ?? 0) + (counts.get('conflict') ?? 0);
    return counted(wrong, 'URI without its bucket', 'URIs without their buckets');
  },
  'no-dead-letters': async (on) => {
    const depths = await readSubscriberDepths(on.clients.of(SQSClient), findSubscribers(on.stack));
    const full = depths.filter(({ deadLetters }) => deadLetters > 0);
    const texts = full.map(({ subscriber, deadLetters }) => `${deadLetters} of ${subscriber}`);
    return texts.length === 0 ? undefined : `dead letters: ${texts.join(', ')}`;
  },
  'no-pipe-dead-letters': async (on) => {
    const depth = await requireDepth(on.clients.of(SQSClient), requireOutput(on.stack, 'PipeDlqUrl'));
    return counted(messagesIn(depth), 'dead letter of the pipe', 'dead letters of the pipe');
  },
  'pipe-runs': async (on) => ((await readPipe(on)).runs ? undefined : 'the pipe is stopped'),
  'no-faults': async (on) => {
    const faults = await listFaults(on);
    return faults.length === 0 ? undefined : `armed: ${faults.map(({ text }) => text).join('; ')}`;
  },
};

async function mismatches(on: OnStack, signal: AbortSignal): Promise<Counts> {
  const { findings } = await survey(on, { graceMs: 0, onProgress: () => {}, onWait: () => {}, signal });
  const counts = new Map<MismatchClass, number>();
  for (const { class: kind } of findings) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function counted(number: number, one: string, many: string): string | undefined {
  if (number === 0) return undefined;
  return `${number} ${number === 1 ? one : many}`;
}

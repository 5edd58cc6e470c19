import type { QueueDepth } from '../../../operations/dead-letters/letter-queue.ts';
import { describeKinds, type Survey, surveyJson } from '../../../operations/dead-letters/survey.ts';
import { numberText } from '../../../operations/messages/display.ts';
import { formatDuration } from '../../../operations/time/time.ts';
import { jsonLine } from '../../output/output.ts';
import { columns } from '../../output/table-text.ts';

/** A queue, and what a look at some of its messages showed. */
export interface ListedQueue {
  readonly name: string;
  readonly depth: QueueDepth;
  readonly sample: Survey;
}

export function isEmpty({ depth }: Pick<ListedQueue, 'depth'>): boolean {
  return depth.visible + depth.inFlight === 0;
}

/** @param now milliseconds since the Unix epoch */
export function listText(queues: readonly ListedQueue[], now: number): string {
  const rows = queues.map(({ name, depth, sample }) => [
    name,
    numberText(depth.visible),
    numberText(depth.inFlight),
    oldest(depth, sample, now),
    (sample.size < depth.visible && sample.size > 0 ? `of ${sample.size}: ` : '') + describeKinds(sample),
  ]);
  return columns([['QUEUE', 'MESSAGES', 'IN FLIGHT', 'OLDEST', 'WHAT'], ...rows]);
}

/** SQS tells no age; of a queue that was seen whole it is known, of any other the least that it can be. */
function oldest({ visible }: QueueDepth, { oldestSentAt, size }: Survey, now: number): string {
  if (oldestSentAt === undefined) return visible === 0 ? '' : 'unknown';
  return formatDuration(Math.max(0, now - oldestSentAt)) + (size < visible ? ' or more' : '');
}

/** One line of JSON for a queue. */
export function listJson({ name, depth, sample }: ListedQueue): string {
  const { oldestSentAt } = sample;
  return jsonLine({
    queue: name,
    messages: depth.visible,
    inFlight: depth.inFlight,
    ...(oldestSentAt !== undefined && { oldestSentAt: new Date(oldestSentAt).toISOString() }),
    sample: surveyJson(sample),
  });
}

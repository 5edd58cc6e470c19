import { type ScannedQueue, scanQueues } from '../../../operations/dead-letters/index.ts';
import { messagesIn } from '../../../operations/deployed/queue-depth.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { numberText } from '../../../operations/messages/display.ts';
import { formatDuration } from '../../../operations/time/time.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import type { DlqListOptions } from './command.ts';
import { describeKinds, type QueueSummary, scanNotes, summaryJson } from './summary-text.ts';

/** One receive is enough to see what kind of trouble it is. */
const SAMPLE_SIZE = 10;

/** Shows what is in the dead-letter queues. The exit code is 1 if one of them is not empty. */
export async function dlqList(options: DlqListOptions): Promise<void> {
  await stoppable((signal) =>
    onStack(options, async (on) => {
      const scan = await scanQueues(on, options, { scanned: SAMPLE_SIZE, signal });
      if (signal.aborted) return endInterrupted('no message was changed');
      const { queues } = scan;
      print(options.json ? queues.map(listJson).join('') : listText(queues, Date.now()));
      note(scanNotes(scan));
      if (!queues.every(isEmpty)) process.exitCode = 1;
    }),
  );
}

export function isEmpty({ depth }: Pick<ScannedQueue, 'depth'>): boolean {
  return messagesIn(depth) === 0;
}

/** @param now milliseconds since the Unix epoch */
export function listText(queues: readonly QueueSummary[], now: number): string {
  const rows = queues.map((queue) => {
    const { name, depth, summary } = queue;
    const isSample = summary.size > 0 && summary.size < depth.waiting;
    return [
      name,
      numberText(depth.waiting),
      numberText(depth.inFlight),
      oldest(queue, now),
      (isSample ? `of ${summary.size}: ` : '') + describeKinds(summary),
    ];
  });
  return columns([['QUEUE', 'MESSAGES', 'IN FLIGHT', 'OLDEST', 'WHAT'], ...rows]);
}

/** SQS does not report an age. It is known for a queue that was read whole; otherwise it is at least that of the sample. */
function oldest({ depth: { waiting }, summary: { oldestSentAt, size } }: QueueSummary, now: number): string {
  if (oldestSentAt === undefined) return waiting === 0 ? '' : 'unknown';
  return formatDuration(Math.max(0, now - oldestSentAt)) + (size < waiting ? ' or more' : '');
}

/** One line of JSON for a queue. */
export function listJson({ name, depth, summary }: QueueSummary): string {
  const { oldestSentAt } = summary;
  return jsonLine({
    queue: name,
    messages: depth.waiting,
    inFlight: depth.inFlight,
    ...(oldestSentAt !== undefined && { oldestSentAt: new Date(oldestSentAt).toISOString() }),
    sample: summaryJson(summary),
  });
}

import type { DlqChoice } from '../../../operations/dead-letters/dead-letter-queues.ts';
import { lookThrough } from '../../../operations/dead-letters/look-through.ts';
import { type OpenDlq, openDlqs, pipeRecordsReader } from '../../../operations/dead-letters/open-dlqs.ts';
import { ReadableRecords } from '../../../operations/dead-letters/readable-records.ts';
import { unreadableNote } from '../../../operations/dead-letters/survey.ts';
import { onStack, type TargetOptions } from '../../../operations/deployed/stack.ts';
import { endInterrupted } from '../../output/interruption.ts';
import { note, print } from '../../output/output.ts';
import { stopRequest } from '../../output/stop-request.ts';
import { isEmpty, type ListedQueue, listJson, listText } from './list-report.ts';

export interface DlqListOptions extends TargetOptions, DlqChoice {
  readonly json?: boolean;
}

/** One receive: enough to tell what kind of trouble it is. */
const SAMPLE_SIZE = 10;

/** Shows what is in the dead-letter queues. The exit code is 1 if one of them is not empty. */
export async function dlqList(options: DlqListOptions): Promise<void> {
  await onStack(options, async (on) => {
    const { signal, done } = stopRequest();
    try {
      const open = await openDlqs(on, options);
      const records = new ReadableRecords(pipeRecordsReader(on));
      const sampled = ({ dlq, queue, depth }: OpenDlq) =>
        lookThrough(queue, {
          owner: dlq.owner,
          most: Math.min(SAMPLE_SIZE, depth.visible),
          signal,
          now: () => performance.now(),
          recordsOf: records.of,
        });
      const listed = await Promise.all(
        open.map(async (one): Promise<ListedQueue> => {
          return { name: one.dlq.name, depth: one.depth, sample: await sampled(one) };
        }),
      );
      if (signal.aborted) return endInterrupted('the messages are where they were');
      print(options.json ? listed.map(listJson).join('') : listText(listed, Date.now()));
      note(records.note);
      for (const { name, sample } of listed) note(unreadableNote(name, sample.unreadable));
      if (!listed.every(isEmpty)) process.exitCode = 1;
    } finally {
      done();
    }
  });
}

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { type DeadLetter, readDeadLetter } from '../../../operations/dead-letters/dead-letter.ts';
import type { DlqChoice } from '../../../operations/dead-letters/dead-letter-queues.ts';
import { FailureLogs } from '../../../operations/dead-letters/failure-logs.ts';
import { type OpenDlq, openDlqs, pipeRecordsReader, shareOut } from '../../../operations/dead-letters/open-dlqs.ts';
import { goThrough } from '../../../operations/dead-letters/queue-pass.ts';
import { ReadableRecords } from '../../../operations/dead-letters/readable-records.ts';
import { type OnStack, onStack, type TargetOptions } from '../../../operations/deployed/stack.ts';
import { display } from '../../../operations/messages/display.ts';
import { endInterrupted } from '../../output/interruption.ts';
import { jsonLine, note, print } from '../../output/output.ts';
import { stopRequest } from '../../output/stop-request.ts';
import { letterJson, letterText, queueHeading, type ShownLetter } from './shown-letter.ts';

export interface DlqShowOptions extends TargetOptions, DlqChoice {
  /** Messages in all. */
  readonly limit: number;
  readonly json?: boolean;
}

/** Shows messages of the dead-letter queues, and leaves them there. */
export async function dlqShow(options: DlqShowOptions): Promise<void> {
  await onStack(options, async (on) => {
    const { signal, done } = stopRequest();
    try {
      await show(on, options, signal);
      if (signal.aborted) endInterrupted('the messages are where they were');
    } finally {
      done();
    }
  });
}

async function show(on: OnStack, options: DlqShowOptions, signal: AbortSignal): Promise<void> {
  const open = await openDlqs(on, options);
  const shares = shareOut(open, options.limit);
  const streamed = new ReadableRecords(pipeRecordsReader(on));
  const logs = new FailureLogs(on.clients.of(CloudWatchLogsClient), on.clients.of(CloudFormationClient), on.stack.name);

  const explained = async (letter: DeadLetter, { dlq }: OpenDlq): Promise<ShownLetter> => {
    const records = letter.kind === 'pipe' ? await streamed.of(letter) : undefined;
    if (records !== undefined) return { letter, records };
    const logged = dlq.owner === 'subscriber' ? await logs.lastFailure(letter, dlq.subscriber.id) : undefined;
    return { letter, ...(logged && { logged }) };
  };

  for (const [index, one] of open.entries()) {
    const letters = await read(one, shares[index] ?? 0, signal);
    if (signal.aborted) return;
    const { dlq, depth } = one;
    if (!options.json) print(queueHeading(dlq.name, letters.length, depth));
    const shownReasons = new Set<string>();
    for (const letter of letters) {
      if (signal.aborted) return;
      const shown = await explained(letter, one);
      print(options.json ? jsonLine(letterJson(dlq.name, shown)) : letterText(shown, shownReasons));
    }
  }
  note(streamed.note);
  for (const problem of logs.problems) note(display`note: ${problem}\n`);
}

/** The messages are with everybody again before anything else is looked up for them. */
async function read({ dlq, queue }: OpenDlq, most: number, signal: AbortSignal): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  if (most <= 0) return letters;
  await goThrough(queue, { most, signal, now: () => performance.now() }, async (message) => {
    letters.push(readDeadLetter(message, dlq.owner));
    return 'kept';
  });
  return letters;
}

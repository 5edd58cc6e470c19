import {
  messagesToPurge,
  type PurgedQueue,
  type PurgeReport,
  planPurge,
  purge,
  purgeLines,
  purgePreview,
  purgeProblem,
  scanNotes,
} from '../../../operations/dead-letters/index.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { count } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { confirm } from '../../output/confirm.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { jsonLine, note, print } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';
import type { DlqPurgeOptions } from './command.ts';
import { linesText, planJson, summaryJson } from './reports.ts';

/**
 * Deletes messages of the dead-letter queues for good: those that it has shown, and no others.
 * @throws CommandFailure with what is left, if something is
 */
export async function dlqPurge(options: DlqPurgeOptions): Promise<void> {
  await stoppable((signal) => onStack(options, (on) => planAndPurge(on, options, signal)));
}

async function planAndPurge(on: OnStack, options: DlqPurgeOptions, signal: AbortSignal): Promise<void> {
  const { foreign = false, yes = false, limit, json } = options;
  const plan = await planPurge(on, options, { limit, foreign, signal });
  note(scanNotes(plan));
  if (signal.aborted) return endInterrupted('nothing was deleted');

  const text = linesText(purgePreview(plan));
  if (options.dryRun) return void print(json ? plan.queues.map(planJson).join('') : text);
  note(text);
  const total = messagesToPurge(plan);
  if (total > 0 && !(await confirm(`Delete ${count(total, 'message')} for good?`, { yes, signal }))) {
    if (signal.aborted) return endInterrupted('nothing was deleted');
    return note('nothing was deleted\n');
  }

  const progress = new Progress({ label: 'deleted', total });
  let purged: readonly PurgedQueue[] = [];
  const onProgress = (queues: readonly PurgedQueue[]) => {
    purged = queues;
    progress.show(queues.reduce((sum, { deleted }) => sum + deleted.size, 0));
  };
  try {
    await purge(on, plan, { signal, onProgress });
  } finally {
    progress.clear();
    if (json) print(purged.map(purgeJson).join(''));
    else if (total > 0) print(linesText(purgeLines(purged)));
  }
  if (signal.aborted) return endInterrupted('the other messages are still in their queues');
  const problem = purgeProblem(purged, foreign, options);
  if (problem !== undefined) throw new CommandFailure(problem);
}

/** One line of JSON for a queue. */
export function purgeJson({ plan, deleted, notDeleted }: PurgeReport): string {
  const kept = notDeleted.size > 0 && { notDeleted: Object.fromEntries(notDeleted) };
  return jsonLine({ queue: plan.name, meant: plan.most, deleted: summaryJson(deleted), ...kept });
}

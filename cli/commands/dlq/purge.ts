import { type PurgedQueue, type PurgePlan, planPurge, purge } from '../../../operations/dead-letters/index.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { count, display, displayId } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { confirm } from '../../output/confirm.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';
import type { DlqPurgeOptions } from './command.ts';
import {
  describeKinds,
  optionOf,
  planJson,
  planText,
  type QueueSummary,
  scanNotes,
  summaryJson,
} from './summary-text.ts';

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

  const text = planText(plan.queues, { taken: plan.kinds });
  if (options.dryRun) return void print(json ? plan.queues.map(planJson).join('') : text);
  note(text);
  const total = countMessages(plan);
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
    else if (total > 0) print(purgeText(purged));
  }
  if (signal.aborted) return endInterrupted('the other messages are still in their queues');
  const problem = purgeProblem(purged, foreign);
  if (problem !== undefined) throw new CommandFailure(problem);
}

function countMessages({ queues, kinds }: PurgePlan): number {
  return queues.reduce((sum, { summary }) => sum + kinds.reduce((all, kind) => all + summary.kinds[kind], 0), 0);
}

/** A queue for the report. */
type ReportedQueue = Omit<PurgedQueue, 'plan'> & { readonly plan: QueueSummary };

/** What was deleted, for people: a line for each queue. */
export function purgeText(queues: readonly ReportedQueue[]): string {
  return columns(
    queues.map(({ plan, deleted }) => [plan.name, deleted.size > 0 ? `${describeKinds(deleted)} deleted` : 'nothing']),
  );
}

/** One line of JSON for a queue. */
export function purgeJson({ plan, deleted, notDeleted }: ReportedQueue): string {
  const kept = notDeleted.size > 0 && { notDeleted: Object.fromEntries(notDeleted) };
  return jsonLine({ queue: plan.name, meant: plan.most, deleted: summaryJson(deleted), ...kept });
}

/**
 * What was not deleted, in one line; undefined if everything was.
 * @param foreign whether foreign messages were included
 */
export function purgeProblem(queues: readonly ReportedQueue[], foreign: boolean): string | undefined {
  const problems = queues.flatMap(({ plan, deleted, notDeleted }) => {
    const { name, summary, depth, most } = plan;
    const left = foreign ? 0 : summary.kinds.foreign;
    const missed = most - left - deleted.size - notDeleted.size + (depth.waiting > most ? 0 : depth.inFlight);
    return [
      ...(left > 0
        ? [`${count(left, 'foreign message')} of ${name} left: npx pipeline dlq purge ${optionOf(name)} --foreign`]
        : []),
      ...[...notDeleted].map(
        ([id, problem]) =>
          display`message ${displayId(id)} of ${name} could not be deleted: ${displayId(problem, 200)}`,
      ),
      ...(missed > 0 ? [`${count(missed, 'message')} of ${name} could not be received; try again in a minute`] : []),
    ];
  });
  return problems.length > 0 ? problems.join('; ') : undefined;
}

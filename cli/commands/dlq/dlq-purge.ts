import type { LetterKind } from '../../../operations/dead-letters/dead-letter.ts';
import type { DlqChoice } from '../../../operations/dead-letters/dead-letter-queues.ts';
import { openDlqs } from '../../../operations/dead-letters/open-dlqs.ts';
import { type PlannedDlq, planQueues } from '../../../operations/dead-letters/plan-queues.ts';
import { purge } from '../../../operations/dead-letters/purge.ts';
import { ALL_KINDS, Survey } from '../../../operations/dead-letters/survey.ts';
import { type OnStack, onStack, type TargetOptions } from '../../../operations/deployed/stack.ts';
import { count } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { confirm } from '../../output/confirm.ts';
import { endInterrupted } from '../../output/interruption.ts';
import { note, print } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';
import { stopRequest } from '../../output/stop-request.ts';
import { planJson, planText } from './plan-text.ts';
import { type PurgedQueue, purgeJson, purgeProblem, purgeText } from './purge-report.ts';

export interface DlqPurgeOptions extends TargetOptions, DlqChoice {
  /** Messages in all. */
  readonly limit?: number;
  /** Whether messages go as well that the pipeline did not put there. */
  readonly foreign?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Everything that is deleted is looked at before; so many at a time are hidden from others meanwhile. */
const MOST_AT_ONCE = 10_000;

/**
 * Deletes messages of the dead-letter queues for good: those that it has shown, and no others.
 * @throws CommandFailure with what is left, if something is
 */
export async function dlqPurge(options: DlqPurgeOptions): Promise<void> {
  await onStack(options, async (on) => {
    const { signal, done } = stopRequest();
    try {
      await planAndPurge(on, options, signal);
    } finally {
      done();
    }
  });
}

async function planAndPurge(on: OnStack, options: DlqPurgeOptions, signal: AbortSignal): Promise<void> {
  const { foreign = false, yes = false, json } = options;
  const limit = Math.min(options.limit ?? MOST_AT_ONCE, MOST_AT_ONCE);
  const planned = await planQueues(on, await openDlqs(on, options), { limit, lookedAt: MOST_AT_ONCE, signal });
  if (signal.aborted) return endInterrupted('nothing was deleted');

  const taken: LetterKind[] = ALL_KINDS.filter((kind) => kind !== 'foreign' || foreign);
  const plans = planned.map(({ plan }) => plan);
  const text = planText(plans, { taken });
  if (options.dryRun) {
    print(json ? plans.map(planJson).join('') : text);
    return;
  }
  note(text);
  const meant = plans.reduce((sum, { survey }) => sum + taken.reduce((all, kind) => all + survey.kinds[kind], 0), 0);
  if (meant > 0 && !(await confirm(`Delete ${count(meant, 'message')} for good?`, { yes, signal }))) {
    if (signal.aborted) endInterrupted('nothing was deleted');
    else note('nothing was deleted\n');
    return;
  }

  const queues = planned.map(
    (one): QueueToPurge => ({
      ...one,
      deleted: new Survey(),
      notDeleted: new Map<string, string>(),
    }),
  );
  try {
    if (meant > 0) await purgeQueues(queues, { foreign, meant, signal });
  } finally {
    if (json) print(queues.map(purgeJson).join(''));
    else if (meant > 0) print(purgeText(queues));
  }
  if (signal.aborted) return endInterrupted('what was not deleted is where it was');
  const problem = purgeProblem(queues, foreign);
  if (problem !== undefined) throw new CommandFailure(problem);
}

interface QueueToPurge extends PlannedDlq, PurgedQueue {
  readonly notDeleted: Map<string, string>;
}

async function purgeQueues(
  queues: readonly QueueToPurge[],
  { foreign, meant, signal }: { foreign: boolean; meant: number; signal: AbortSignal },
): Promise<void> {
  const now = () => performance.now();
  const progress = new Progress({ stream: process.stderr, label: 'deleted', total: meant, now });
  const onProgress = () => progress.advance();
  try {
    for (const { dlq, queue, plan, deleted, notDeleted } of queues) {
      await purge({
        queue,
        owner: dlq.owner,
        shown: plan.survey,
        foreign,
        deleted,
        notDeleted,
        signal,
        now,
        onProgress,
      });
    }
  } finally {
    progress.clear();
  }
}

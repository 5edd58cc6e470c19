import type { QueuePlan } from '../../cli/commands/dlq/plan-text.ts';
import { note } from '../../cli/output/output.ts';
import type { OnStack } from '../deployed/stack.ts';
import { lookThrough } from './look-through.ts';
import { type OpenDlq, pipeRecordsReader, shareOut } from './open-dlqs.ts';
import { ReadableRecords } from './readable-records.ts';
import { unreadableNote } from './survey.ts';

export interface PlannedDlq extends OpenDlq {
  readonly plan: QueuePlan;
}

export interface PlanOptions {
  /** Messages that are meant, in all. */
  readonly limit?: number | undefined;
  /** Messages of a queue that are looked at. */
  readonly lookedAt: number;
  readonly signal: AbortSignal;
}

/** Looks at what something is to be done with. Says on stderr what is left out. */
export async function planQueues(
  on: OnStack,
  open: readonly OpenDlq[],
  { limit, lookedAt, signal }: PlanOptions,
): Promise<PlannedDlq[]> {
  const shares = shareOut(open, limit);
  const records = new ReadableRecords(pipeRecordsReader(on));
  const planned = await Promise.all(
    open.map(async (one, index) => {
      const { dlq, queue, depth } = one;
      const most = shares[index] ?? 0;
      const survey = await lookThrough(queue, {
        owner: dlq.owner,
        most: Math.min(most, lookedAt),
        signal,
        now: () => performance.now(),
        recordsOf: records.of,
      });
      return { ...one, plan: { name: dlq.name, depth, most, survey } };
    }),
  );
  note(records.note);
  for (const { plan } of planned) note(unreadableNote(plan.name, plan.survey.unreadable));
  return planned;
}

import {
  handledMessages,
  messagesToRedrive,
  planRedrive,
  type RedrivenQueue,
  type RedriveReport,
  redrive,
  redriveLines,
  redrivePreview,
  redriveProblem,
  requireRedriveTargets,
  scanNotes,
} from '../../../operations/dead-letters/index.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { count } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { confirm } from '../../output/confirm.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { jsonLine, note, print } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';
import type { DlqRedriveOptions } from './command.ts';
import { linesText, planJson } from './reports.ts';

/**
 * Sends the messages of the dead-letter queues where they belong: a subscriber's events to its queue, the pipe's registrations
 * to the bus.
 * @throws CommandFailure with what is left to do, if something is
 */
export async function dlqRedrive(options: DlqRedriveOptions): Promise<void> {
  await stoppable((signal) => onStack(options, (on) => planAndRedrive(on, options, signal)));
}

async function planAndRedrive(on: OnStack, options: DlqRedriveOptions, signal: AbortSignal): Promise<void> {
  const { rate, limit, dryRun, yes = false, json } = options;
  const plan = await planRedrive(on, options, { limit, signal });
  note(scanNotes(plan));
  if (signal.aborted) return endInterrupted('nothing was redriven');

  const text = linesText(redrivePreview(plan));
  if (dryRun) return void print(json ? plan.queues.map(planJson).join('') : text);
  note(text);
  const total = messagesToRedrive(plan);
  if (total > 0) {
    await requireRedriveTargets(on, plan);
    if (!(await confirm(`Redrive ${count(total, 'message')}?`, { yes, signal }))) {
      if (signal.aborted) return endInterrupted('nothing was redriven');
      return note('nothing was redriven\n');
    }
  }

  const progress = new Progress({ label: 'redriven', total });
  let redriven: readonly RedrivenQueue[] = [];
  const onProgress = (queues: readonly RedrivenQueue[]) => {
    redriven = queues;
    progress.show(queues.reduce((sum, { outcome }) => sum + handledMessages(outcome), 0));
  };
  try {
    await redrive(on, plan, { rate, signal, onProgress });
  } finally {
    progress.clear();
    if (json) print(redriven.map(redriveJson).join(''));
    else if (total > 0) print(linesText(redriveLines(redriven)));
  }
  if (signal.aborted) {
    return endInterrupted('the other messages are still in their queues; run the command again to continue');
  }
  const problem = redriveProblem(redriven, options);
  if (problem !== undefined) throw new CommandFailure(problem);
}

/** One line of JSON for a queue. */
export function redriveJson({ plan, outcome }: RedriveReport): string {
  const { lost, refused, ...counts } = outcome;
  return jsonLine({ queue: plan.name, meant: plan.most, ...counts, lost: lost.length, refused: refused.length });
}

import type { DlqChoice } from '../../../operations/dead-letters/dead-letter-queues.ts';
import { openDlqs } from '../../../operations/dead-letters/open-dlqs.ts';
import { planQueues } from '../../../operations/dead-letters/plan-queues.ts';
import { emptyOutcome } from '../../../operations/dead-letters/redrive.ts';
import { type QueueToRedrive, redriveQueues, requireTargets } from '../../../operations/dead-letters/redrive-queues.ts';
import { type OnStack, onStack, requireOutput, type TargetOptions } from '../../../operations/deployed/stack.ts';
import { count } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { confirm } from '../../output/confirm.ts';
import { endInterrupted } from '../../output/interruption.ts';
import { note, print } from '../../output/output.ts';
import { stopRequest } from '../../output/stop-request.ts';
import { planJson, planText } from './plan-text.ts';
import { redriveJson, redriveProblem, redriveText } from './redrive-report.ts';

export interface DlqRedriveOptions extends TargetOptions, DlqChoice {
  /** Messages in all. */
  readonly limit?: number;
  /** Messages a second. */
  readonly rate: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** So many messages of a queue are looked at to say what there is. */
const LOOKED_AT = 1000;

/**
 * Sends what is in the dead-letter queues where it belongs: a subscriber's events to its queue, the pipe's registrations
 * to the bus.
 *
 * @throws CommandFailure with what is left to do, if something is
 */
export async function dlqRedrive(options: DlqRedriveOptions): Promise<void> {
  await onStack(options, async (on) => {
    const { signal, done } = stopRequest();
    try {
      await planAndRedrive(on, options, signal);
    } finally {
      done();
    }
  });
}

async function planAndRedrive(on: OnStack, options: DlqRedriveOptions, signal: AbortSignal): Promise<void> {
  const { rate, limit, dryRun, yes = false, json } = options;
  const bus = requireOutput(on.stack, 'EventBusName');
  const planned = await planQueues(on, await openDlqs(on, options), { limit, lookedAt: LOOKED_AT, signal });
  if (signal.aborted) return endInterrupted('nothing was redriven');

  const plans = planned.map(({ plan }) => plan);
  const text = planText(plans, { end: ({ name }) => (name === 'pipe' ? ` to the bus ${bus}` : ' to its queue') });
  if (dryRun) {
    print(json ? plans.map(planJson).join('') : text);
    return;
  }
  note(text);
  const meant = plans.reduce((sum, { most }) => sum + most, 0);
  if (meant > 0) {
    await requireTargets(on, planned, bus);
    if (!(await confirm(`Redrive ${count(meant, 'message')}?`, { yes, signal }))) {
      if (signal.aborted) endInterrupted('nothing was redriven');
      else note('nothing was redriven\n');
      return;
    }
  }

  const queues = planned.map((one): QueueToRedrive => ({ ...one, outcome: emptyOutcome() }));
  try {
    await redriveQueues(on, queues, { bus, rate, signal });
  } finally {
    if (json) print(queues.map(redriveJson).join(''));
    else if (meant > 0) print(redriveText(queues));
  }
  if (signal.aborted) return endInterrupted('what was not redriven is where it was; run it again to go on');
  const problem = redriveProblem(queues);
  if (problem !== undefined) throw new CommandFailure(problem);
}

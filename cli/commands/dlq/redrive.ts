import {
  handledMessages,
  planRedrive,
  type RedrivenQueue,
  type RedriveOutcome,
  redrive,
  requireRedriveTargets,
} from '../../../operations/dead-letters/index.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { alike, count, displayId, numberText, visible } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { confirm } from '../../output/confirm.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';
import type { DlqRedriveOptions } from './command.ts';
import { optionOf, planJson, planText, type QueueSummary, scanNotes } from './summary-text.ts';

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

  const end = ({ name }: QueueSummary) => (name === 'pipe' ? ` to the bus ${plan.bus}` : ' to its queue');
  const text = planText(plan.queues, { end });
  if (dryRun) return void print(json ? plan.queues.map(planJson).join('') : text);
  note(text);
  const total = plan.queues.reduce((sum, { most }) => sum + most, 0);
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
    else if (total > 0) print(redriveText(redriven));
  }
  if (signal.aborted) {
    return endInterrupted('the other messages are still in their queues; run the command again to continue');
  }
  const problem = redriveProblem(redriven);
  if (problem !== undefined) throw new CommandFailure(problem);
}

/** A queue for the report. */
type ReportedQueue = Pick<RedrivenQueue, 'outcome'> & { readonly plan: QueueSummary };

/** What happened, for people: a line for each queue. */
export function redriveText(queues: readonly ReportedQueue[]): string {
  return columns(queues.map(({ plan, outcome }) => [plan.name, describeOutcome(plan, outcome)]));
}

function describeOutcome({ most }: QueueSummary, outcome: RedriveOutcome): string {
  const { redriven, registrations, others, cameBack, foreign, lost, refused, failed } = outcome;
  if (most === 0) return 'nothing';
  const parts = [
    `${numberText(redriven)} of ${numberText(most)} redriven`,
    registrations > 0 && `${count(registrations, 'registration')} put on the bus`,
    others > 0 && `${count(others, 'other change')} dropped`,
    cameBack > 0 && `${cameBack} came back`,
    foreign > 0 && `${count(foreign, 'foreign message')} left`,
    lost.length > 0 && `${count(lost.length, 'message')} kept: the stream has lost records`,
    refused.length > 0 && `${count(refused.length, 'message')} kept: the bus refused registrations`,
    failed.length > 0 && `${count(failed.length, 'message')} kept after an error`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

/** One line of JSON for a queue. */
export function redriveJson({ plan, outcome }: ReportedQueue): string {
  const { lost, refused, ...counts } = outcome;
  return jsonLine({ queue: plan.name, meant: plan.most, ...counts, lost: lost.length, refused: refused.length });
}

/** What is left to do after a redrive, in one line; undefined if nothing is. */
export function redriveProblem(queues: readonly ReportedQueue[]): string | undefined {
  const problems = queues.flatMap(problemsOf);
  return problems.length > 0 ? problems.join('; ') : undefined;
}

function problemsOf({ plan, outcome }: ReportedQueue): string[] {
  const { name, depth, most } = plan;
  const { cameBack, foreign, lost, refused, failed } = outcome;
  const option = optionOf(name);
  const show = `see npx pipeline dlq show ${option}`;
  const missed = most - handledMessages(outcome) + (depth.waiting > most ? 0 : depth.inFlight);
  const problems = [
    cameBack > 0 && `${count(cameBack, 'event')} of ${name} failed again and came back: ${show}`,
    foreign > 0 &&
      `${count(foreign, 'foreign message')} of ${name} left: ${show}, then npx pipeline dlq purge ${option} --foreign`,
    lost.length > 0 &&
      `${count(lost.length, 'message')} of ${name} cannot be redriven completely (${visible(lost[0] ?? '')}): npx pipeline reconcile --fix finds their users, then npx pipeline dlq purge ${option}`,
    refused.length > 0 &&
      `${count(refused.length, 'message')} of ${name} could not be put on the bus: ${visible(refused[0] ?? '')}`,
    ...failedTexts(name, failed),
    missed > 0 &&
      `${count(missed, 'message')} of ${name} could not be received: someone else has received them, or was stopped while it held them; try again in a minute`,
  ];
  return problems.filter((problem) => problem !== false);
}

const MOST_NAMED = 5;
const PROBLEM_COLUMNS = 300;

/** Messages that failed, grouped by reason: each reason is printed once. */
function failedTexts(name: string, failed: RedriveOutcome['failed']): string[] {
  return [...Map.groupBy(failed, ({ problem }) => alike(problem)).values()].map((messages) => {
    const ids = messages.slice(0, MOST_NAMED).map(({ messageId }) => displayId(messageId));
    const others = messages.length > MOST_NAMED ? ` and ${count(messages.length - MOST_NAMED, 'other')}` : '';
    const why = displayId(messages[0]?.problem ?? '', PROBLEM_COLUMNS);
    return `${count(messages.length, 'message')} of ${name} could not be redriven and stay in the queue (${why}): ${ids.join(', ')}${others}`;
  });
}

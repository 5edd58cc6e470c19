import { choiceOf } from '../../../operations/dead-letters/dead-letter-queues.ts';
import { type FailedLetter, goneThrough, type RedriveOutcome } from '../../../operations/dead-letters/redrive.ts';
import { alike, count, displayId, numberText, visible } from '../../../operations/messages/display.ts';
import { jsonLine } from '../../output/output.ts';
import { columns } from '../../output/table-text.ts';
import type { QueuePlan } from './plan-text.ts';

const PROBLEM_COLUMNS = 300;

/** What was to be done with a queue, and what came of it. */
export interface RedrivenQueue {
  readonly plan: QueuePlan;
  readonly outcome: RedriveOutcome;
}

/** What came of it, for people: a line for each queue. */
export function redriveText(queues: readonly RedrivenQueue[]): string {
  return columns(queues.map(({ plan, outcome }) => [plan.name, describeOutcome(plan, outcome)]));
}

function describeOutcome({ most }: QueuePlan, outcome: RedriveOutcome): string {
  const { redriven, registrations, others, cameBack, foreign, lost, refused, failed } = outcome;
  if (most === 0) return 'nothing';
  const parts = [
    `${numberText(redriven)} of ${numberText(most)} redriven`,
    registrations > 0 && `${count(registrations, 'registration')} put on the bus`,
    others > 0 && `${count(others, 'other change')} dropped`,
    cameBack > 0 && `${cameBack} came back`,
    foreign > 0 && `${count(foreign, 'foreign message')} left`,
    lost.length > 0 && `${count(lost.length, 'message')} kept, with records lost to the stream`,
    refused.length > 0 && `${count(refused.length, 'message')} kept, refused by the bus`,
    failed.length > 0 && `${count(failed.length, 'message')} kept, which failed`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

/** One line of JSON for a queue. */
export function redriveJson({ plan, outcome }: RedrivenQueue): string {
  const { lost, refused, ...counts } = outcome;
  const json = { queue: plan.name, meant: plan.most, ...counts, lost: lost.length, refused: refused.length };
  return jsonLine(json);
}

/** What is left to do after a redrive that went through, in one line; undefined if nothing is. */
export function redriveProblem(queues: readonly RedrivenQueue[]): string | undefined {
  const problems = queues.flatMap(problemsOf);
  return problems.length > 0 ? problems.join('; ') : undefined;
}

function problemsOf({ plan, outcome }: RedrivenQueue): string[] {
  const { name, depth, most } = plan;
  const { cameBack, foreign, lost, refused, failed } = outcome;
  const choice = choiceOf(name);
  const look = `see npx pipeline dlq show ${choice}`;
  const missed = most - goneThrough(outcome) + (depth.visible > most ? 0 : depth.inFlight);
  const problems = [
    cameBack > 0 && `${count(cameBack, 'event')} of ${name} failed again and came back: ${look}`,
    foreign > 0 &&
      `${count(foreign, 'message')} of ${name} that the pipeline did not put there: ${look}, then npx pipeline dlq purge ${choice} --foreign`,
    lost.length > 0 &&
      `${count(lost.length, 'message')} of ${name} cannot be redriven whole, ${visible(lost[0] ?? '')}: npx pipeline reconcile --fix finds their users, then npx pipeline dlq purge ${choice}`,
    refused.length > 0 &&
      `${count(refused.length, 'message')} of ${name} could not be put on the bus: ${visible(refused[0] ?? '')}`,
    ...failedTexts(name, failed),
    missed > 0 &&
      `${count(missed, 'message')} of ${name} could not be had: others have them just now, or had them when they were stopped; try again in a minute`,
  ];
  return problems.filter((problem) => problem !== false);
}

const MOST_NAMED = 5;

/** Messages that failed, by their reason: each is printed once. */
function failedTexts(name: string, failed: readonly FailedLetter[]): string[] {
  return [...Map.groupBy(failed, ({ problem }) => alike(problem)).values()].map((letters) => {
    const ids = letters.slice(0, MOST_NAMED).map(({ messageId }) => displayId(messageId));
    const others = letters.length > MOST_NAMED ? ` and ${count(letters.length - MOST_NAMED, 'other')}` : '';
    const why = displayId(letters[0]?.problem ?? '', PROBLEM_COLUMNS);
    return `${count(letters.length, 'message')} of ${name} could not be redriven, and left there (${why}): ${ids.join(', ')}${others}`;
  });
}

import { pipelineCommand, type TargetOptions } from '../aws/target.ts';
import { alike, count, display, displayId, numberText, visible } from '../messages/display.ts';
import { MOST_LOOKED } from './explain.ts';
import { describeKinds, optionOf, type QueueLine, type QueueSummary } from './preview.ts';
import type { PurgedQueue } from './purge.ts';
import type { RedrivenQueue } from './redrive.ts';
import { handledMessages, type RedriveOutcome } from './redrive-queue.ts';

/** A queue for the report of a redrive. */
export type RedriveReport = Pick<RedrivenQueue, 'outcome'> & { readonly plan: QueueSummary };

/** A queue for the report of a purge. */
export type PurgeReport = Omit<PurgedQueue, 'plan'> & { readonly plan: QueueSummary };

/** What a redrive has done: a line for each queue. */
export function redriveLines(queues: readonly RedriveReport[]): QueueLine[] {
  return queues.map(({ plan, outcome }) => ({ queue: plan.name, text: describeOutcome(plan, outcome) }));
}

/** What a purge has done: a line for each queue. */
export function purgeLines(queues: readonly PurgeReport[]): QueueLine[] {
  return queues.map(({ plan, deleted }) => {
    return { queue: plan.name, text: deleted.size > 0 ? `${describeKinds(deleted)} deleted` : 'nothing' };
  });
}

function describeOutcome({ most }: QueueSummary, outcome: RedriveOutcome): string {
  const { redriven, registrations, deletions = 0, others, cameBack, foreign, lost, refused, failed } = outcome;
  if (most === 0) return 'nothing';
  const parts = [
    `${numberText(redriven)} of ${numberText(most)} redriven`,
    registrations > 0 && `${count(registrations, 'registration')} put on the bus`,
    deletions > 0 && `${count(deletions, 'deletion')} put on the bus`,
    others > 0 && `${count(others, 'other change')} dropped`,
    cameBack > 0 && `${cameBack} came back`,
    foreign > 0 && `${count(foreign, 'foreign message')} left`,
    lost.length > 0 && `${count(lost.length, 'message')} kept: the stream has lost records`,
    refused.length > 0 && `${count(refused.length, 'message')} kept: the bus refused registrations`,
    failed.length > 0 && `${count(failed.length, 'message')} kept after an error`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

/**
 * What is left to do after a redrive, in one line; undefined if nothing is.
 * @param target of the commands that it names
 */
export function redriveProblem(queues: readonly RedriveReport[], target: TargetOptions): string | undefined {
  const problems = queues.flatMap((queue) => problemsOf(queue, target));
  return problems.length > 0 ? problems.join('; ') : undefined;
}

function problemsOf({ plan, outcome }: RedriveReport, target: TargetOptions): string[] {
  const { name, most } = plan;
  const { cameBack, foreign, lost, refused, failed } = outcome;
  // The first reason stands for all.
  const [[whyLost], [whyRefused]] = [lost, refused];
  const option = optionOf(name);
  const commandOf = (words: string) => pipelineCommand(words, target);
  const show = `see ${commandOf(`dlq show ${option}`)}`;
  const missed = most - handledMessages(outcome) + meantInFlight(plan);
  const problems = [
    cameBack > 0 && `${count(cameBack, 'event')} of ${name} failed again and came back: ${show}`,
    foreign > 0 &&
      `${count(foreign, 'foreign message')} of ${name} left: ${show}, then ${purgeEach(`${option} --foreign`, target)}`,
    whyLost !== undefined &&
      `${count(lost.length, 'message')} of ${name} cannot be redriven completely (${visible(whyLost)}): ${commandOf('reconcile --fix')} finds their users, then ${purgeEach(option, target)}; ${show}`,
    whyRefused !== undefined &&
      `${count(refused.length, 'message')} of ${name} could not be put on the bus: ${visible(whyRefused)}`,
    ...failedTexts(name, failed),
    missed > 0 &&
      `${count(missed, 'message')} of ${name} could not be received: someone else has received them, or was stopped while it held them; try again in a minute`,
    ...unseenTexts(plan),
  ];
  return problems.filter((problem) => problem !== false);
}

/** Names no command that deletes other messages too, such as those that failed again. */
function purgeEach(options: string, target: TargetOptions): string {
  return `${pipelineCommand(`dlq purge ${options} --message-id ID`, target)} deletes each`;
}

/** Messages in flight that a change of all messages is about. */
function meantInFlight({ depth, most, looked }: QueueSummary): number {
  return looked !== undefined || depth.waiting > most ? 0 : depth.inFlight;
}

/**
 * Of messages that were not looked at it is not known whether they are chosen: those in flight, also right after a run that was
 * killed while it held them, and those of a queue with too many.
 */
function unseenTexts({ name, depth: { waiting, inFlight }, looked, isFound = false }: QueueSummary): string[] {
  if (looked === undefined || isFound) return [];
  const unread = looked < MOST_LOOKED ? 0 : Math.max(0, waiting - looked);
  const texts = [
    inFlight > 0 &&
      `${count(inFlight, 'message')} of ${name} could not be looked at: someone else has received them, or was stopped while it held them; try again in a minute`,
    unread > 0 &&
      `${count(unread, 'message')} of ${name} could not be looked at, as one run looks at ${numberText(MOST_LOOKED)}: run the command again when the queue holds fewer`,
  ];
  return texts.filter((text) => text !== false);
}

const MOST_NAMED = 5;
const PROBLEM_COLUMNS = 300;

type Failed = RedriveOutcome['failed'][number];

/** Messages that failed, grouped by reason: each reason is printed once. */
function failedTexts(name: string, failed: readonly Failed[]): string[] {
  // A group has a member.
  const groups = [...Map.groupBy(failed, ({ problem }) => alike(problem)).values()] as [Failed, ...Failed[]][];
  return groups.map((messages) => {
    const ids = messages.slice(0, MOST_NAMED).map(({ messageId }) => displayId(messageId));
    const others = messages.length > MOST_NAMED ? ` and ${count(messages.length - MOST_NAMED, 'other')}` : '';
    const why = displayId(messages[0].problem, PROBLEM_COLUMNS);
    return `${count(messages.length, 'message')} of ${name} could not be redriven and stay in the queue (${why}): ${ids.join(', ')}${others}`;
  });
}

/**
 * What was not deleted, in one line; undefined if everything was.
 * @param foreign whether foreign messages were included
 * @param target of the commands that it names
 */
export function purgeProblem(
  queues: readonly PurgeReport[],
  foreign: boolean,
  target: TargetOptions,
): string | undefined {
  const problems = queues.flatMap(({ plan, deleted, notDeleted }) => {
    const { name, summary, most } = plan;
    const left = foreign ? 0 : summary.kinds.foreign;
    const missed = most - left - deleted.size - notDeleted.size + meantInFlight(plan);
    return [
      ...(left > 0
        ? [`${count(left, 'foreign message')} of ${name} left: ${purgeEach(`${optionOf(name)} --foreign`, target)}`]
        : []),
      ...[...notDeleted].map(
        ([id, problem]) =>
          display`message ${displayId(id)} of ${name} could not be deleted: ${displayId(problem, 200)}`,
      ),
      ...(missed > 0 ? [`${count(missed, 'message')} of ${name} could not be received; try again in a minute`] : []),
      ...unseenTexts(plan),
    ];
  });
  return problems.length > 0 ? problems.join('; ') : undefined;
}

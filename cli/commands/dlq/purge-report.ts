import { choiceOf } from '../../../operations/dead-letters/dead-letter-queues.ts';
import { describeKinds, type Survey, surveyJson } from '../../../operations/dead-letters/survey.ts';
import { count, display, displayId } from '../../../operations/messages/display.ts';
import { jsonLine } from '../../output/output.ts';
import { columns } from '../../output/table-text.ts';
import type { QueuePlan } from './plan-text.ts';

/** What was to be deleted from a queue, and what was. */
export interface PurgedQueue {
  readonly plan: QueuePlan;
  readonly deleted: Survey;
  /** Messages that could not be deleted: their ids, and why. */
  readonly notDeleted: ReadonlyMap<string, string>;
}

/** What was deleted, for people: a line for each queue. */
export function purgeText(queues: readonly PurgedQueue[]): string {
  return columns(
    queues.map(({ plan, deleted }) => [plan.name, deleted.size > 0 ? `${describeKinds(deleted)} deleted` : 'nothing']),
  );
}

/** One line of JSON for a queue. */
export function purgeJson({ plan, deleted, notDeleted }: PurgedQueue): string {
  const kept = notDeleted.size > 0 && { notDeleted: Object.fromEntries(notDeleted) };
  return jsonLine({ queue: plan.name, meant: plan.most, deleted: surveyJson(deleted), ...kept });
}

/**
 * What is still there of what was to be deleted, in one line; undefined if nothing is.
 * @param foreign whether foreign messages were to be deleted as well
 */
export function purgeProblem(queues: readonly PurgedQueue[], foreign: boolean): string | undefined {
  const problems = queues.flatMap(({ plan, deleted, notDeleted }) => {
    const { name, survey, depth, most } = plan;
    const left = foreign ? 0 : survey.kinds.foreign;
    const missed = most - left - deleted.size - notDeleted.size + (depth.visible > most ? 0 : depth.inFlight);
    return [
      ...(left > 0
        ? [`${count(left, 'foreign message')} of ${name} left: npx pipeline dlq purge ${choiceOf(name)} --foreign`]
        : []),
      ...[...notDeleted].map(
        ([id, problem]) =>
          display`message ${displayId(id)} of ${name} could not be deleted: ${displayId(problem, 200)}`,
      ),
      ...(missed > 0 ? [`${count(missed, 'message')} of ${name} could not be had; try again in a minute`] : []),
    ];
  });
  return problems.length > 0 ? problems.join('; ') : undefined;
}

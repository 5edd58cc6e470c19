import type { LetterKind } from '../../../operations/dead-letters/dead-letter.ts';
import type { QueueDepth } from '../../../operations/dead-letters/letter-queue.ts';
import {
  ALL_KINDS,
  describeKinds,
  describeUsers,
  type Survey,
  surveyJson,
} from '../../../operations/dead-letters/survey.ts';
import { count } from '../../../operations/messages/display.ts';
import { jsonLine } from '../../output/output.ts';
import { columns } from '../../output/table-text.ts';

/** What is to be done with a queue, and what a look at its messages showed. */
export interface QueuePlan {
  readonly name: string;
  readonly depth: QueueDepth;
  /** Messages that are meant. */
  readonly most: number;
  /** Of those, the ones that were looked at. */
  readonly survey: Survey;
}

const EVENT_KINDS: readonly LetterKind[] = ['pipe', 'handler', 'delivery'];

/**
 * What is about to be done, for people: a line for each queue.
 * @param taken kinds that it is done to; messages of other kinds stay
 * @param end what stands behind the messages of a queue, such as where they go
 */
export function planText(
  plans: readonly QueuePlan[],
  { taken = EVENT_KINDS, end = () => '' }: { taken?: readonly LetterKind[]; end?: (plan: QueuePlan) => string },
): string {
  const left = ALL_KINDS.filter((kind) => !taken.includes(kind));
  return columns(
    plans.map((plan) => {
      const { name, survey, most } = plan;
      const sample = survey.size < most ? `${count(most, 'message')}, of the first ${survey.size}: ` : '';
      const messages = describeKinds(survey, taken);
      const parts = [
        messages === '' ? 'nothing' : sample + messages + end(plan) + describeUsers(survey),
        ...describeRecords(survey),
        ...[describeKinds(survey, left)].filter((kinds) => kinds !== '').map((kinds) => `left there: ${kinds}`),
        ...leftOut(plan),
      ];
      return [name, parts.join('; ')];
    }),
  );
}

function describeRecords({ kinds, records }: Survey): string[] {
  const { messages, registrations, others, lost } = records;
  if (messages === 0) return [];
  const asked = messages < kinds.pipe ? `the first ${messages} stand for ` : '';
  return [
    asked + count(registrations, 'registration') + (others > 0 ? ` and ${count(others, 'other change')}` : ''),
    ...(lost > 0 ? [`records of ${count(lost, 'message')} are lost to the stream`] : []),
  ];
}

function leftOut({ depth, most }: QueuePlan): string[] {
  return [
    ...(depth.visible > most ? [`${count(depth.visible - most, 'message')} beyond these`] : []),
    ...(depth.inFlight > 0 ? [`${depth.inFlight} in flight: somebody has them just now`] : []),
  ];
}

/** One line of JSON for a queue. */
export function planJson({ name, depth, most, survey }: QueuePlan): string {
  return jsonLine({
    queue: name,
    messages: depth.visible,
    inFlight: depth.inFlight,
    meant: most,
    looked: surveyJson(survey),
  });
}

import { pipelineCommand, type TargetOptions } from '../aws/target.ts';
import { count, nameUsers, numberText, visible } from '../messages/display.ts';
import type { FixResult } from './fix.ts';
import type { Fix } from './mismatch.ts';
import type { Deletion, RetiredBucket, RetiredBuckets } from './retired.ts';
import type { SurveyStep } from './survey.ts';

/** What is done in each step of a survey. */
export const STEP_LABELS: Readonly<Record<SurveyStep, string>> = {
  buckets: 'reading buckets',
  tags: 'reading tags of buckets',
  rows: 'reading rows',
  'suspicious-rows': 'reading suspicious rows again',
  'new-buckets': 'reading new buckets',
  'suspicious-buckets': 'reading suspicious buckets again',
};

/** The buckets of users who left, in a line; empty if there are none. */
export function retiredText({ kept, waiting, due }: RetiredBuckets): string {
  const parts = [
    ...(kept.length > 0 ? [`${numberText(kept.length)} kept`] : []),
    ...(waiting.length > 0
      ? [`${numberText(waiting.length)} to be emptied, the first from ${firstDay(waiting)} on`]
      : []),
    ...(due.length > 0 ? [`${numberText(due.length)} due, to be deleted by --fix when S3 has emptied them`] : []),
  ];
  const all = kept.length + waiting.length + due.length;
  return parts.length === 0 ? '' : `${count(all, 'bucket')} of users who left: ${parts.join(', ')}.\n`;
}

function firstDay(waiting: readonly RetiredBucket[]): string {
  return visible(String(waiting.map(({ emptiedFrom }) => emptiedFrom).sort()[0]));
}

/** What became of the buckets that were due. */
export function deletionText({ deleted, notEmpty, changed }: Deletion): string {
  return [
    `${count(deleted.length, 'bucket')} of users who left deleted.`,
    ...(notEmpty.length > 0
      ? [
          `${count(notEmpty.length, 'bucket')} not empty yet: S3 may need some days after the day of emptying, and leaves older versions and unfinished uploads.`,
        ]
      : []),
    ...(changed.length > 0 ? [`${count(changed.length, 'bucket')} left alone: in use again, or gone.`] : []),
    '',
  ].join('\n');
}

/** @param parts what is pending, in words */
export function pendingText(parts: readonly string[], options: TargetOptions): string {
  const [dlq, doctor] = ['dlq list', 'doctor'].map((words) => pipelineCommand(words, options));
  return (
    `note: pending: ${parts.join(', ')}. Some of the users found may only be waiting for that; resolve it first (${dlq}, ${doctor}). ` +
    'A user who is registered here with a time that is not their own gets a second bucket when their own event comes.\n'
  );
}

export function heldText(held: readonly Fix[]): string {
  const users = nameUsers(held.map(({ userId }) => userId));
  return `not fixed, as their own event may still come: ${users}; --despite-waiting registers them anyway\n`;
}

export function rerunText(options: TargetOptions): string {
  return `Fix them with ${pipelineCommand('reconcile --fix', options)}.\n`;
}

/**
 * @param twice fixes for users whose own registration may still come
 * @param due how many retired buckets are to be deleted
 */
export function fixQuestion(fixes: readonly Fix[], twice: readonly Fix[], due: number): string {
  const some = twice.length === 0 ? '' : `, ${twice.length} of them for users whose own event may still come`;
  const put = `put ${count(fixes.length, 'event')} on the bus${some}`;
  const remove = `delete ${count(due, 'bucket')} of users who left, if empty`;
  const question = [...(fixes.length > 0 ? [put] : []), ...(due > 0 ? [remove] : [])].join(', and ');
  return `${question.slice(0, 1).toUpperCase()}${question.slice(1)}?`;
}

export function putText(events: number, options: TargetOptions & { readonly wait?: boolean | undefined }): string {
  const then = options.wait ? '' : ` The pipeline handles them now; ${seeRest(options)}.`;
  return `${count(events, 'event')} put on the bus.${then}\n`;
}

export function seeRest(options: TargetOptions): string {
  return `see what is left with ${pipelineCommand('reconcile', options)}`;
}

/**
 * Why not all users are fixed, in one line; undefined if they are.
 * @param late users whose fix did not work in time
 */
export function fixProblem(
  { refused }: FixResult,
  late: readonly string[],
  options: TargetOptions & { readonly timeout: number },
): string | undefined {
  const [first] = refused;
  if (first !== undefined) {
    const users = nameUsers(refused.map(({ fix }) => fix.userId));
    return `${count(refused.length, 'event')} not put on the bus (the first: ${visible(first.reason)}): ${users}`;
  }
  if (late.length === 0) return undefined;
  const [dlq, trace] = ['dlq list', 'trace'].map((words) => pipelineCommand(words, options));
  return `${count(late.length, 'user')} not fixed within ${options.timeout} s: ${nameUsers(late)}; see ${dlq}, and run ${trace} with one of them`;
}

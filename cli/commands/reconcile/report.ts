import { pipelineCommand, type TargetOptions } from '../../../operations/aws/target.ts';
import { count, display, displayId, nameUsers, numberText, visible } from '../../../operations/messages/display.ts';
import {
  type Deletion,
  eventIdOf,
  type Fix,
  type FixResult,
  MISMATCH_CLASSES,
  type Mismatch,
  type MismatchClass,
  type RetiredBucket,
  type RetiredBuckets,
  type Survey,
} from '../../../operations/reconcile/index.ts';
import { columns } from '../../output/output.ts';

/** How many findings of a kind are named, and how many kinds of a class. */
const MOST_NAMED = 3;
const MOST_KINDS = 5;

const NOUNS: Readonly<Record<MismatchClass, readonly [one: string, several: string]>> = {
  'user-without-uri': ['user without URI', 'users without URI'],
  'uri-without-bucket': ['URI without bucket', 'URIs without bucket'],
  'bucket-without-tags': ['bucket without our tags', 'buckets without our tags'],
  'bucket-without-user': ['bucket without user', 'buckets without user'],
  'retired-bucket': ['user with a retired bucket', 'users with a retired bucket'],
  conflict: ['conflict', 'conflicts'],
};

/** The findings, for people: by class, with examples and how each is fixed. */
export function reportText({ rows, buckets, findings, retired }: Survey, durationMs: number): string {
  const left = retired === undefined ? '' : retiredText(retired);
  const read = `${count(rows, 'row')} and ${count(buckets, 'bucket')}, read in ${(durationMs / 1000).toFixed(1)} s`;
  if (findings.length === 0) return `Nothing to fix: every user has a bucket, every bucket a user (${read}).\n${left}`;
  const fixable = findings.filter(({ fix }) => fix !== undefined).length;
  const rest = findings.length - fixable;
  return [
    ...MISMATCH_CLASSES.map((each) =>
      classText(
        each,
        findings.filter((finding) => finding.class === each),
      ),
    ),
    `${read}: `,
    [
      ...(fixable > 0 ? [`events can fix ${numberText(fixable)}`] : []),
      ...(rest > 0 ? [`you have to fix ${numberText(rest)}`] : []),
    ].join(', '),
    '.\n',
    left,
  ].join('');
}

/** The buckets of users who left, in a line; empty if there are none. */
function retiredText({ kept, waiting, due }: RetiredBuckets): string {
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
  return visible(waiting.map(({ emptiedFrom = '' }) => emptiedFrom).sort()[0] ?? '');
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

function classText(name: MismatchClass, findings: readonly Mismatch[]): string {
  if (findings.length === 0) return '';
  const kinds = [...Map.groupBy(findings, kindOf)];
  const shown = kinds.slice(0, MOST_KINDS);
  const hidden = kinds.slice(MOST_KINDS).reduce((sum, [, members]) => sum + members.length, 0);
  const noun = NOUNS[name][findings.length === 1 ? 0 : 1];
  return [
    `${numberText(findings.length)} ${noun}\n`,
    ...shown.map(([kind, members]) => display`  ${kind}\n` + exampleLines(members)),
    ...(hidden > 0 ? [`  and ${numberText(hidden)} more: see --json\n`] : []),
    '\n',
  ].join('');
}

/** What is wrong, and how it is fixed: the same for many findings. */
function kindOf({ problem, fix, advice }: Mismatch): string {
  const how = fix === undefined ? '' : `; ${fix.event} fixes it`;
  return `${problem}${how}${advice === undefined ? '' : `; ${advice}`}`;
}

function exampleLines(findings: readonly Mismatch[]): string {
  const named = findings
    .slice(0, MOST_NAMED)
    .map(({ userId, bucket, fix, row }) => [
      ...(userId === undefined ? [] : [displayId(userId)]),
      bucket ?? fix?.bucket ?? '',
      ...(row === undefined ? [] : [`${count(row.bytes, 'byte')}, ${numberText(row.tooMany)} too many`]),
    ]);
  const others = findings.length - named.length;
  const lines = columns(named)
    .split('\n')
    .filter((line) => line !== '');
  return [...lines, ...(others > 0 ? [`and ${count(others, 'other')}`] : [])].map((line) => `    ${line}\n`).join('');
}

/** A finding for machines, as the help of --json says. */
export function mismatchJson({ class: name, userId, bucket, problem, row, fix, advice }: Mismatch): object {
  const fixed = fix === undefined ? null : fixJson(fix);
  return {
    class: name,
    ...(userId !== undefined && { userId }),
    ...(bucket !== undefined && { bucket }),
    problem,
    ...(row !== undefined && { row }),
    mend: fixed,
    fix: fixed,
    ...(advice !== undefined && { advice }),
  };
}

function fixJson(fix: Fix): object {
  const { event, registeredAt, bucket } = fix;
  return { event, eventId: eventIdOf(fix), registeredAt, bucket };
}

/** The last object of --json. */
export function summaryJson({ rows, buckets, findings, retired }: Survey, more: object = {}): object {
  const found = MISMATCH_CLASSES.map((each) => [each, findings.filter((finding) => finding.class === each).length]);
  const fixable = findings.filter(({ fix }) => fix !== undefined).length;
  return {
    class: 'summary',
    rows,
    buckets,
    found: Object.fromEntries(found),
    mendable: fixable,
    fixable,
    ...(retired && {
      retired: { kept: retired.kept.length, waiting: retired.waiting.length, due: retired.due.length },
    }),
    ...more,
  };
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
  if (refused.length > 0) {
    const users = nameUsers(refused.map(({ fix }) => fix.userId));
    return `${count(refused.length, 'event')} not put on the bus (the first: ${visible(refused[0]?.reason ?? '')}): ${users}`;
  }
  if (late.length === 0) return undefined;
  const [dlq, trace] = ['dlq list', 'trace'].map((words) => pipelineCommand(words, options));
  return `${count(late.length, 'user')} not fixed within ${options.timeout} s: ${nameUsers(late)}; see ${dlq}, and run ${trace} with one of them`;
}

import { count, display, displayId, numberText } from '../../../operations/messages/display.ts';
import {
  eventIdOf,
  FINDING_CLASSES,
  type Finding,
  type FindingClass,
  type Mend,
} from '../../../operations/reconcile/finding.ts';
import type { Surveyed } from '../../../operations/reconcile/survey.ts';
import { columns } from '../../output/output.ts';

/** Of each kind of finding so many are named, and so many kinds of a class. */
const MOST_NAMED = 3;
const MOST_KINDS = 5;

const NOUNS: Readonly<Record<FindingClass, readonly [one: string, several: string]>> = {
  'user-without-uri': ['user without URI', 'users without URI'],
  'uri-without-bucket': ['URI without bucket', 'URIs without bucket'],
  'bucket-without-tags': ['bucket without our tags', 'buckets without our tags'],
  'bucket-without-user': ['bucket without user', 'buckets without user'],
  conflict: ['conflict', 'conflicts'],
};

/** What was found, for people: by class, with some examples and how each is mended. */
export function reportText({ rows, buckets, findings }: Surveyed, durationMs: number): string {
  const read = `${count(rows, 'row')} and ${count(buckets, 'bucket')}, read in ${(durationMs / 1000).toFixed(1)} s`;
  if (findings.length === 0) return `Nothing to mend: every user has a bucket, every bucket a user (${read}).\n`;
  const mendable = findings.filter(({ mend }) => mend !== undefined).length;
  const rest = findings.length - mendable;
  return [
    ...FINDING_CLASSES.map((each) =>
      classText(
        each,
        findings.filter((finding) => finding.class === each),
      ),
    ),
    `${read}: `,
    [
      ...(mendable > 0 ? [`${numberText(mendable)} to be mended by events`] : []),
      ...(rest > 0 ? [`${numberText(rest)} left to a person`] : []),
    ].join(', '),
    '.\n',
  ].join('');
}

function classText(name: FindingClass, findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const kinds = new Map<string, Finding[]>();
  for (const finding of findings) {
    const kind = kindOf(finding);
    const others = kinds.get(kind);
    if (others === undefined) kinds.set(kind, [finding]);
    else others.push(finding);
  }
  const shown = [...kinds].slice(0, MOST_KINDS);
  const hidden = [...kinds].slice(MOST_KINDS).reduce((sum, [, members]) => sum + members.length, 0);
  const noun = NOUNS[name][findings.length === 1 ? 0 : 1];
  return [
    `${numberText(findings.length)} ${noun}\n`,
    ...shown.map(([kind, members]) => display`  ${kind}\n` + exampleLines(members)),
    ...(hidden > 0 ? [`  and ${numberText(hidden)} more: see --json\n`] : []),
    '\n',
  ].join('');
}

/** What is wrong and how it is mended: alike for many. */
function kindOf({ problem, mend, advice }: Finding): string {
  const how = mend === undefined ? '' : `; mended by ${mend.event}`;
  return `${problem}${how}${advice === undefined ? '' : `; ${advice}`}`;
}

function exampleLines(findings: readonly Finding[]): string {
  const named = findings
    .slice(0, MOST_NAMED)
    .map(({ userId, bucket, mend, row }) => [
      ...(userId === undefined ? [] : [displayId(userId)]),
      bucket ?? mend?.bucket ?? '',
      ...(row === undefined ? [] : [`${count(row.bytes, 'byte')}, ${numberText(row.tooMany)} too many`]),
    ]);
  const others = findings.length - named.length;
  const lines = columns(named)
    .split('\n')
    .filter((line) => line !== '');
  return [...lines, ...(others > 0 ? [`and ${count(others, 'other')}`] : [])].map((line) => `    ${line}\n`).join('');
}

/** A finding for machines, as the help of --json says. */
export function findingJson({ class: name, userId, bucket, problem, row, mend, advice }: Finding): object {
  return {
    class: name,
    ...(userId !== undefined && { userId }),
    ...(bucket !== undefined && { bucket }),
    problem,
    ...(row !== undefined && { row }),
    mend: mend === undefined ? null : mendJson(mend),
    ...(advice !== undefined && { advice }),
  };
}

function mendJson(mend: Mend): object {
  const { event, registeredAt, bucket } = mend;
  return { event, eventId: eventIdOf(mend), registeredAt, bucket };
}

/** The last object of --json. */
export function summaryJson({ rows, buckets, findings }: Surveyed, more: object = {}): object {
  const found = FINDING_CLASSES.map((each) => [each, findings.filter((finding) => finding.class === each).length]);
  return {
    class: 'summary',
    rows,
    buckets,
    found: Object.fromEntries(found),
    mendable: findings.filter(({ mend }) => mend !== undefined).length,
    ...more,
  };
}

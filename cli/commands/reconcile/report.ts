import { count, display, displayId, numberText } from '../../../operations/messages/display.ts';
import {
  eventIdOf,
  type FindingGroup,
  type Fix,
  fixableText,
  groupFindings,
  MISMATCH_CLASSES,
  type Mismatch,
  nothingFound,
  retiredText,
  type Survey,
} from '../../../operations/reconcile/index.ts';
import { columns } from '../../output/output.ts';

/** The findings, for people: by class, with examples and how each is fixed. */
export function reportText(surveyed: Survey, durationMs: number): string {
  const { rows, buckets, findings, retired } = surveyed;
  const left = retired === undefined ? '' : retiredText(retired);
  const read = `${count(rows, 'row')} and ${count(buckets, 'bucket')}, read in ${(durationMs / 1000).toFixed(1)} s`;
  if (findings.length === 0) return `${nothingFound(retired)} (${read}).\n${left}`;
  return [...groupFindings(findings).map(groupText), `${read}: ${fixableText(findings)}.\n`, left].join('');
}

function groupText({ title, kinds, others }: FindingGroup): string {
  return [
    `${title}\n`,
    ...kinds.map(({ text, count: size, examples }) => display`  ${text}\n` + exampleLines(examples, size)),
    ...(others > 0 ? [`  and ${numberText(others)} more: see --json\n`] : []),
    '\n',
  ].join('');
}

function exampleLines(examples: readonly Mismatch[], size: number): string {
  const named = examples.map(({ userId, bucket, fix, row }) => [
    ...(userId === undefined ? [] : [displayId(userId)]),
    bucket ?? fix?.bucket ?? '',
    ...(row === undefined ? [] : [`${count(row.bytes, 'byte')}, ${numberText(row.tooMany)} too many`]),
  ]);
  const others = size - named.length;
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

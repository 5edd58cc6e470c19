import { numberText } from '../messages/display.ts';
import { MISMATCH_CLASSES, type Mismatch, type MismatchClass } from './mismatch.ts';
import type { RetiredBuckets } from './retired.ts';

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

/** What a survey without findings says. A retired bucket that is due can be deleted by a fix. */
export function nothingFound(retired: RetiredBuckets | undefined): string {
  if (retired === undefined) return 'Nothing to fix: every user has a bucket, every bucket a user';
  const rest = 'user has a bucket, and every other bucket is of a user who left';
  return retired.due.length > 0 ? `Every ${rest}` : `Nothing to fix: every ${rest}`;
}

/** The findings of a class. */
export interface FindingGroup {
  readonly class: MismatchClass;
  /** Such as `2 users without URI`. */
  readonly title: string;
  /** Findings with the same problem and the same fix, for the first few. */
  readonly kinds: readonly FindingKind[];
  /** How many findings are of further kinds. */
  readonly others: number;
}

export interface FindingKind {
  /** What is wrong, and how it is fixed. */
  readonly text: string;
  readonly count: number;
  /** The first few. */
  readonly examples: readonly Mismatch[];
}

/** Findings by class and kind, for people. */
export function groupFindings(findings: readonly Mismatch[]): FindingGroup[] {
  const byClass = Map.groupBy(findings, (finding) => finding.class);
  return MISMATCH_CLASSES.flatMap((name) => {
    const members = byClass.get(name);
    return members === undefined ? [] : [groupOf(name, members)];
  });
}

function groupOf(name: MismatchClass, members: readonly Mismatch[]): FindingGroup {
  const kinds = [...Map.groupBy(members, kindOf)];
  const hidden = kinds.slice(MOST_KINDS).reduce((sum, [, findings]) => sum + findings.length, 0);
  return {
    class: name,
    title: `${numberText(members.length)} ${NOUNS[name][members.length === 1 ? 0 : 1]}`,
    kinds: kinds
      .slice(0, MOST_KINDS)
      .map(([text, findings]) => ({ text, count: findings.length, examples: findings.slice(0, MOST_NAMED) })),
    others: hidden,
  };
}

/** What is wrong, and how it is fixed: the same for many findings. */
function kindOf({ problem, fix, advice }: Mismatch): string {
  const how = fix === undefined ? '' : `; ${fix.event} fixes it`;
  return `${problem}${how}${advice === undefined ? '' : `; ${advice}`}`;
}

/** How many of the findings events can fix, and how many a person has to. */
export function fixableText(findings: readonly Mismatch[]): string {
  const fixable = findings.filter(({ fix }) => fix !== undefined).length;
  const rest = findings.length - fixable;
  return [
    ...(fixable > 0 ? [`events can fix ${numberText(fixable)}`] : []),
    ...(rest > 0 ? [`you have to fix ${numberText(rest)}`] : []),
  ].join(', ');
}

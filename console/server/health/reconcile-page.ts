import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { chooseTarget, pipelineCommand } from '../../../operations/aws/target.ts';
import { count, displayId, numberText } from '../../../operations/messages/display.ts';
import {
  chooseFixes,
  type FindingGroup,
  type Fix,
  fixableText,
  fixQuestion,
  groupFindings,
  heldText,
  type Mismatch,
  mayRegisterTwice,
  nothingFound,
  type PendingWork,
  pendingText,
  retiredText,
  type Survey,
} from '../../../operations/reconcile/index.ts';
import type { FindingGroupView, ReconcilePage, SurveyView } from '../../contract/health.ts';
import type { Jobs } from '../jobs.ts';
import type { Asked } from '../route.ts';

/** A survey that was made in this run of a console. */
export interface MadeSurvey {
  readonly id: string;
  readonly at: number;
  /** When the stack was created that it is of: an engine that was started again has other users. */
  readonly stackCreatedAt: number | undefined;
  readonly tookMs: number;
  readonly surveyed: Survey;
  readonly pending: PendingWork;
  /** Whether events were put since. */
  isFixed: boolean;
}

/** The last survey of each run of a console: what is fixed is what was shown. */
const made = new WeakMap<Jobs, MadeSurvey>();

export function lastSurvey(jobs: Jobs): MadeSurvey | undefined {
  return made.get(jobs);
}

export function keepSurvey(jobs: Jobs, survey: MadeSurvey): void {
  made.set(jobs, survey);
}

/** The fixes of a survey that are made: not those of users whose own event may still come, as with `--yes`. */
export function fixesOf({ surveyed, pending }: MadeSurvey): ReturnType<typeof chooseFixes> {
  const fixes = surveyed.findings.flatMap((finding) => finding.fix ?? []);
  return chooseFixes(fixes, pending, { holdBack: true, limit: Number.POSITIVE_INFINITY });
}

/** What the last survey of this console found. Makes none itself. */
export async function readReconcile({ target, jobs }: Asked): Promise<ReconcilePage> {
  const survey = lastSurvey(jobs);
  return {
    now: timeAt(chooseTarget(target, process.env)),
    command: pipelineCommand('reconcile', target),
    ...(survey !== undefined && { survey: viewSurvey(survey, target) }),
  };
}

function viewSurvey(survey: MadeSurvey, target: Asked['target']): SurveyView {
  const { id, at, tookMs, surveyed, pending, isFixed } = survey;
  const { rows, buckets, findings, retired } = surveyed;
  const { due = [] } = retired ?? {};
  const { chosen, held } = fixesOf(survey);
  return {
    id,
    at,
    isFixed,
    read: `${count(rows, 'row')} and ${count(buckets, 'bucket')}, read in ${(tookMs / 1000).toFixed(1)} s`,
    summary: findings.length === 0 ? `${nothingFound(retired)}.` : `${fixableText(findings)}.`,
    groups: groupFindings(findings).map(viewGroup),
    notes: [
      ...(retired === undefined ? [] : [retiredText(retired).trim()].filter((text) => text !== '')),
      ...(pending.texts.length > 0 ? [pendingText(pending.texts, target).trim()] : []),
      ...(held.length > 0 ? [heldText(held).trim()] : []),
    ],
    ...(chosen.length + due.length > 0 && {
      fix: { question: questionOf(chosen, survey), command: fixCommand(target) },
    }),
  };
}

function questionOf(chosen: readonly Fix[], { surveyed: { retired }, pending }: MadeSurvey): string {
  const twice = chosen.filter((each) => mayRegisterTwice(each, pending));
  return fixQuestion(chosen, twice, retired?.due.length ?? 0);
}

export function fixCommand(target: Asked['target']): string {
  return pipelineCommand('reconcile --fix --yes --wait', target);
}

function viewGroup({ title, kinds, others }: FindingGroup): FindingGroupView {
  return {
    title,
    others,
    kinds: kinds.map(({ examples, ...kind }) => ({ ...kind, examples: examples.map(viewExample) })),
  };
}

function viewExample({ userId, bucket = '', fix, row }: Mismatch) {
  const named = bucket || fix?.bucket;
  return {
    ...(userId !== undefined && { userId }),
    ...(named !== undefined && { bucket: displayId(named) }),
    ...(row !== undefined && { more: `${count(row.bytes, 'byte')}, ${numberText(row.tooMany)} too many` }),
  };
}

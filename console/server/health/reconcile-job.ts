import { randomUUID } from 'node:crypto';
import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { count } from '../../../operations/messages/display.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import {
  deleteEmptied,
  deletionText,
  type Fix,
  fix,
  fixableText,
  fixProblem,
  NOTHING_PENDING,
  nothingFound,
  putText,
  readPendingWork,
  STEP_LABELS,
  seeRest,
  survey,
  USUAL,
  waitForFixes,
} from '../../../operations/reconcile/index.ts';
import { formatDuration } from '../../../operations/time/time.ts';
import type { Body } from '../body.ts';
import type { JobNews, JobPlan } from '../jobs.ts';
import type { Asked } from '../route.ts';
import { fixCommand, fixesOf, keepSurvey, lastSurvey, type MadeSurvey } from './reconcile-page.ts';

const KIND = 'reconcile';

interface Running extends Pick<Asked, 'target' | 'isWritable' | 'jobs'> {
  readonly signal: AbortSignal;
  report(news: JobNews): void;
}

/** Compares all users with all buckets. Changes nothing, so that a read-only console may do it. */
export async function planSurveyJob({ target, isWritable, jobs }: Asked): Promise<JobPlan> {
  return {
    kind: KIND,
    title: 'Compare users, URIs and buckets',
    command: pipelineCommand('reconcile', target),
    run: async (signal, report) => {
      const done = await onStack(target, (on) => makeSurvey(on, { target, isWritable, jobs, signal, report }));
      if (done !== undefined) report({ lines: [summaryOf(done)] });
    },
  };
}

/**
 * Puts the events that fix what the last survey found, waits for their effects, and compares again.
 * @param body `survey`, the id of the survey that was shown
 * @throws UsageError for a survey that is not the last one; CommandFailure if it was fixed already, or nothing can be
 */
export async function planFixJob(asked: Asked, body: Body): Promise<JobPlan> {
  const { target, isWritable, jobs } = asked;
  const shown = lastSurvey(jobs);
  const isThere = shown?.id === body.survey && (await isOfStack(shown, target));
  if (shown === undefined || !isThere) {
    throw new UsageError('what would be fixed is no longer known: compare again, look at it, then fix it');
  }
  if (shown.isFixed)
    throw new CommandFailure('these events were put on the bus already; compare again to see what is left');
  const { chosen } = fixesOf(shown);
  const { due = [] } = shown.surveyed.retired ?? {};
  if (chosen.length + due.length === 0) throw new CommandFailure('nothing that was found can be fixed here');
  return {
    kind: KIND,
    title: `Fix what was found: ${[...(chosen.length > 0 ? [`put ${count(chosen.length, 'event')}`] : []), ...(due.length > 0 ? [`delete ${count(due.length, 'bucket')}`] : [])].join(', ')}`,
    command: fixCommand(target),
    run: (signal, report) =>
      onStack(target, (on) => fixAndLook(on, shown, { target, isWritable, jobs, signal, report })),
  };
}

function isOfStack(shown: MadeSurvey | undefined, target: Asked['target']): Promise<boolean> {
  return onStack(target, async ({ stack }) => stack.createdAt === shown?.stackCreatedAt);
}

async function fixAndLook(on: OnStack, shown: MadeSurvey, running: Running): Promise<void> {
  const { signal, report } = running;
  shown.isFixed = true;
  const lines: string[] = [];
  const say = (line: string) => {
    lines.push(line.trim());
    report({ lines: [...lines] });
  };
  const { due = [] } = shown.surveyed.retired ?? {};
  if (due.length > 0) {
    const onProgress = (done: number) => report({ progress: { done, total: due.length, unit: 'buckets looked at' } });
    say(deletionText(await deleteEmptied(on, due, { signal, onProgress })));
  }
  if (signal.aborted) return;
  await putAndWait(on, fixesOf(shown).chosen, say, running);
  if (signal.aborted) return;
  const after = await makeSurvey(on, running);
  if (after !== undefined) say(summaryOf(after));
}

/** Puts the events, and waits until they have worked. @throws CommandFailure for users who are not fixed */
async function putAndWait(
  on: OnStack,
  fixes: readonly Fix[],
  say: (line: string) => void,
  { target, signal, report }: Running,
): Promise<void> {
  if (fixes.length === 0) return;
  const { rate, timeoutSeconds: timeout } = USUAL;
  const onProgress = (done: number) => report({ progress: { done, total: fixes.length, unit: 'events put' } });
  const result = await fix(on, fixes, { rate, asNew: false, signal, onProgress });
  const { accepted, refused } = result;
  say(putText(accepted.length, { ...target, wait: true }));
  if (accepted.length + refused.length < fixes.length) return;
  let done = 0;
  const onDone = () => report({ progress: { done: ++done, total: accepted.length, unit: 'users fixed' } });
  const late = await waitForFixes(on, accepted, { timeout, onDone, signal });
  if (late === undefined) return say(`The events are on the bus; ${seeRest(target)}.`);
  say(`Fixed: ${accepted.length - late.length} of ${accepted.length}.`);
  const problem = fixProblem(result, late, { ...target, timeout });
  if (problem !== undefined) throw new CommandFailure(problem);
}

/** Undefined if it was stopped. */
async function makeSurvey(on: OnStack, running: Running): Promise<MadeSurvey | undefined> {
  const { isWritable, jobs, signal, report } = running;
  const started = performance.now();
  const surveyed = await survey(on, {
    graceMs: USUAL.graceSeconds * 1000,
    onProgress: (step, done, total = 0) => {
      const isKnown = total >= done && total > 0;
      report({ progress: { done, ...(isKnown && { total }), unit: `– ${STEP_LABELS[step]}` } });
    },
    onWait: (ms) => report({ lines: [`Waiting ${formatDuration(ms)} for registrations that may be pending.`] }),
    signal,
  });
  if (signal.aborted) return undefined;
  const isFirst = surveyed.findings.some((finding) => finding.fix?.isFirst);
  // Reading dead letters hides them from others for a moment.
  const pending = isFirst ? await readPendingWork(on, { readsDeadLetters: isWritable, signal }) : NOTHING_PENDING;
  if (signal.aborted) return undefined;
  report({ progress: { done: surveyed.rows, unit: 'rows compared' } });
  const tookMs = performance.now() - started;
  const made = { id: randomUUID(), at: timeAt(on.target), stackCreatedAt: on.stack.createdAt, tookMs };
  const done: MadeSurvey = { ...made, surveyed, pending, isFixed: false };
  keepSurvey(jobs, done);
  return done;
}

function summaryOf({ surveyed: { findings, retired } }: MadeSurvey): string {
  return `${findings.length === 0 ? nothingFound(retired) : fixableText(findings)}.`;
}

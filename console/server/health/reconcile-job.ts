import { randomUUID } from 'node:crypto';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { count } from '../../../operations/messages/display.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import {
  fix,
  fixableText,
  fixProblem,
  NOTHING_FOUND,
  NOTHING_PENDING,
  putText,
  readPendingWork,
  STEP_LABELS,
  seeRest,
  survey,
  USUAL,
  waitForFixes,
} from '../../../operations/reconcile/index.ts';
import { formatDuration } from '../../../operations/time/time.ts';
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
export async function planFixJob(asked: Asked, body: Readonly<Record<string, unknown>>): Promise<JobPlan> {
  const { target, isWritable, jobs } = asked;
  const shown = lastSurvey(jobs);
  if (shown === undefined || shown.id !== body.survey) {
    throw new UsageError('what would be fixed is no longer known: compare again, look at it, then fix it');
  }
  if (shown.isFixed)
    throw new CommandFailure('these events were put on the bus already; compare again to see what is left');
  const { chosen } = fixesOf(shown);
  if (chosen.length === 0) throw new CommandFailure('no event would fix anything that was found');
  return {
    kind: KIND,
    title: `Put ${count(chosen.length, 'event')} that fix what was found`,
    command: fixCommand(target),
    run: (signal, report) =>
      onStack(target, (on) => fixAndLook(on, shown, { target, isWritable, jobs, signal, report })),
  };
}

async function fixAndLook(on: OnStack, shown: MadeSurvey, running: Running): Promise<void> {
  const { target, signal, report } = running;
  const { chosen } = fixesOf(shown);
  const { rate, timeoutSeconds: timeout } = USUAL;
  shown.isFixed = true;
  const onProgress = (done: number) => report({ progress: { done, total: chosen.length, unit: 'events put' } });
  const result = await fix(on, chosen, { rate, asNew: false, signal, onProgress });
  const { accepted, refused } = result;
  const put = putText(accepted.length, { ...target, wait: true }).trim();
  report({ lines: [put] });
  if (accepted.length + refused.length < chosen.length) return;
  let done = 0;
  const onDone = () => report({ progress: { done: ++done, total: accepted.length, unit: 'users fixed' } });
  const late = await waitForFixes(on, accepted, { timeout, onDone, signal });
  if (late === undefined) return report({ lines: [put, `${seeRest(target)}.`] });
  const fixed = `Fixed: ${accepted.length - late.length} of ${accepted.length}.`;
  report({ lines: [put, fixed] });
  const problem = fixProblem(result, late, { ...target, timeout });
  if (problem !== undefined) throw new CommandFailure(problem);
  const after = await makeSurvey(on, running);
  if (after !== undefined) report({ lines: [put, fixed, summaryOf(after)] });
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
  const tookMs = performance.now() - started;
  const done: MadeSurvey = { id: randomUUID(), at: Date.now(), tookMs, surveyed, pending, isFixed: false };
  keepSurvey(jobs, done);
  return done;
}

function summaryOf({ surveyed: { findings } }: MadeSurvey): string {
  return `${findings.length === 0 ? NOTHING_FOUND : fixableText(findings)}.`;
}

import { pipelineCommand, type TargetOptions } from '../../../operations/aws/target.ts';
import {
  handledMessages,
  messagesToPurge,
  messagesToRedrive,
  type PurgePlan,
  planPurge,
  planRedrive,
  purge,
  purgeLines,
  purgePreview,
  purgeProblem,
  type QueueLine,
  REDRIVE_RATE,
  type RedrivePlan,
  redrive,
  redriveLines,
  redrivePreview,
  redriveProblem,
  requireRedriveTargets,
} from '../../../operations/dead-letters/index.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { count } from '../../../operations/messages/display.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import type { DlqPreview } from '../../contract/dead-letters.ts';
import { type Body, fieldText } from '../body.ts';
import type { JobNews, JobPlan, Jobs } from '../jobs.ts';
import type { Asked } from '../route.ts';
import { commandOf, readChoice } from './asked-choice.ts';
import { notesOf } from './dead-letters-page.ts';
import { Remembered } from './remembered.ts';

/** A plan that was shown, and can be started. */
type ShownPlan = { readonly command: string; readonly count: number } & (
  | { readonly action: 'redrive'; readonly plan: RedrivePlan }
  | { readonly action: 'purge'; readonly plan: PurgePlan }
);

const shown = new Remembered<ShownPlan>();

/**
 * Reads what a redrive or a purge of a choice would do. Changes nothing.
 * @throws UsageError for another action, or a choice that cannot be read
 */
export async function previewChange(asked: Asked): Promise<DlqPreview> {
  const { query, jobs } = asked;
  const action = query.get('action');
  if (action !== 'redrive' && action !== 'purge') throw new UsageError('the action must be redrive or purge');
  const { lines, ...plan } = await (action === 'redrive' ? previewRedrive(asked) : previewPurge(asked));
  return {
    id: shown.add(jobs, plan),
    count: plan.count,
    lines,
    notes: notesOf(plan.plan),
    queues: queuesOf(plan),
    command: plan.command,
  };
}

type Previewed = ShownPlan & { readonly lines: readonly QueueLine[] };

async function previewRedrive({ query, target, signal }: Asked): Promise<Previewed> {
  const choice = readChoice(query);
  const plan = await onStack(target, (on) => planRedrive(on, choice, { signal }));
  const command = pipelineCommand(commandOf('dlq redrive', choice), target);
  return { action: 'redrive', plan, command, count: messagesToRedrive(plan), lines: redrivePreview(plan) };
}

async function previewPurge({ query, target, signal }: Asked): Promise<Previewed> {
  const choice = readChoice(query);
  // What is chosen in the page is seen there, foreign messages too.
  const plan = await onStack(target, (on) => planPurge(on, choice, { foreign: true, signal }));
  const command = pipelineCommand(`${commandOf('dlq purge', choice)} --foreign`, target);
  return { action: 'purge', plan, command, count: messagesToPurge(plan), lines: purgePreview(plan) };
}

/** The queues that messages would be taken from. */
function queuesOf({ plan: { queues } }: ShownPlan): string[] {
  return queues.filter(({ most }) => most > 0).map(({ name }) => name);
}

function findPlan<A extends ShownPlan['action']>(jobs: Jobs, id: unknown, action: A) {
  const found = shown.find(jobs, id);
  if (found.action !== action) throw new UsageError(`what was shown is a ${found.action}, not a ${action}`);
  if (found.count === 0) throw new UsageError(`what was shown has no message to ${action}`);
  return found as Extract<ShownPlan, { readonly action: A }>;
}

/**
 * Prepares the redrive that was shown.
 * @param body `plan`, the id of the preview; `rate`, messages a second
 * @throws UsageError for a rate that is not allowed, or a preview that is not known; CommandFailure for a missing bus or queue
 */
export async function planRedriveJob({ target, jobs }: Asked, body: Body): Promise<JobPlan> {
  const found = findPlan(jobs, body.plan, 'redrive');
  const { plan, count: total, command } = found;
  const rate = Number(fieldText(body.rate));
  const { most } = REDRIVE_RATE;
  if (!Number.isInteger(rate) || rate < 1 || rate > most) {
    throw new UsageError(
      `the rate must be a whole number from 1 to ${most} messages a second; got ${fieldText(body.rate)}`,
    );
  }
  await onStack(target, (on) => requireRedriveTargets(on, plan));
  return {
    kind: 'redrive',
    title: `Redrive ${count(total, 'message')} of ${queuesOf(found).join(' and ')}`,
    command: `${command} --rate ${rate}`,
    run: (signal, report) => runRedrive({ target, plan, rate, total, signal, report }),
  };
}

interface Run {
  readonly target: TargetOptions;
  readonly total: number;
  readonly signal: AbortSignal;
  readonly report: (news: JobNews) => void;
}

async function runRedrive(run: Run & { readonly plan: RedrivePlan; readonly rate: number }): Promise<void> {
  const { target, plan, rate, total, signal, report } = run;
  const redriven = await onStack(target, (on) =>
    redrive(on, plan, {
      rate,
      signal,
      onProgress: (queues) => {
        const done = queues.reduce((sum, { outcome }) => sum + handledMessages(outcome), 0);
        report({ progress: { done, total, unit: 'messages' }, lines: linesOf(redriveLines(queues), plan) });
      },
    }),
  );
  const problem = signal.aborted ? undefined : redriveProblem(redriven, target);
  if (problem !== undefined) throw new CommandFailure(problem);
}

/**
 * Prepares the purge that was shown.
 * @param body `plan`, the id of the preview; `names`, the names of the queues, typed by a person
 * @throws UsageError unless these are the names of the queues that messages would be deleted from
 */
export async function planPurgeJob({ target, jobs }: Asked, body: Body): Promise<JobPlan> {
  const found = findPlan(jobs, body.plan, 'purge');
  const { plan, count: total, command } = found;
  const queues = queuesOf(found);
  const names = Array.isArray(body.names) ? body.names.map(fieldText) : [];
  if (JSON.stringify(names.toSorted()) !== JSON.stringify(queues.toSorted())) {
    throw new UsageError(
      `nothing was deleted: type the name of the queue, ${queues.join(' and ')}, to delete its messages`,
    );
  }
  return {
    kind: 'purge',
    title: `Delete ${count(total, 'message')} of ${queues.join(' and ')}`,
    command,
    run: (signal, report) => runPurge({ target, plan, total, signal, report }),
  };
}

async function runPurge({ target, plan, total, signal, report }: Run & { readonly plan: PurgePlan }): Promise<void> {
  const purged = await onStack(target, (on) =>
    purge(on, plan, {
      signal,
      onProgress: (queues) => {
        const done = queues.reduce((sum, { deleted }) => sum + deleted.size, 0);
        report({ progress: { done, total, unit: 'messages' }, lines: linesOf(purgeLines(queues), plan) });
      },
    }),
  );
  const problem = signal.aborted ? undefined : purgeProblem(purged, true, target);
  if (problem !== undefined) throw new CommandFailure(problem);
}

/** Of the queues that it is about. */
function linesOf(lines: readonly QueueLine[], { queues }: Pick<RedrivePlan, 'queues'>): string[] {
  const meant = new Set(queues.filter(({ most }) => most > 0).map(({ name }) => name));
  return lines.filter(({ queue }) => meant.has(queue)).map(({ queue, text }) => `${queue}: ${text}`);
}

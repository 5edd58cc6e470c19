import { once } from 'node:events';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { count, nameUsers } from '../../../operations/messages/display.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import type { Finding, Mend } from '../../../operations/reconcile/finding.ts';
import { type FixOptions, fixAndTell } from '../../../operations/reconcile/fix-and-tell.ts';
import { survey } from '../../../operations/reconcile/survey.ts';
import { chooseMends, isHeld, NOTHING_UNDER_WAY, readUnderWay } from '../../../operations/reconcile/under-way.ts';
import { formatDuration, pauseUnless } from '../../../operations/time/time.ts';
import { confirm, requireConfirmable } from '../../output/confirm.ts';
import { endInterrupted, stopRequest } from '../../output/interruption.ts';
import { jsonLine, note, print } from '../../output/output.ts';
import { findingJson, reportText, summaryJson } from './report.ts';
import { keepHeapSmall } from './small-heap.ts';
import { Steps } from './steps.ts';

const FINDINGS_PER_WRITE = 1000;

export interface ReconcileOptions extends FixOptions {
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly limit?: number;
  /** Seconds. */
  readonly grace: number;
  readonly yes?: boolean;
  /** Whether, with `yes`, users are registered as well whose own registration may still come. */
  readonly despiteWaiting?: boolean;
}

/**
 * Finds users, URIs and buckets that do not fit together, and mends them by putting the right events on the bus.
 * @throws UsageError before any call; CommandFailure for events that were refused, or did not work in time
 */
export async function reconcile(options: ReconcileOptions): Promise<void> {
  const { fix = false, wait = false, yes = false } = options;
  if (fix) requireConfirmable({ yes });
  if (wait && !fix) throw new UsageError('--wait is for what --fix mends: add --fix');
  keepHeapSmall();
  const stop = stopRequest();
  try {
    await onStack(options, (on) => run(on, options, stop.signal));
  } finally {
    stop.done();
  }
}

async function run(on: OnStack, options: ReconcileOptions, signal: AbortSignal): Promise<void> {
  const { fix = false, json = false, yes = false, limit = Number.POSITIVE_INFINITY } = options;
  const started = now();
  const steps = new Steps(process.stderr, now);
  const surveyed = await survey(on, {
    graceMs: options.grace * 1000,
    now,
    pause: (ms) => pauseUnless(signal, ms),
    onStep: (label, done, total) => steps.show(label, done, total),
    onWait: (ms) => {
      steps.end();
      note(`waiting ${formatDuration(ms)} for registrations that may be under way\n`);
    },
    signal,
  });
  steps.end();
  if (signal.aborted) return endInterrupted('nothing was changed');

  const mendable = surveyed.findings.flatMap(({ mend }) => mend ?? []);
  const underWay = mendable.some(({ isFirst }) => isFirst)
    ? await readUnderWay(on, { readsLetters: fix, signal })
    : NOTHING_UNDER_WAY;
  if (signal.aborted) return endInterrupted('nothing was changed');
  const holdsBack = fix && yes && !options.despiteWaiting;
  const { chosen: mends, held } = chooseMends(mendable, underWay, { holdsBack, limit });
  if (json) await printFindings(surveyed.findings);
  else print(reportText(surveyed, now() - started));
  if (underWay.texts.length > 0) note(underWayText(underWay.texts, options));
  if (held.length > 0) note(heldText(held));

  const { texts } = underWay;
  if (!fix || mends.length === 0) {
    if (json) print(jsonLine(summaryJson(surveyed, { underWay: texts })));
    else if (mends.length > 0) print(`Mend them with ${pipelineCommand('reconcile --fix', options)}.\n`);
    if (surveyed.findings.length > 0) process.exitCode = 1;
    return;
  }
  const mayBeSecond = mends.filter((mend) => isHeld(mend, underWay));
  if (!(await confirm(question(mends, mayBeSecond), { yes, signal }))) {
    if (signal.aborted) return endInterrupted('nothing was changed');
    note('nothing was mended\n');
    if (json) print(jsonLine(summaryJson(surveyed, { underWay: texts, mended: 0, refused: 0 })));
    return;
  }
  await fixAndTell(on, { surveyed, mends, underWay: texts }, options, signal);
}

function underWayText(parts: readonly string[], options: ReconcileOptions): string {
  const [dlq, doctor] = ['dlq list', 'doctor'].map((words) => pipelineCommand(words, options));
  return (
    `note: ${parts.join(', ')}. Users among those found may only be waiting. Let that be done first (${dlq}, ${doctor}): ` +
    'who is registered here at another time than their own gets a second bucket when their own event comes.\n'
  );
}

function heldText(held: readonly Mend[]): string {
  const users = nameUsers(held.map(({ userId }) => userId));
  return `not mended, as their own event may still come: ${users}; --despite-waiting registers them all the same\n`;
}

function question(mends: readonly Mend[], waiting: readonly Mend[]): string {
  const some = waiting.length === 0 ? '' : `, ${waiting.length} of them for users whose own event may still come`;
  return `Put ${count(mends.length, 'event')} on the bus${some}?`;
}

function now(): number {
  return performance.now();
}

/** A hundred thousand of them do not stand in memory together. */
async function printFindings(findings: readonly Finding[]): Promise<void> {
  for (let start = 0; start < findings.length; start += FINDINGS_PER_WRITE) {
    const some = findings.slice(start, start + FINDINGS_PER_WRITE);
    const isTaken = print(some.map((finding) => jsonLine(findingJson(finding))).join(''));
    if (!isTaken) await once(process.stdout, 'drain');
  }
}

import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import {
  chooseFixes,
  type Deletion,
  deleteEmptied,
  deletionText,
  type Fix,
  fix,
  fixProblem,
  fixQuestion,
  heldText,
  type Mismatch,
  mayRegisterTwice,
  NOTHING_PENDING,
  pendingText,
  putText,
  type RetiredBucket,
  readPendingWork,
  rerunText,
  STEP_LABELS,
  type Survey,
  seeRest,
  survey,
  waitForFixes,
} from '../../../operations/reconcile/index.ts';
import { formatDuration } from '../../../operations/time/time.ts';
import { keepNewSpaceSmall } from '../../heap.ts';
import { confirm, requireConfirmable } from '../../output/confirm.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { jsonLine, note, print, printLines } from '../../output/output.ts';
import { Progress, type ProgressStream } from '../../output/progress.ts';
import type { ReconcileOptions } from './command.ts';
import { mismatchJson, reportText, summaryJson } from './report.ts';

/**
 * Finds users, URIs and buckets that do not fit together, and fixes them by putting the right events on the bus.
 * @throws UsageError before any call; CommandFailure for events that were refused, or did not work in time
 */
export async function reconcile(options: ReconcileOptions): Promise<void> {
  const { fix: isFix = false, wait = false, yes = false } = options;
  if (isFix) requireConfirmable({ yes });
  if (wait && !isFix) throw new UsageError('--wait waits for the fixes of --fix: add --fix');
  keepNewSpaceSmall();
  await stoppable((signal) => onStack(options, (on) => surveyAndFix(on, options, signal)));
}

async function surveyAndFix(on: OnStack, options: ReconcileOptions, signal: AbortSignal): Promise<void> {
  const { fix: isFix = false, json = false, yes = false, limit = Number.POSITIVE_INFINITY } = options;
  const started = performance.now();
  const steps = new Steps();
  const surveyed = await survey(on, {
    graceMs: options.grace * 1000,
    onProgress: (step, done, total) => steps.show(STEP_LABELS[step], done, total),
    onWait: (ms) => {
      steps.end();
      note(`waiting ${formatDuration(ms)} for registrations that may be pending\n`);
    },
    signal,
  });
  steps.end();
  if (signal.aborted) return endInterrupted('nothing was changed');

  const fixes = surveyed.findings.flatMap((finding) => finding.fix ?? []);
  const pending = fixes.some(({ isFirst }) => isFirst)
    ? await readPendingWork(on, { readsDeadLetters: isFix, signal })
    : NOTHING_PENDING;
  if (signal.aborted) return endInterrupted('nothing was changed');
  const { due = [] } = surveyed.retired ?? {};
  const { chosen, held } = chooseFixes(fixes, pending, { holdBack: isFix && yes && !options.despiteWaiting, limit });
  if (json) await printLines(jsonLines(surveyed.findings));
  else print(reportText(surveyed, performance.now() - started));
  if (pending.texts.length > 0) note(pendingText(pending.texts, options));
  if (held.length > 0) note(heldText(held));

  const sumUp = (more: object = {}) => {
    if (json) print(jsonLine(summaryJson(surveyed, { underWay: pending.texts, pending: pending.texts, ...more })));
  };
  if (!isFix || (chosen.length === 0 && due.length === 0)) {
    sumUp();
    if (!json && chosen.length > 0) print(rerunText(options));
    if (surveyed.findings.length > 0) process.exitCode = 1;
    return;
  }
  const twice = chosen.filter((each) => mayRegisterTwice(each, pending));
  if (!(await confirm(fixQuestion(chosen, twice, due.length), { yes, signal }))) {
    if (signal.aborted) return endInterrupted('nothing was changed');
    note('nothing was fixed\n');
    return sumUp({ mended: 0, fixed: 0, refused: 0 });
  }
  const deletion = await deleteDue(on, due, options, signal);
  const deleted = deletion && { deleted: deletion.deleted.length, notEmpty: deletion.notEmpty.length };
  if (signal.aborted) {
    sumUp({ mended: 0, fixed: 0, refused: 0, ...deleted });
    return endInterrupted('run the command again for the rest');
  }
  await putAndWait(on, surveyed, chosen, options, (more) => sumUp({ ...more, ...deleted }), signal);
}

/** Deletes the retired buckets that S3 has emptied. Returns undefined if there are none. */
async function deleteDue(
  on: OnStack,
  due: readonly RetiredBucket[],
  { json = false }: ReconcileOptions,
  signal: AbortSignal,
): Promise<Deletion | undefined> {
  if (due.length === 0) return undefined;
  const steps = new Steps();
  const deletion = await deleteEmptied(on, due, {
    signal,
    onProgress: (done) => steps.show('deleting buckets of users who left', done, due.length),
  });
  steps.end();
  if (!json) print(deletionText(deletion));
  return deletion;
}

/** Puts the events, waits for their effects if asked to, and sets the exit code if something is left. */
async function putAndWait(
  on: OnStack,
  { findings }: Survey,
  fixes: readonly Fix[],
  options: ReconcileOptions,
  sumUp: (more: object) => void,
  signal: AbortSignal,
): Promise<void> {
  const { rate, asNew = false, wait = false, timeout, json = false } = options;
  const say = (text: string) => {
    if (!json) print(text);
  };
  const steps = new Steps();
  const onProgress = (events: number) => steps.show('events put', events, fixes.length);
  const result = await fix(on, fixes, { rate, asNew, signal, onProgress });
  steps.end();
  const { accepted, refused } = result;
  const counts = { mended: accepted.length, fixed: accepted.length, refused: refused.length };
  const begun = accepted.length + refused.length;
  if (begun < fixes.length) {
    sumUp(counts);
    return endInterrupted(`${begun} of ${fixes.length} events put; run the command again for the others`);
  }
  say(putText(accepted.length, options));
  let late: readonly string[] = [];
  if (wait) {
    let done = 0;
    const onDone = () => steps.show('fixed', ++done, accepted.length);
    const missing = await waitForFixes(on, accepted, { timeout, onDone, signal });
    steps.end();
    if (missing === undefined) {
      sumUp(counts);
      return endInterrupted(`the events are on the bus; ${seeRest(options)}`);
    }
    late = missing;
    say(`Fixed: ${accepted.length - late.length} of ${accepted.length}.\n`);
  }
  sumUp({ ...counts, ...(wait && { done: accepted.length - late.length }) });
  const problem = fixProblem(result, late, options);
  if (problem !== undefined) throw new CommandFailure(problem);
  if (fixes.length < findings.length) process.exitCode = 1;
}

/** The JSON of a hundred thousand findings is never in memory at once. */
function* jsonLines(findings: readonly Mismatch[]): Generator<string> {
  for (const finding of findings) yield jsonLine(mismatchJson(finding));
}

/** Shows the progress of several steps, one after the other. */
export class Steps {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #key: string | undefined;
  #progress: Progress | undefined;

  /** @param now monotonic clock in milliseconds */
  constructor(stream: ProgressStream = process.stderr, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
  }

  /** @param total may be an estimate: it is no longer shown when more than that is done */
  show(label: string, done: number, total = 0): void {
    const hasTotal = total >= done && total > 0;
    const key = `${label} ${hasTotal}`;
    if (key !== this.#key) {
      this.end();
      this.#key = key;
      this.#progress = new Progress({ stream: this.#stream, label, now: this.#now, ...(hasTotal && { total }) });
    }
    this.#progress?.show(done);
  }

  end(): void {
    this.#progress?.clear();
    this.#progress = undefined;
    this.#key = undefined;
  }
}

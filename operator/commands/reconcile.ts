import { once } from 'node:events';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type OnStack, onStack, type TargetOptions } from '../command-run.ts';
import { confirm } from '../confirm.ts';
import { count, nameUsers } from '../display.ts';
import { endInterrupted } from '../dlq/interruption.ts';
import { Pace } from '../dlq/pace.ts';
import { CommandFailure, UsageError } from '../errors.ts';
import { pauseUnless } from '../pause.ts';
import { putEvents, putEventsWith, requireBus } from '../put-events.ts';
import { awaitMends } from '../reconcile/await-mends.ts';
import type { Finding, Mend } from '../reconcile/finding.ts';
import { mendEntry } from '../reconcile/mend-entry.ts';
import { type PutMends, putMends } from '../reconcile/put-mends.ts';
import { findingJson, reportText, summaryJson } from '../reconcile/report.ts';
import { Steps } from '../reconcile/steps.ts';
import { type Surveyed, survey } from '../reconcile/survey.ts';
import { describeUnderWay } from '../reconcile/under-way.ts';
import { requireOutput } from '../stack-outputs.ts';
import { stopRequest } from '../stop-request.ts';
import { pipelineCommand } from '../suggested-command.ts';
import { formatDuration } from '../time.ts';
import { bucketNaming } from '../user-bucket.ts';

const FINDINGS_PER_WRITE = 1000;

export interface ReconcileOptions extends TargetOptions {
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly limit?: number;
  /** Events a second. */
  readonly rate: number;
  /** Seconds. */
  readonly grace: number;
  readonly asNew?: boolean;
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Finds users, URIs and buckets that do not fit together, and mends them by putting the right events on the bus.
 * @throws UsageError before any call; CommandFailure for events that were refused, or did not work in time
 */
export async function reconcile(options: ReconcileOptions): Promise<void> {
  const { fix = false, wait = false } = options;
  if (wait && !fix) throw new UsageError('--wait is for what --fix mends: add --fix');
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
      process.stderr.write(`waiting ${formatDuration(ms)} for registrations that may be under way\n`);
    },
    signal,
  });
  steps.end();
  if (signal.aborted) return endInterrupted('nothing was changed');

  const mends = surveyed.findings.flatMap(({ mend }) => mend ?? []).slice(0, limit);
  const underWay = mends.some(({ isFirst }) => isFirst) ? await describeUnderWay(on) : [];
  if (json) await printFindings(surveyed.findings);
  else print(reportText(surveyed, now() - started));
  if (underWay.length > 0) process.stderr.write(`${underWayText(underWay, options)}\n`);

  if (!fix || mends.length === 0) {
    if (json) print(jsonLine(summaryJson(surveyed, { underWay })));
    else if (mends.length > 0) print(`Mend them with ${pipelineCommand('reconcile --fix', options)}.\n`);
    if (surveyed.findings.length > 0) process.exitCode = 1;
    return;
  }
  if (!(await confirm(`Put ${count(mends.length, 'event')} on the bus?`, { yes, signal }))) {
    if (signal.aborted) return endInterrupted('nothing was changed');
    throw new CommandFailure('nothing was mended');
  }
  const outcome = await put(on, mends, options, signal);
  await tell(on, { surveyed, mends, outcome, underWay }, options, signal);
}

async function put(
  on: OnStack,
  mends: readonly Mend[],
  { rate, asNew = false }: ReconcileOptions,
  signal: AbortSignal,
): Promise<PutMends> {
  const { clients, stack } = on;
  const client = clients.of(EventBridgeClient);
  const telling = { busName: requireOutput(stack, 'EventBusName'), region: bucketNaming(stack).region, asNew };
  await requireBus(client, telling.busName);
  const pace = new Pace({ perSecond: rate, now, pause: (ms, stopped) => pauseUnless(stopped, ms) });
  const steps = new Steps(process.stderr, now);
  const outcome = await putMends(mends, {
    entryOf: (mend) => mendEntry(mend, telling),
    put: (entries) => putEvents(entries, putEventsWith(client)),
    turn: (events) => pace.turn(signal, events),
    onPut: (events) => steps.show('events put', events, mends.length),
    signal,
  });
  steps.end();
  return outcome;
}

interface Told {
  readonly surveyed: Surveyed;
  readonly mends: readonly Mend[];
  readonly outcome: PutMends;
  readonly underWay: readonly string[];
}

async function tell(on: OnStack, told: Told, options: ReconcileOptions, signal: AbortSignal): Promise<void> {
  const { surveyed, mends, outcome, underWay } = told;
  const { accepted, refused } = outcome;
  const { json = false, wait = false, timeout } = options;
  const summary = { underWay, mended: accepted.length, refused: refused.length };
  const begun = accepted.length + refused.length;
  const seeRest = `see what is left with ${pipelineCommand('reconcile', options)}`;
  if (begun < mends.length) {
    if (json) print(jsonLine(summaryJson(surveyed, summary)));
    return endInterrupted(`${begun} of ${count(mends.length, 'event')} put; run it again for the others`);
  }
  if (!json)
    print(
      `${count(accepted.length, 'event')} put on the bus.${wait ? '' : ` The pipeline works on them now; ${seeRest}.`}\n`,
    );

  const late = wait ? await waitFor(on, accepted, timeout, signal) : [];
  if (json)
    print(
      jsonLine(summaryJson(surveyed, { ...summary, ...(late && wait && { done: accepted.length - late.length }) })),
    );
  if (late === undefined) return endInterrupted(`the events are on the bus; ${seeRest}`);
  if (!json && wait) print(`${accepted.length - late.length} of ${count(accepted.length, 'mend')} are done.\n`);
  if (refused.length > 0) {
    const users = nameUsers(refused.map(({ mend }) => mend.userId));
    throw new CommandFailure(`${count(refused.length, 'event')} refused by the bus (${refused[0]?.reason}): ${users}`);
  }
  if (late.length > 0) {
    throw new CommandFailure(
      `${late.length} of ${accepted.length} not done within ${timeout} s: ${nameUsers(late)}; see ${pipelineCommand('dlq list', options)}, and ${pipelineCommand('trace', options)} with one of them`,
    );
  }
  if (mends.length < surveyed.findings.length) process.exitCode = 1;
}

/** @returns the users for whom it did not come in time; undefined if it was told to stop */
async function waitFor(
  on: OnStack,
  mends: readonly Mend[],
  timeout: number,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const steps = new Steps(process.stderr, now);
  let done = 0;
  const late = await awaitMends(on, mends, {
    timeoutMs: timeout * 1000,
    now,
    pause: (ms) => pauseUnless(signal, ms),
    onDone: () => steps.show('mended', ++done, mends.length),
    signal,
  });
  steps.end();
  return late;
}

function underWayText(parts: readonly string[], options: ReconcileOptions): string {
  const [dlq, doctor] = ['dlq list', 'doctor'].map((words) => pipelineCommand(words, options));
  return (
    `note: ${parts.join(', ')}. Users among those found may only be waiting. Let that be done first (${dlq}, ${doctor}): ` +
    'who is registered here at another time than their own gets a second bucket when their own event comes.'
  );
}

function now(): number {
  return performance.now();
}

/** A hundred thousand of them do not stand in memory together. */
async function printFindings(findings: readonly Finding[]): Promise<void> {
  for (let start = 0; start < findings.length; start += FINDINGS_PER_WRITE) {
    const some = findings.slice(start, start + FINDINGS_PER_WRITE);
    const isTaken = process.stdout.write(some.map((finding) => jsonLine(findingJson(finding))).join(''));
    if (!isTaken) await once(process.stdout, 'drain');
  }
}

function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}

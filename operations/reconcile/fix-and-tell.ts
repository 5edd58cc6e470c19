import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { summaryJson } from '../../cli/commands/reconcile/report.ts';
import { Steps } from '../../cli/commands/reconcile/steps.ts';
import { endInterrupted } from '../../cli/output/interruption.ts';
import { jsonLine, print } from '../../cli/output/output.ts';
import { putEvents, putEventsWith, requireBus } from '../aws/event-bridge.ts';
import { pipelineCommand } from '../aws/target.ts';
import type { OnStack, TargetOptions } from '../deployed/stack.ts';
import { requireOutput } from '../deployed/stack.ts';
import { bucketNaming } from '../deployed/user-bucket.ts';
import { count, nameUsers, visible } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import { Pace } from '../time/pace.ts';
import { pauseUnless } from '../time/time.ts';
import { awaitMends } from './await-mends.ts';
import type { Mend } from './finding.ts';
import { mendEntry } from './mend-entry.ts';
import { type PutMends, putMends } from './put-mends.ts';
import type { Surveyed } from './survey.ts';

export interface FixOptions extends TargetOptions {
  /** Events a second. */
  readonly rate: number;
  readonly asNew?: boolean;
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly json?: boolean;
}

/** What is to be fixed. */
export interface Fixable {
  readonly surveyed: Surveyed;
  /** Those of its mends that are wanted. */
  readonly mends: readonly Mend[];
  readonly underWay: readonly string[];
}

/**
 * Puts the events of mends on the bus, waits for what comes of them if that is wanted, and says how it went. Sets the exit code
 * where something is left.
 * @throws CommandFailure for events that were refused, or did not work in time
 */
export async function fixAndTell(
  on: OnStack,
  { surveyed, mends, underWay }: Fixable,
  options: FixOptions,
  signal: AbortSignal,
): Promise<void> {
  const { wait = false, timeout } = options;
  const { accepted, refused } = await put(on, mends, options, signal);
  const say = (text: string) => {
    if (!options.json) print(`${text}\n`);
  };
  const sumUp = (more: object = {}) => {
    const counts = { underWay, mended: accepted.length, refused: refused.length, ...more };
    if (options.json) print(jsonLine(summaryJson(surveyed, counts)));
  };
  const begun = accepted.length + refused.length;
  if (begun < mends.length) {
    sumUp();
    return endInterrupted(`${begun} of ${count(mends.length, 'event')} put; run it again for the others`);
  }
  const seeRest = `see what is left with ${pipelineCommand('reconcile', options)}`;
  say(
    `${count(accepted.length, 'event')} put on the bus.${wait ? '' : ` The pipeline works on that now; ${seeRest}.`}`,
  );
  const late = wait ? await waitFor(on, accepted, timeout, signal) : [];
  if (late === undefined) {
    sumUp();
    return endInterrupted(`the events are on the bus; ${seeRest}`);
  }
  if (wait) say(`Mended: ${accepted.length - late.length} of ${accepted.length}.`);
  sumUp(wait ? { done: accepted.length - late.length } : {});
  const problem = problemOf(refused, late, options);
  if (problem !== undefined) throw new CommandFailure(problem);
  if (mends.length < surveyed.findings.length) process.exitCode = 1;
}

function problemOf(refused: PutMends['refused'], late: readonly string[], options: FixOptions): string | undefined {
  if (refused.length > 0) {
    const users = nameUsers(refused.map(({ mend }) => mend.userId));
    return `${count(refused.length, 'event')} not put on the bus (the first: ${visible(refused[0]?.reason ?? '')}): ${users}`;
  }
  if (late.length === 0) return undefined;
  const [dlq, trace] = ['dlq list', 'trace'].map((words) => pipelineCommand(words, options));
  return `${count(late.length, 'mend')} not done within ${options.timeout} s: ${nameUsers(late)}; see ${dlq}, and ${trace} with one of them`;
}

async function put(
  on: OnStack,
  mends: readonly Mend[],
  { rate, asNew = false }: FixOptions,
  signal: AbortSignal,
): Promise<PutMends> {
  const { clients, stack } = on;
  const client = clients.of(EventBridgeClient);
  const telling = { busName: requireOutput(stack, 'EventBusName'), region: bucketNaming(stack).region, asNew };
  await requireBus(client, telling.busName);
  const pace = new Pace(rate);
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
    timeout,
    now,
    pause: (ms) => pauseUnless(signal, ms),
    onDone: () => steps.show('mended', ++done, mends.length),
    signal,
  });
  steps.end();
  return late;
}

function now(): number {
  return performance.now();
}

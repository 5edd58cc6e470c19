import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { checkReplayName, hasEnded, listReplays, newName } from '../../../operations/deployed/replays.ts';
import { type OnStack, onStack, requireOutput, type TargetOptions } from '../../../operations/deployed/stack.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { cancelReplay } from '../../../operations/replay/cancel-replay.ts';
import { makePlan } from '../../../operations/replay/make-plan.ts';
import { planJson, planText, type ReplayPlan, whyInVain } from '../../../operations/replay/replay-plan.ts';
import {
  progressText,
  replayProblem,
  replaysText,
  statusJson,
  summaryJson,
  summaryText,
} from '../../../operations/replay/replay-summary.ts';
import { depthsOf, followPlanned, startPlanned, summarizeAfterReplay } from '../../../operations/replay/run-replay.ts';
import { parseWindow } from '../../../operations/time/time.ts';
import { confirm } from '../../output/confirm.ts';
import { endInterrupted, stopRequest } from '../../output/interruption.ts';
import { jsonLine, note, print } from '../../output/output.ts';

export interface ReplayOptions extends TargetOptions {
  readonly from?: string;
  readonly to?: string;
  readonly toSubscriber?: readonly string[];
  readonly allSubscribers?: boolean;
  readonly type?: string;
  readonly name?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly cancel?: string;
  readonly list?: boolean;
}

/**
 * Replays archived events to chosen subscribers, or shows or cancels such replays.
 * @throws UsageError before anything is done; CommandFailure if there is nothing to replay, it ends badly, or work is left
 */
export async function replay(options: ReplayOptions): Promise<void> {
  if (options.list) return onStack(options, (on) => list(on, options));
  if (options.cancel !== undefined) {
    const name = checkReplayName(options.cancel);
    return onStack(options, (on) => cancel(on, name, options));
  }
  const now = Date.now();
  if (options.from === undefined) {
    throw new UsageError('say from when events are to be replayed, such as --from 2h; see npx pipeline replay --help');
  }
  const window = parseWindow({ from: options.from, ...(options.to !== undefined && { to: options.to }) }, now);
  const name = checkReplayName(options.name ?? newName('pipeline-', now, Math.random()));
  await onStack(options, async (on) => start(on, await makePlan(on, options, { name, window }, now), options));
}

async function start(on: OnStack, plan: ReplayPlan, options: ReplayOptions): Promise<void> {
  const { dryRun = false, wait = false, json = false, yes = false } = options;
  if (dryRun) print(json ? jsonLine(planJson(plan)) : planText(plan, Date.now()));
  else note(planText(plan, Date.now()));
  const problem = whyInVain(plan);
  if (problem !== undefined) throw new CommandFailure(problem);
  if (dryRun) return;
  if (!(await confirm(`Start the replay ${plan.name}?`, { yes }))) {
    note('Nothing was replayed.\n');
    return;
  }

  const before = wait ? await depthsOf(on, plan) : [];
  // Until here Ctrl-C ends the command at once: nothing has been done.
  const stop = stopRequest();
  try {
    await startPlanned(on, plan);
    if (!wait) {
      const started = `${plan.name} has started. ${goesOnText(plan, options)}\n`;
      print(json ? jsonLine({ ...planJson(plan), state: 'STARTING' }) : started);
      return;
    }
    const status = await followPlanned(on, plan, stop.signal);
    const summary = hasEnded(status)
      ? await summarizeAfterReplay(on, plan, { status, before }, stop.signal)
      : undefined;
    if (stop.signal.aborted) {
      if (json) print(jsonLine(statusJson(status)));
      const rest = hasEnded(status) ? 'Its receivers still work it off.' : goesOnText(plan, options);
      return interrupted(`${progressText(status)}. ${rest}`);
    }
    if (summary === undefined) return;
    print(json ? jsonLine(summaryJson(summary)) : summaryText(summary, (words) => pipelineCommand(words, options)));
    const left = replayProblem(summary);
    if (left !== undefined) throw new CommandFailure(left);
  } finally {
    stop.done();
  }
}

async function cancel(on: OnStack, name: string, options: ReplayOptions): Promise<void> {
  const stop = stopRequest();
  try {
    const status = await cancelReplay(on, name, stop.signal);
    if (options.json) print(jsonLine(statusJson(status)));
    else print(`${progressText(status)}. What was emitted stays emitted, and is worked off.\n`);
    if (!hasEnded(status))
      interrupted(`It is still being cancelled: see ${pipelineCommand('replay --list', options)}.`);
  } finally {
    stop.done();
  }
}

async function list({ clients, stack }: OnStack, { json = false }: ReplayOptions): Promise<void> {
  const replays = await listReplays(clients.of(EventBridgeClient), requireOutput(stack, 'EventArchiveArn'));
  if (json) print(replays.map((status) => jsonLine(statusJson(status))).join(''));
  else if (replays.length === 0) note(`No replay of ${stack.name} in the last 90 days.\n`);
  else print(replaysText(replays));
}

function goesOnText({ name }: ReplayPlan, options: ReplayOptions): string {
  const commandOf = (words: string) => pipelineCommand(words, options);
  return `${commandOf('replay --list')} shows how far it is, and ${commandOf(`replay --cancel ${name}`)} stops it.`;
}

function interrupted(text: string): void {
  note(`${text}\n`);
  endInterrupted();
}

import { askTime, timeAt } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { checkReplayName, hasEnded, newName } from '../../../operations/deployed/archive.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import {
  cancelReplay,
  followReplay,
  listReplays,
  needsReading,
  planReplay,
  type ReplayPlan,
  readDepths,
  reasonNothingToReplay,
  replayProblem,
  replayText,
  startReplay,
  summarizeReplay,
} from '../../../operations/replay/index.ts';
import { parseWindow } from '../../../operations/time/time.ts';
import { timeFactorOf } from '../../../operations/time/waiting.ts';
import { keepNewSpaceSmall } from '../../heap.ts';
import { confirm } from '../../output/confirm.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { jsonLine, note, print } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';
import { replayChosen } from './chosen.ts';
import type { ReplayOptions } from './command.ts';
import { ProgressBar } from './progress-bar.ts';
import { planJson, planText, replaysText, statusJson, summaryJson, summaryText } from './report.ts';

/**
 * Replays archived events to chosen subscribers, or lists or cancels such replays.
 * @throws UsageError before anything is done; CommandFailure if there is nothing to replay, it fails, or events are left
 */
export async function replay(options: ReplayOptions): Promise<void> {
  if (options.list) return onStack(options, (on) => list(on, options));
  if (options.cancel !== undefined) {
    const name = checkReplayName(options.cancel);
    return onStack(options, (on) => cancel(on, name, options));
  }
  const now = await askTime(options);
  if (options.from === undefined) {
    throw new UsageError('say from which time to replay, such as --from 2h; see npx pipeline replay --help');
  }
  const window = parseWindow({ from: options.from, ...(options.to !== undefined && { to: options.to }) }, now);
  const name = checkReplayName(options.name ?? newName('pipeline-', now, Math.random()));
  keepNewSpaceSmall();
  if (needsReading({ ...options, users: options.user })) {
    return stoppable((signal) => onStack(options, (on) => replayChosen(on, { name, window, signal }, options)));
  }
  const counting = new Progress({ label: 'archived events counted' });
  await onStack(options, async (on) => {
    const plan = await planReplay(on, options, { name, window }, now, (events) => counting.show(events)).finally(() =>
      counting.clear(),
    );
    await start(on, plan, options);
  });
}

async function start(on: OnStack, plan: ReplayPlan, options: ReplayOptions): Promise<void> {
  const { dryRun = false, wait = false, json = false, yes = false } = options;
  if (dryRun) print(json ? jsonLine(planJson(plan)) : planText(plan, timeAt(on.target)));
  else note(planText(plan, timeAt(on.target)));
  const problem = reasonNothingToReplay(plan);
  if (problem !== undefined) throw new CommandFailure(problem);
  if (dryRun) return;
  if (!(await confirm(`Start the replay ${plan.name}?`, { yes }))) return note('nothing was replayed\n');

  const before = wait ? await readDepths(on, plan) : [];
  // Until here Ctrl-C ends the command at once: nothing has been done.
  await stoppable(async (signal) => {
    await startReplay(on, plan);
    if (wait) return follow(on, plan, { before, options, signal });
    const started = `${plan.name} has started. ${nextCommands(plan, options)}\n`;
    print(json ? jsonLine({ ...planJson(plan), state: 'STARTING' }) : started);
  });
}

interface Following {
  readonly before: Awaited<ReturnType<typeof readDepths>>;
  readonly options: ReplayOptions;
  readonly signal: AbortSignal;
}

async function follow(on: OnStack, plan: ReplayPlan, { before, options, signal }: Following): Promise<void> {
  const { json = false } = options;
  const bar = new ProgressBar();
  try {
    const status = await followReplay(on, plan, {
      signal,
      onProgress: ({ unit, done, total }) => bar.show(LABELS[unit], done, total),
    });
    bar.clear();
    const timeFactor = timeFactorOf(process.env);
    const onProcessed = (done: number, total: number) => bar.show('events processed', done, total);
    const summary = hasEnded(status)
      ? await summarizeReplay(on, plan, { status, before, signal, timeFactor, onProcessed })
      : undefined;
    bar.clear();
    if (signal.aborted) {
      if (json) print(jsonLine(statusJson(status)));
      const rest = hasEnded(status) ? 'Its subscribers are still processing the events.' : nextCommands(plan, options);
      return interrupted(`${replayText(status)}. ${rest}`);
    }
    if (summary === undefined) return;
    print(json ? jsonLine(summaryJson(summary)) : summaryText(summary, (words) => pipelineCommand(words, options)));
    const left = replayProblem(summary);
    if (left !== undefined) throw new CommandFailure(left);
  } finally {
    bar.clear();
  }
}

const LABELS = { events: 'events replayed', minutes: 'minutes of the window scanned' } as const;

async function cancel(on: OnStack, name: string, options: ReplayOptions): Promise<void> {
  await stoppable(async (signal) => {
    const status = await cancelReplay(on, name, signal);
    if (options.json) print(jsonLine(statusJson(status)));
    else print(`${replayText(status)}. Subscribers still process the events that were already sent.\n`);
    if (!hasEnded(status)) {
      interrupted(`The cancellation is not finished: see ${pipelineCommand('replay --list', options)}.`);
    }
  });
}

async function list(on: OnStack, { json = false }: ReplayOptions): Promise<void> {
  const replays = await listReplays(on);
  if (json) print(replays.map((status) => jsonLine(statusJson(status))).join(''));
  else if (replays.length === 0) note(`No replay of ${on.stack.name} in the last 90 days.\n`);
  else print(replaysText(replays));
}

function nextCommands({ name }: ReplayPlan, options: ReplayOptions): string {
  const commandOf = (words: string) => pipelineCommand(words, options);
  return `${commandOf('replay --list')} shows how far it is, and ${commandOf(`replay --cancel ${name}`)} cancels it.`;
}

function interrupted(text: string): void {
  note(`${text}\n`);
  endInterrupted();
}

import { askTime } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand, type TargetOptions } from '../../../operations/aws/target.ts';
import { checkReplayName, hasEnded, newName } from '../../../operations/deployed/archive.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import {
  cancelReplay,
  followReplay,
  planReplay,
  queuesTexts,
  ReplayCancelled,
  type ReplayPlan,
  type ReplaySummary,
  reachedSubscribers,
  readDepths,
  reasonNothingToReplay,
  replayProblem,
  replayText,
  startReplay,
  summarizeReplay,
  summaryNotes,
} from '../../../operations/replay/index.ts';
import { formatDuration } from '../../../operations/time/time.ts';
import { timeFactorOf } from '../../../operations/time/waiting.ts';
import { type Body, fieldText } from '../body.ts';
import { CONSOLE_ENDS, type JobNews, type JobPlan, StoppedElsewhere } from '../jobs.ts';
import type { Asked } from '../route.ts';
import { choiceIn, replayCommand, windowOf } from './replay-choice.ts';

/**
 * Plans a replay, to start it.
 * @param body `from`, `to` and `subscribers`, as the page has them in its address
 * @throws UsageError for a window or subscribers that are wrong; CommandFailure if there is nothing to replay
 */
export async function planReplayJob({ target }: Asked, body: Body): Promise<JobPlan> {
  const now = await askTime(target);
  const choice = choiceIn((name) => body[name]);
  const window = windowOf(choice, now);
  const { subscribers: toSubscriber } = choice;
  if (toSubscriber.length === 0) throw new UsageError('choose at least one subscriber');
  const name = newName('pipeline-', now, Math.random());
  const plan = await onStack(target, (on) => planReplay(on, { toSubscriber }, { name, window }, now));
  const problem = reasonNothingToReplay(plan);
  if (problem !== undefined) throw new CommandFailure(problem);
  const names = reachedSubscribers(plan).map((subscriber) => subscriber.name);
  return {
    kind: 'replay',
    title: `Replay of ${formatDuration(window.to - window.from)} to ${names.join(', ')}`,
    command: replayCommand(choice, window, target),
    run: (signal, report) => onStack(target, (on) => runReplay(on, plan, { target, signal, report })),
  };
}

interface Running {
  readonly target: TargetOptions;
  readonly signal: AbortSignal;
  report(news: JobNews): void;
}

/** Starts it, follows it to its end, and waits until its events are processed. To stop it is to cancel the replay. */
async function runReplay(on: OnStack, plan: ReplayPlan, { target, signal, report }: Running): Promise<void> {
  const before = await readDepths(on, plan);
  if (signal.aborted) return;
  await startReplay(on, plan);
  report({ lines: [`${plan.name} has started.`] });
  const status = await followReplay(on, plan, {
    signal,
    onProgress: ({ unit, done, total }) =>
      report({
        progress: { done, total, unit: unit === 'events' ? 'events replayed' : 'minutes of the window scanned' },
      }),
  }).catch((error: unknown) => {
    throw asStopped(error, report);
  });
  if (!hasEnded(status)) return report({ lines: [await endEarly(on, plan, signal)] });
  const summary = await summarizeReplay(on, plan, {
    status,
    before,
    signal,
    timeFactor: timeFactorOf(process.env),
    onProcessed: (done, total) => {
      if (total > 0) report({ progress: { done, total, unit: 'events processed' } });
    },
  });
  report({ lines: summaryLines(summary, target) });
  const left = replayProblem(summary);
  if (left !== undefined && !signal.aborted) throw new CommandFailure(left);
}

/** For a replay that someone cancels in the list, or by a command. */
function asStopped(error: unknown, report: Running['report']): unknown {
  if (!(error instanceof ReplayCancelled)) return error;
  report({ lines: [`${error.message}. ${STILL_PROCESSED}`] });
  return new StoppedElsewhere(error.message, { cause: error });
}

const STILL_PROCESSED = 'Subscribers still process the events that were already sent.';

async function endEarly(on: OnStack, plan: ReplayPlan, signal: AbortSignal): Promise<string> {
  if (signal.reason === CONSOLE_ENDS) return `${plan.name} continues without the console.`;
  const status = await cancelReplay(on, plan.name, new AbortController().signal);
  return `${replayText(status)}. ${STILL_PROCESSED}`;
}

function summaryLines(summary: ReplaySummary, target: TargetOptions): string[] {
  const { status, replayed } = summary;
  return [
    replayText(status, replayed.by === 'journal' ? replayed.events : undefined),
    ...queuesTexts(summary).map(
      ({ subscriber, waiting, deadLetters }) => `${subscriber}: waiting ${waiting}, dead letters ${deadLetters}`,
    ),
    ...summaryNotes(summary, (words) => pipelineCommand(words, target)),
  ];
}

/** Cancels a replay of the stack's archive. @param body `name` @throws CommandFailure if there is none, or it has ended */
export async function cancelNamedReplay({ target, signal }: Asked, body: Body): Promise<object> {
  const name = checkReplayName(fieldText(body.name));
  return { outcome: replayText(await onStack(target, (on) => cancelReplay(on, name, signal))) };
}

import { askTime } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand, type TargetOptions } from '../../../operations/aws/target.ts';
import { newName } from '../../../operations/deployed/archive.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { count } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import {
  type ChosenPlan,
  type ChosenProgress,
  chosenEvents,
  chosenEventsText,
  chosenNotes,
  DEFAULT_RATE,
  leftNotes,
  leftText,
  planChosenReplay,
  queuesTexts,
  reachedSubscribers,
  readDepths,
  reasonNothingChosen,
  sendChosen,
  sentText,
  waitForSubscribers,
} from '../../../operations/replay/index.ts';
import { timeFactorOf } from '../../../operations/time/waiting.ts';
import type { ChosenReplayPage } from '../../contract/replay.ts';
import type { Body } from '../body.ts';
import type { JobNews, JobPlan } from '../jobs.ts';
import type { Asked } from '../route.ts';
import { type Choice, choiceIn, eventChoiceOf, replayCommand, windowOf } from './replay-choice.ts';

/** What was read of the archive, to be sent: its events are in memory, so only the last one is kept. */
let lastRead:
  | {
      readonly choice: Choice;
      readonly target: TargetOptions;
      readonly plan: ChosenPlan;
      /** When the stack was created of whose archive it was read. */
      readonly createdAt: number | undefined;
    }
  | undefined;

/**
 * Reads which events subscribers would get, through a temporary rule and queue. Nothing is sent.
 * @param body the choice, as the page has it in its address
 * @throws UsageError for a choice that is wrong
 */
export async function planReadingJob({ target }: Asked, body: Body): Promise<JobPlan> {
  const now = await askTime(target);
  const choice = choiceIn((name) => body[name]);
  const window = windowOf(choice, now);
  const eventChoice = eventChoiceOf(choice);
  const name = newName('pipeline-', now, Math.random());
  return {
    kind: 'replay',
    title: `Read the events for ${choice.subscribers.join(', ')}`,
    command: replayCommand(choice, window, target).replace(/ --wait/, ' --dry-run'),
    run: (signal, report) =>
      onStack(target, async (on) => {
        lastRead = undefined;
        const notes: string[] = [];
        const onProgress = (step: ChosenProgress) => report(newsOf(step, notes));
        const plan = await planChosenReplay(on, eventChoice, { name, window, signal, onProgress });
        if (plan === undefined) return;
        lastRead = { choice, target, plan, createdAt: on.stack.createdAt };
        const events = chosenEvents(plan);
        report({
          progress: { done: events, total: events, unit: 'events read' },
          lines: [...notes, `${count(events, 'event')} to send. Nothing is sent yet.`],
        });
      }),
  };
}

/** @param notes what stays on the card; a step may add to it */
function newsOf(step: ChosenProgress, notes: string[]): JobNews {
  switch (step.kind) {
    case 'scanned':
      return {
        progress: { done: step.minutes, total: step.totalMinutes, unit: `minutes scanned for ${step.subscriber}` },
      };
    case 'looked at':
      return {
        progress: { done: step.events, total: step.totalEvents, unit: `events of ${step.subscriber} looked at` },
      };
    case 'left-behind':
      notes.push(`${step.name} could not be removed; another run removes it after an hour: ${step.problem}`);
      return { lines: [...notes] };
    case 'removed':
      notes.push(step.text);
      return { lines: [...notes] };
  }
}

/** What was read for a choice; nothing if it was not, or for another one. */
export async function readChosenReplay({ query, target }: Asked): Promise<ChosenReplayPage> {
  const found = await readFor(
    choiceIn((name) => query.get(name)),
    target,
  );
  if (found === undefined) return {};
  const { plan } = found;
  const problem = reasonNothingChosen(plan);
  const notes = await onStack(target, async (on) => chosenNotes(plan, on.target, await askTime(target)));
  return {
    read: {
      name: plan.name,
      events: chosenEvents(plan),
      receivers: plan.receivers.map((receiver) => ({
        name: receiver.subscriber.name,
        events: chosenEventsText(receiver),
      })),
      notes,
      ...(problem !== undefined && { problem }),
    },
  };
}

/** The rate does not change what was read. An engine that was started again has nothing of it. */
async function readFor(choice: Choice, target: TargetOptions): Promise<typeof lastRead> {
  const found = lastRead;
  const keyOf = ({ rate: _, ...own }: Choice, place: TargetOptions) => JSON.stringify([own, place]);
  if (found === undefined || keyOf(found.choice, found.target) !== keyOf(choice, target)) return undefined;
  const isThere = await onStack(target, async ({ stack }) => stack.createdAt === found.createdAt);
  return isThere ? found : undefined;
}

/**
 * Sends the events that were read last.
 * @param body the choice for which they were read, and its rate
 * @throws CommandFailure if they were not read, or there are none
 */
export async function planSendingJob({ target }: Asked, body: Body): Promise<JobPlan> {
  const choice = choiceIn((name) => body[name]);
  const found = await readFor(choice, target);
  if (found === undefined) throw new CommandFailure('the events for this choice are not read; read them first');
  const { plan } = found;
  const problem = reasonNothingChosen(plan);
  if (problem !== undefined) throw new CommandFailure(problem);
  const names = reachedSubscribers(plan).map((subscriber) => subscriber.name);
  return {
    kind: 'replay',
    title: `Send ${count(chosenEvents(plan), 'event')} to ${names.join(', ')}`,
    command: replayCommand(choice, plan.window, target),
    run: (signal, report) => {
      // What is sent once is read again before it is sent once more.
      lastRead = undefined;
      return onStack(target, (on) => send(on, plan, { rate: choice.rate ?? DEFAULT_RATE, target, signal, report }));
    },
  };
}

interface Sending {
  readonly rate: number;
  readonly target: TargetOptions;
  readonly signal: AbortSignal;
  report(news: JobNews): void;
}

async function send(on: OnStack, plan: ChosenPlan, { rate, target, signal, report }: Sending): Promise<void> {
  const before = await readDepths(on, plan);
  const sent = await sendChosen(on, plan, {
    rate,
    signal,
    onProgress: (progress) =>
      report({
        progress: { done: progress.sent, total: progress.total, unit: 'events sent' },
        lines: [sentText(plan, progress)],
      }),
  });
  if (sent.next !== undefined) return;
  const left = await waitForSubscribers(on, plan, {
    signal,
    timeFactor: timeFactorOf(process.env),
    onProcessed: () => {},
  });
  const summary = { before, ...left };
  report({
    lines: [
      sentText(plan, sent),
      ...queuesTexts(summary).map(
        ({ subscriber, waiting, deadLetters }) => `${subscriber}: waiting ${waiting}, dead letters ${deadLetters}`,
      ),
      ...leftNotes(summary, (words) => pipelineCommand(words, target)),
    ],
  });
  const rest = leftText(`${plan.name} is sent`, summary);
  if (rest !== undefined && !signal.aborted) throw new CommandFailure(rest);
}

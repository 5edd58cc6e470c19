import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import type { OnStack } from '../../../operations/deployed/stack.ts';
import { leftBehindText } from '../../../operations/events/index.ts';
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
  planHeading,
  queuesTexts,
  reachedSubscribers,
  readDepths,
  reasonNothingChosen,
  type SentEvents,
  sendChosen,
  sentText,
  typesText,
  waitForSubscribers,
} from '../../../operations/replay/index.ts';
import { formatTime, type Window } from '../../../operations/time/time.ts';
import { timeFactorOf } from '../../../operations/time/waiting.ts';
import { confirm, requireConfirmable } from '../../output/confirm.ts';
import { endInterrupted } from '../../output/interruption.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import type { ReplayOptions } from './command.ts';
import { ProgressBar } from './progress-bar.ts';

interface Request {
  readonly name: string;
  readonly window: Window;
  readonly signal: AbortSignal;
}

/**
 * Reads the chosen events of the archive, and sends them to the subscribers' queues.
 * @throws CommandFailure if there is nothing to send, a call fails, or events are left
 */
export async function replayChosen(on: OnStack, request: Request, options: ReplayOptions): Promise<void> {
  const { dryRun = false, json = false, yes = false, user: users } = options;
  const { signal } = request;
  if (!dryRun) requireConfirmable({ yes });
  if (!('endpoint' in on.target)) {
    note('Reading the archive through a temporary rule and queue. It takes about a minute to begin.\n');
  }
  const bar = new ProgressBar();
  const plan = await planChosenReplay(
    on,
    { ...options, users },
    { ...request, onProgress: (step) => show(bar, step) },
  ).finally(() => bar.clear());
  if (plan === undefined) return endInterrupted('nothing was sent');
  if (dryRun) print(json ? jsonLine(chosenJson(plan)) : chosenText(plan, on));
  else note(chosenText(plan, on));
  const problem = reasonNothingChosen(plan);
  if (problem !== undefined) throw new CommandFailure(problem);
  if (dryRun) return;
  const names = reachedSubscribers(plan).map(({ name }) => name);
  const question = `Send ${count(chosenEvents(plan), 'event')} to ${names.join(', ')}?`;
  if (!(await confirm(question, { yes, signal }))) {
    return signal.aborted ? endInterrupted('nothing was sent') : note('nothing was sent\n');
  }
  await send(on, plan, { options, signal, bar });
}

function show(bar: ProgressBar, step: ChosenProgress): void {
  switch (step.kind) {
    case 'scanned':
      bar.show(`minutes of the window scanned for ${step.subscriber}`, step.minutes, step.totalMinutes);
      break;
    case 'looked at':
      bar.show(`events of ${step.subscriber} looked at`, step.events, step.totalEvents);
      break;
    case 'left-behind':
      bar.clear();
      note(`${leftBehindText(step)}\n`);
      process.exitCode = 1;
      break;
    case 'removed':
      note(`${step.text}\n`);
      break;
  }
}

interface Sending {
  readonly options: ReplayOptions;
  readonly signal: AbortSignal;
  readonly bar: ProgressBar;
}

async function send(on: OnStack, plan: ChosenPlan, { options, signal, bar }: Sending): Promise<void> {
  const { rate = DEFAULT_RATE, wait = false, json = false } = options;
  const before = wait ? await readDepths(on, plan) : [];
  let progress: SentEvents | undefined;
  try {
    await sendChosen(on, plan, {
      rate,
      signal,
      onProgress: (latest) => {
        progress = latest;
        bar.show('events sent', latest.sent, latest.total);
      },
    });
  } catch (error) {
    bar.clear();
    if (progress !== undefined) note(`${sentText(plan, progress)}\n`);
    throw error;
  } finally {
    bar.clear();
  }
  const sent = { sent: 0, total: chosenEvents(plan), ...progress };
  const isWhole = sent.next === undefined;
  const outcome = { ...chosenJson(plan), state: isWhole ? 'SENT' : 'STOPPED', sent: sent.sent, ...nextJson(sent) };
  if (!wait || !isWhole) {
    print(json ? jsonLine(outcome) : `${sentText(plan, sent)}\n`);
    return isWhole ? undefined : endInterrupted();
  }
  const onProcessed = (done: number, total: number) => bar.show('events processed', done, total);
  const timeFactor = timeFactorOf(process.env);
  const left = await waitForSubscribers(on, plan, { signal, timeFactor, onProcessed }).finally(() => bar.clear());
  const summary = { before, ...left };
  print(json ? jsonLine({ ...outcome, ...summary }) : summaryText(plan, sent, summary, options));
  if (signal.aborted) return endInterrupted('the subscribers are still processing the events');
  const rest = leftText(`${plan.name} is sent`, summary);
  if (rest !== undefined) throw new CommandFailure(rest);
}

type Summary = Parameters<typeof queuesTexts>[0] & Parameters<typeof leftNotes>[0];

function summaryText(plan: ChosenPlan, sent: SentEvents, summary: Summary, options: ReplayOptions): string {
  const rows = queuesTexts(summary).map(({ subscriber, waiting, deadLetters }) => [subscriber, waiting, deadLetters]);
  return [
    `${sentText(plan, sent)}\n`,
    columns([['SUBSCRIBER', 'WAITING', 'DEAD LETTERS'], ...rows]),
    ...leftNotes(summary, (words) => pipelineCommand(words, options)).map((line) => `${line}\n`),
  ].join('');
}

/** A plan, for people. */
export function chosenText(plan: ChosenPlan, { target }: Pick<OnStack, 'target'>): string {
  const rows = plan.receivers.map((receiver) => [
    receiver.subscriber.name,
    typesText(receiver),
    chosenEventsText(receiver),
  ]);
  return [
    ...planHeading(plan),
    '',
    columns([['SUBSCRIBER', 'TAKES', 'EVENTS'], ...rows]),
    ...chosenNotes(plan, target, timeAt(target)).map((line) => `${line}\n`),
  ].join('\n');
}

/** A plan for `--json`. */
export function chosenJson({ name, window, archive, receivers, notDone }: ChosenPlan): object {
  return {
    name,
    from: formatTime(window.from),
    to: formatTime(window.to),
    archive: archive.name,
    exact: true,
    events: chosenEvents({ receivers }),
    receivers: receivers.map(({ subscriber, types, hindrance, events, done, doneBy, isIncluded }) => ({
      subscriber: subscriber.name,
      ...(types && { types }),
      events: events.length,
      ...(hindrance && { hindrance }),
      ...(isIncluded && { skipsReplays: true }),
      ...(notDone && hindrance === undefined && { done, doneBy: doneBy ?? null }),
    })),
  };
}

function nextJson({ next }: SentEvents): object {
  return next === undefined ? {} : { next: formatTime(next) };
}

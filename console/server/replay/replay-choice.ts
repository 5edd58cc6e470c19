import { pipelineCommand, shellWord, type TargetOptions } from '../../../operations/aws/target.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { type EventChoice, needsReading } from '../../../operations/replay/index.ts';
import { formatTime, parseWindow, type Window } from '../../../operations/time/time.ts';
import { fieldText } from '../body.ts';

/** What is chosen on the page. */
export interface Choice {
  readonly from: string;
  /** Empty for now. */
  readonly to: string;
  readonly subscribers: readonly string[];
  readonly users: readonly string[];
  /** Events a second. @default - as fast as the operation sends them by itself */
  readonly rate?: number;
  readonly notDone: boolean;
  readonly includeSkipped: boolean;
}

/** As for the command. */
const MOST_RATE = 500;

/**
 * Reads a choice from the page's address, or from a request's body, in which all fields are texts.
 * @throws UsageError where there is no beginning, or an impossible rate
 */
export function choiceIn(fieldOf: (name: string) => unknown): Choice {
  const textOf = (name: string) => fieldText(fieldOf(name));
  const listIn = (name: string, separator: string) =>
    textOf(name)
      .split(separator)
      .filter((text) => text !== '');
  const from = textOf('from');
  if (from === '') throw new UsageError('say from which time to replay');
  const rate = textOf('rate') === '' ? undefined : Number(textOf('rate'));
  if (rate !== undefined && !(Number.isInteger(rate) && rate >= 1 && rate <= MOST_RATE)) {
    throw new UsageError(`the rate must be a whole number from 1 to ${MOST_RATE}; got ${textOf('rate')}`);
  }
  return {
    from,
    to: textOf('to'),
    subscribers: listIn('subscribers', ','),
    users: listIn('users', '\n'),
    ...(rate !== undefined && { rate }),
    notDone: textOf('notDone') !== '',
    includeSkipped: textOf('includeSkipped') !== '',
  };
}

export function windowOf({ from, to }: Choice, now: number): Window {
  return parseWindow({ from, ...(to !== '' && { to }) }, now);
}

/** What the operation is asked for. @throws UsageError if no subscriber is chosen */
export function eventChoiceOf({ subscribers, users, notDone, includeSkipped }: Choice): EventChoice {
  if (subscribers.length === 0) throw new UsageError('choose at least one subscriber');
  return { toSubscriber: subscribers, ...(users.length > 0 && { users }), notDone, includeSkipped };
}

/** Whether events are chosen one by one, which AWS's own replay cannot do. */
export function choosesEvents({ users, ...choice }: Choice): boolean {
  return needsReading({ ...choice, ...(users.length > 0 && { users }) });
}

/** The command that replays the same. Without an end it replays up to when it is run. */
export function replayCommand(choice: Choice, window: Window, target: TargetOptions): string {
  const { to, subscribers, users, rate, notDone, includeSkipped } = choice;
  const options = [
    `--from ${formatTime(window.from)}`,
    ...(to === '' ? [] : [`--to ${formatTime(window.to)}`]),
    ...subscribers.map((name) => `--to-subscriber ${shellWord(name)}`),
    ...users.map((userId) => `--user ${shellWord(userId)}`),
    ...(notDone ? ['--not-done'] : []),
    ...(includeSkipped ? ['--include-skipped'] : []),
    ...(rate === undefined ? [] : [`--rate ${rate}`]),
  ];
  return pipelineCommand(`replay ${options.join(' ')} --wait`, target);
}

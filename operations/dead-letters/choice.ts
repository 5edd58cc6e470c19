import { shellWord } from '../aws/target.ts';
import { UsageError } from '../messages/errors.ts';
import { parseAge } from '../time/time.ts';
import { causeIdOf, type ExplainedMessage, errorOf, usersOf } from './cause.ts';
import type { DeadLetter } from './dead-letter.ts';

/** Which messages to work on, in the form of the command line. All that is given must be true of a message. @default all */
export interface MessageChoice {
  /** Id of the user whom the message is about. A message of the pipe may be about others as well. */
  readonly user?: string;
  /** A part of the message's error, in any case: what the function logged, or what AWS wrote into the message. */
  readonly error?: string;
  /** Name of the event, such as `UserRegistered`. A message of the pipe has no event yet. */
  readonly type?: string;
  /** Least age, such as `2h`. */
  readonly olderThan?: string;
  /** Ids of messages. */
  readonly messageId?: readonly string[];
  /** Id of a group of messages with the same cause, as `dlq list` shows it. */
  readonly cause?: string;
}

/** Whether there is a choice: otherwise all messages are meant. */
export function isChoice({ user, error, type, olderThan, messageId, cause }: MessageChoice): boolean {
  return [user, error, type, olderThan, messageId, cause].some((value) => value !== undefined);
}

/** A choice that can be asked about messages. */
export interface MessageChooser {
  /** Whether a choice was made. */
  readonly isChoice: boolean;
  /** Whether it can decide only when it is known why a message is there, or whose records it is about. */
  readonly needs: { readonly reason: boolean; readonly records: boolean };
  /** Whether a message may be chosen, by what it says itself. */
  mayChoose(deadLetter: DeadLetter): boolean;
  /** Whether a message is chosen. @param queue whose dead-letter queue it is in */
  chooses(queue: string, explained: ExplainedMessage): boolean;
}

/**
 * Reads a choice.
 * @param now milliseconds since the Unix epoch
 * @throws UsageError for an age that cannot be read, or an empty text
 */
export function messageChooser(choice: MessageChoice, now: number): MessageChooser {
  const { user, error, type, olderThan, messageId, cause } = choice;
  for (const [option, value] of Object.entries({ '--user': user, '--error': error, '--type': type })) {
    if (value === '') throw new UsageError(`${option} must not be empty`);
  }
  const sentBefore = olderThan === undefined ? undefined : now - parseAge(olderThan, '--older-than');
  const ids = messageId && new Set(messageId);
  const wanted = error?.toLowerCase();

  const mayChoose = (deadLetter: DeadLetter): boolean => {
    const { kind, sentAt } = deadLetter;
    if (ids !== undefined && !ids.has(deadLetter.messageId)) return false;
    if (sentBefore !== undefined && (sentAt === undefined || sentAt > sentBefore)) return false;
    if (type !== undefined && !('event' in deadLetter && deadLetter.event.detailType === type)) return false;
    return user === undefined || kind === 'pipe' || usersOf({ deadLetter }).includes(user);
  };
  return {
    isChoice: isChoice(choice),
    needs: { reason: wanted !== undefined || cause !== undefined, records: user !== undefined },
    mayChoose,
    chooses: (queue, explained) =>
      mayChoose(explained.deadLetter) &&
      (user === undefined || usersOf(explained).includes(user)) &&
      (wanted === undefined || (errorOf(explained)?.toLowerCase().includes(wanted) ?? false)) &&
      (cause === undefined || causeIdOf(queue, explained) === cause),
  };
}

/** The options of the command line that make the same choice. */
export function choiceOptions({ user, error, type, olderThan, messageId = [], cause }: MessageChoice): string[] {
  const given: (readonly [string, string | undefined])[] = [
    ['--cause', cause],
    ['--user', user],
    ['--error', error],
    ['--type', type],
    ['--older-than', olderThan],
    ...messageId.map((id) => ['--message-id', id] as const),
  ];
  return given.flatMap(([option, value]) => (value === undefined ? [] : [option, shellWord(value)]));
}

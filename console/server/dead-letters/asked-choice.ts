import { shellWord } from '../../../operations/aws/target.ts';
import { choiceOptions, type DeadLetterChoice, optionOf } from '../../../operations/dead-letters/index.ts';

/** Reads a choice from a request: its parameters have the names of the filter's fields. */
export function readChoice(query: URLSearchParams): DeadLetterChoice {
  const given = (name: string) => query.get(name)?.trim() || undefined;
  const [queue, messageId] = [given('queue'), query.getAll('messageId')];
  const texts = Object.entries({
    cause: given('cause'),
    user: query.get('user') || undefined,
    error: given('error'),
    type: given('type'),
    olderThan: given('olderThan'),
  }).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(texts),
    ...(queue === 'pipe' ? { pipe: true } : queue !== undefined && { subscriber: queue }),
    ...(messageId.length > 0 && { messageId }),
  };
}

/** A command with the options of a choice, such as `dlq list --subscriber bucket-service --user alice`. */
export function commandOf(command: string, choice: DeadLetterChoice): string {
  const { pipe, subscriber } = choice;
  const queue = pipe ? [optionOf('pipe')] : subscriber === undefined ? [] : ['--subscriber', shellWord(subscriber)];
  return [command, ...queue, ...choiceOptions(choice)].join(' ');
}

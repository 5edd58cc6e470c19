import type { Violation } from '../../schemas/event-contract.ts';
import { pipelineCommand, type TargetOptions } from '../aws/target.ts';
import {
  choiceOptions,
  type DeadLetterChoice,
  type ExplainedMessage,
  type ExplainedQueue,
  explainMessages,
  MOST_LOOKED,
  replaceDeadLetter,
} from '../dead-letters/index.ts';
import type { OnStack } from '../deployed/stack.ts';
import { display, displayId } from '../messages/display.ts';
import { CommandFailure, UsageError } from '../messages/errors.ts';
import { inexactNumbers, inexactText } from '../messages/exact-numbers.ts';
import { parseObject } from '../messages/json-fields.ts';
import type { EditableEvent, EditedEvent } from './edit-event.ts';

/** A dead letter that can be edited, and its queue. */
export interface EditableDeadLetter extends EditableEvent {
  readonly queue: Extract<ExplainedQueue, { owner: 'subscriber' }>;
}

/**
 * Finds the one dead letter of a choice. Changes nothing.
 * @throws UsageError if there are several, CommandFailure if there is none, or if it is no event, has a number that cannot be edited,
 * or was not read whole
 */
export async function findEditable(
  on: OnStack,
  choice: DeadLetterChoice,
  signal: AbortSignal,
  target: TargetOptions = {},
): Promise<EditableDeadLetter> {
  const found: { queue: ExplainedQueue; deadLetter: ExplainedMessage['deadLetter'] }[] = [];
  await explainMessages(on, choice, {
    limit: 2,
    looked: MOST_LOOKED,
    wanted: {},
    signal,
    onQueue: (queue) => found.push(...queue.messages.map(({ deadLetter }) => ({ queue, deadLetter }))),
  });
  const [one, another] = found;
  if (one === undefined) {
    throw new CommandFailure(`no dead letter is chosen; ${pipelineCommand('dlq list', target)} shows what there is`);
  }
  if (another !== undefined) {
    throw new UsageError(
      'several dead letters are chosen, and one can be edited: add --message-id, as dlq show --json has it',
    );
  }
  const { queue, deadLetter } = one;
  const { messageId, body } = deadLetter;
  const message = display`the message ${displayId(messageId)} of ${queue.name}`;
  if (queue.owner !== 'subscriber' || !('event' in deadLetter)) {
    const what = 'problem' in deadLetter ? `is no event (${deadLetter.problem})` : 'is about stream records';
    throw new CommandFailure(`${message} ${displayId(what, 120)}: only an event can be edited`);
  }
  const envelope = parseObject(body);
  if (envelope === undefined) {
    const choose = choiceOptions({ messageId: [messageId] }).join(' ');
    throw new CommandFailure(
      `only the beginning of ${message} was read, after others that are very long: choose it with ${choose}`,
    );
  }
  // Another number would be sent, and nothing would say so.
  const [inexact] = inexactNumbers(body);
  if (inexact !== undefined) {
    throw new CommandFailure(display`${message} ${inexactText(inexact)}`);
  }
  return { queue, messageId, envelope };
}

/** Why an edited event cannot be sent, in one line; undefined if it can. */
export function editProblem({
  violations,
  contract,
}: Pick<EditedEvent, 'violations' | 'contract'>): string | undefined {
  if (violations.length === 0) return undefined;
  const texts = [...new Set(violations.map(violationText))];
  return `the edited event does not fit its contract${contract === undefined ? '' : ` ${contract}`}: ${texts.join('; ')}`;
}

function violationText({ field, problem }: Violation): string {
  return `${field} ${problem}`;
}

/**
 * Sends an edited event to the subscriber's queue, and then deletes the original. The original stays until the other one is sent.
 * @returns whether it was sent: false if it was interrupted before
 * @throws CommandFailure if it does not fit its contract, if the original is no longer there, or if it cannot be deleted
 */
export async function sendEdited(
  on: OnStack,
  { queue, messageId }: EditableDeadLetter,
  edited: EditedEvent,
  signal: AbortSignal,
  target: TargetOptions = {},
): Promise<boolean> {
  const problem = editProblem(edited);
  if (problem !== undefined) throw new CommandFailure(`${problem}; nothing was sent`);
  const { isSent, notDeleted } = await replaceDeadLetter(on, queue, { messageId, body: edited.body }, { signal });
  const original = display`the message ${displayId(messageId)} of ${queue.name}`;
  if (!isSent && !signal.aborted) {
    throw new CommandFailure(`${original} is no longer there, or was received by someone else; nothing was sent`);
  }
  if (notDeleted !== undefined) {
    throw new CommandFailure(
      `the edited event was sent, but ${original} could not be deleted (${displayId(notDeleted, 200)}): ${pipelineCommand(`dlq purge --message-id ${messageId}`, target)}`,
    );
  }
  return isSent;
}

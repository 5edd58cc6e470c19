import { pipelineCommand } from '../../../operations/aws/target.ts';
import type { DeadLetterChoice } from '../../../operations/dead-letters/index.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import {
  type EditableDeadLetter,
  type EditedEvent,
  editableText,
  editEvent,
  editProblem,
  findEditable,
  sendEdited,
} from '../../../operations/edit-dead-letter/index.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import type { EditableView, EditCheck } from '../../contract/dead-letters.ts';
import type { Body } from '../body.ts';
import type { Asked } from '../route.ts';
import { commandOf, readChoice } from './asked-choice.ts';
import { Remembered } from './remembered.ts';

/** Dead letters that pages edit. */
const edited = new Remembered<EditableDeadLetter>();

/** The dead letter to edit. @throws CommandFailure if it is no longer there, or is no event */
export async function readEditable({ query, target, jobs, signal }: Asked): Promise<EditableView> {
  const choice: DeadLetterChoice = readChoice(query);
  const original = await onStack(target, (on) => findEditable(on, choice, signal, target));
  return {
    id: edited.add(jobs, original),
    text: editableText(original),
    command: pipelineCommand(commandOf('dlq redrive --edit', choice), target),
  };
}

/** Says whether an edited text fits the contract, and what differs. Sends nothing. @param body `id`, and the `text` */
export async function checkEdit({ jobs }: Asked, body: Body): Promise<EditCheck> {
  const original = edited.find(jobs, body.id);
  try {
    const event = editEvent(original, textIn(body));
    const problem = editProblem(event);
    return { changes: event.changes, ...(problem !== undefined && { problem }) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { changes: [], problem: error.message };
  }
}

/**
 * Sends an edited event in place of its original.
 * @param body `id`, and the `text`
 * @throws CommandFailure if it does not fit its contract, or the original is no longer there
 */
export async function sendEdit({ jobs, target, signal }: Asked, body: Body): Promise<Pick<EditedEvent, 'eventId'>> {
  const original = edited.find(jobs, body.id);
  const event = editEvent(original, textIn(body));
  const isSent = await onStack(target, (on) => sendEdited(on, original, event, signal, target));
  if (!isSent) throw new CommandFailure('this was interrupted; nothing was sent');
  return { eventId: event.eventId };
}

function textIn({ text }: Body): string {
  if (typeof text === 'string') return text;
  throw new UsageError('the request has no text');
}

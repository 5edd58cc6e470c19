import { onStack } from '../../../operations/deployed/stack.ts';
import {
  type EditableDeadLetter,
  type EditedEvent,
  editableText,
  editEvent,
  editProblem,
  findEditable,
  isUnchanged,
  sendEdited,
} from '../../../operations/edit-dead-letter/index.ts';
import { display, displayId } from '../../../operations/messages/display.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { confirm, requireConfirmable } from '../../output/confirm.ts';
import { editorOf, editText } from '../../output/editor.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import type { DlqRedriveOptions } from './command.ts';

/**
 * Opens one dead letter in an editor, and sends the edited event in its place. Nothing is changed before that event fits its
 * contract.
 */
export async function dlqEdit(options: DlqRedriveOptions): Promise<void> {
  const editor = editorOf(process.env);
  const { yes = false, dryRun = false, json = false } = options;
  if (!dryRun) requireConfirmable({ yes });
  await stoppable((signal) =>
    onStack(options, async (on) => {
      const original = await findEditable(on, options, signal, options);
      if (signal.aborted) return endInterrupted('nothing was sent');
      const edited = await edit(original, { editor, asks: !yes && process.stdin.isTTY === true, signal });
      if (signal.aborted) return endInterrupted('nothing was sent');
      if (edited === undefined) return note('the event was not changed; nothing was sent\n');

      const text = editedText(original, edited);
      if (dryRun) return print(json ? editedJson(original, edited, false) : text);
      note(text);
      const question = `Send this event to the queue of ${original.queue.name}, and delete the original?`;
      if (!(await confirm(question, { yes, signal }))) {
        return signal.aborted ? endInterrupted('nothing was sent') : note('nothing was sent\n');
      }
      if (!(await sendEdited(on, original, edited, signal, options))) return endInterrupted('nothing was sent');
      print(json ? editedJson(original, edited, true) : sentText(original, edited));
    }),
  );
}

interface EditOptions {
  readonly editor: string;
  /** Whether a person can be asked to try again. */
  readonly asks: boolean;
  readonly signal: AbortSignal;
}

/**
 * @returns undefined if the person leaves the event as it is
 * @throws CommandFailure for an event that does not fit its contract, or is no JSON
 */
async function edit(original: EditableDeadLetter, options: EditOptions): Promise<EditedEvent | undefined> {
  const { editor, asks, signal } = options;
  let text = editableText(original);
  for (;;) {
    text = await editText(text, { editor, name: 'event.json' });
    if (signal.aborted || isUnchanged(original, text)) return undefined;
    const edited = tryEvent(original, text);
    if (typeof edited !== 'string') return edited;
    if (!asks) throw new CommandFailure(`${edited}; nothing was sent`);
    note(display`${edited}\n`);
    if (!(await confirm('Edit it again?', { signal }))) return undefined;
  }
}

/** The edited event, or why it cannot be sent. */
function tryEvent(original: EditableDeadLetter, text: string): EditedEvent | string {
  try {
    const edited = editEvent(original, text);
    return editProblem(edited) ?? edited;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

const VALUE_COLUMNS = 80;

/** What is about to be sent: each field that changes, and the ids. */
export function editedText(
  { queue: { name }, messageId }: { readonly queue: { readonly name: string }; readonly messageId: string },
  { changes, contract = '', eventId, causationId, correlationId }: EditedEvent,
): string {
  const shown = (value: string | undefined) => (value === undefined ? '(none)' : displayId(value, VALUE_COLUMNS));
  const rows = changes.map(({ path, before, after }) => [`  ${displayId(path)}`, shown(before), '→', shown(after)]);
  const cause = causationId === undefined ? '' : display`, caused by ${displayId(causationId)}`;
  return [
    display`${name}: the message ${displayId(messageId)} is replaced by the event ${eventId}${cause}, of the registration ${displayId(correlationId)}; it fits ${contract}\n`,
    columns(rows),
  ].join('');
}

function sentText({ queue: { name } }: EditableDeadLetter, { eventId }: EditedEvent): string {
  return display`${name}: sent the event ${eventId}, and deleted the original\n`;
}

function editedJson({ queue: { name }, messageId }: EditableDeadLetter, edited: EditedEvent, isSent: boolean): string {
  const { eventId, causationId, correlationId, changes } = edited;
  return jsonLine({ queue: name, messageId, eventId, causationId, correlationId, changes, isSent });
}

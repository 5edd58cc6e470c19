/** One dead letter, edited: another event is sent in its place. */
export { type EditableDeadLetter, editProblem, findEditable, sendEdited } from './edit-dead-letter.ts';
export { type EditedEvent, editableText, editEvent, isUnchanged } from './edit-event.ts';

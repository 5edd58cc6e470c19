import { useSignal } from '@preact/signals';
import type { EditableView, EditCheck } from '../../contract/dead-letters.ts';
import { isReadOnly, ReadOnly, useAction } from '../actions.tsx';
import { Dialog } from '../forms.tsx';
import { Changes, SameCommand } from '../parts.tsx';
import { change } from '../server.ts';
import { AnswerProblem, Problem } from '../states.tsx';
import { useAnswer } from '../use-answer.ts';
import { parametersOf } from './filters.tsx';

/** The message that someone edits. */
export interface EditedMessage {
  readonly queue: string;
  readonly messageId: string;
}

interface EditDialogProps {
  readonly message: EditedMessage;
  onSent(): void;
  onClose(): void;
}

/** Lets someone correct an event, and send it in place of its dead letter. */
export function EditDialog({ message: { queue, messageId }, onSent, onClose }: EditDialogProps) {
  const original = useAnswer<EditableView>(`/api/dead-letters/edit?${parametersOf({ queue, messageId: [messageId] })}`);
  const data = original.answer;
  return (
    <Dialog id="edit-title" title="Edit and redrive" isWide={true} onClose={onClose}>
      {(close) => {
        const sent = () => {
          close();
          onSent();
        };
        return (
          <>
            <AnswerProblem of={original} lines={6} />
            {data !== undefined && (
              <>
                {isReadOnly() ? (
                  <ReadOnly to="edit and redrive" />
                ) : (
                  <Editor original={data} queue={queue} onSent={sent} />
                )}
                <SameCommand text={data.command} />
              </>
            )}
          </>
        );
      }}
    </Dialog>
  );
}

interface EditorProps {
  readonly original: EditableView;
  readonly queue: string;
  onSent(): void;
}

/** The text is checked against the contract first; only a text that fits can be sent. */
function Editor({ original: { id, text: before }, queue, onSent }: EditorProps) {
  const text = useSignal(before);
  const check = useSignal<EditCheck | undefined>(undefined);
  const { isBusy, problem, act } = useAction();
  const isReady = check.value !== undefined && check.value.problem === undefined;
  const submit = (event: Event) => {
    event.preventDefault();
    const body = { id, text: text.value };
    void act(async () => {
      if (!isReady) check.value = await change<EditCheck>('/api/dead-letters/edit/check', body);
      else {
        await change('/api/dead-letters/edit', body);
        onSent();
      }
    });
  };
  return (
    <form class="start" onSubmit={submit}>
      <label class="editor">
        Metadata and data of the event
        <textarea
          rows={14}
          spellcheck={false}
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
            check.value = undefined;
          }}
        />
      </label>
      <p class="quiet">
        It is sent to the queue of {queue} as a new event, with an id of its own and the original as its cause. Then the
        original is deleted.
      </p>
      <button type="submit" class="primary" disabled={text.value === before} aria-disabled={isBusy}>
        {isReady ? 'Send it, and delete the original' : 'Check'}
      </button>
      {check.value?.problem !== undefined && <Problem text={check.value.problem} />}
      {isReady && (
        <div class="payload" role="status">
          <h3>It fits its contract. What differs from the original</h3>
          <Changes changes={check.value?.changes ?? []} />
        </div>
      )}
      {problem !== undefined && <Problem text={problem} />}
    </form>
  );
}

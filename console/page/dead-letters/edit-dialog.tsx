import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { EditableView, EditCheck } from '../../contract/dead-letters.ts';
import { Command, Problem, Skeleton } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { change, type RequestFailed } from '../server.ts';
import { parametersOf } from './filters.tsx';
import { useReading } from './reading.ts';

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
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { reading } = useReading<EditableView>(
    `/api/dead-letters/edit?${parametersOf({ queue, messageId: [messageId] })}`,
  );
  const { data, problem } = reading.value;
  const close = () => dialog.current?.close();
  const sent = () => {
    close();
    onSent();
  };
  return (
    <dialog ref={dialog} class="change" onClose={onClose} aria-labelledby="edit-title">
      <h2 id="edit-title">Edit and redrive</h2>
      {problem !== undefined && <Problem text={problem} />}
      {data === undefined && problem === undefined && (
        <>
          <p role="status">Reading the message …</p>
          <Skeleton lines={6} />
        </>
      )}
      {data !== undefined && (
        <>
          {info.value?.isWritable === false ? (
            <p class="notice">The console is read-only here: start it with --write, or use the command.</p>
          ) : (
            <Editor original={data} queue={queue} onSent={sent} />
          )}
          <p class="source">
            The same in the terminal: <Command text={data.command} />
          </p>
        </>
      )}
      <button type="button" onClick={close}>
        Close
      </button>
    </dialog>
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
  const isBusy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const ask = async <T,>(path: string, then: (answer: T) => void) => {
    isBusy.value = true;
    failure.value = undefined;
    try {
      then(await change<T>(path, { id, text: text.value }));
    } catch (error) {
      failure.value = (error as RequestFailed).message;
    } finally {
      isBusy.value = false;
    }
  };
  const isReady = check.value !== undefined && check.value.problem === undefined;
  const submit = (event: Event) => {
    event.preventDefault();
    if (isReady) return void ask('/api/dead-letters/edit', onSent);
    return void ask<EditCheck>('/api/dead-letters/edit/check', (answer) => {
      check.value = answer;
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
      <button type="submit" class="primary" disabled={isBusy.value || text.value === before}>
        {isReady ? 'Send it, and delete the original' : 'Check'}
      </button>
      {check.value?.problem !== undefined && <Problem text={check.value.problem} />}
      {isReady && <Changes check={check.value} />}
      {failure.value !== undefined && <Problem text={failure.value} />}
    </form>
  );
}

function Changes({ check }: { readonly check: EditCheck | undefined }) {
  return (
    <div class="payload" role="status">
      <h3>It fits its contract. What differs from the original</h3>
      <dl class="changes">
        {check?.changes.map(({ path, before, after }) => (
          <div key={path}>
            <dt>{path}</dt>
            <dd>
              {before !== undefined && <del>{before}</del>} {after !== undefined && <ins>{after}</ins>}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

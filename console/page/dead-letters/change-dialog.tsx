import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { DeadLetterFilter, DeadLettersPage, DlqAction, DlqPreview } from '../../contract/dead-letters.ts';
import { isRunning, startJob } from '../jobs.tsx';
import { Command, Problem, Skeleton } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import type { RequestFailed } from '../server.ts';
import { count } from '../texts.ts';
import { parametersOf } from './filters.tsx';
import { useReading } from './reading.ts';

/** What someone is about to do. */
export interface Change {
  readonly action: DlqAction;
  readonly filter: DeadLetterFilter;
}

interface ChangeButtonsProps {
  /** What they are for, for those who do not see it. */
  readonly what: string;
  readonly filter: DeadLetterFilter;
  onChange(change: Change): void;
}

/** Each shows first what it would do. */
export function ChangeButtons({ what, filter, onChange }: ChangeButtonsProps) {
  return (
    <>
      <button type="button" aria-label={`Redrive ${what}`} onClick={() => onChange({ action: 'redrive', filter })}>
        Redrive …
      </button>
      <button type="button" aria-label={`Purge ${what}`} onClick={() => onChange({ action: 'purge', filter })}>
        Purge …
      </button>
    </>
  );
}

interface ChangeDialogProps {
  readonly change: Change;
  readonly rate: DeadLettersPage['rate'];
  onClose(): void;
}

const TITLES = { redrive: 'Redrive', purge: 'Delete for good' } as const;

/** Shows what a change would do, in the command's words, and starts it as a job. */
export function ChangeDialog({ change, rate, onClose }: ChangeDialogProps) {
  const { action, filter } = change;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { reading, again } = useReading<DlqPreview>(
    `/api/dead-letters/preview?action=${action}&${parametersOf(filter)}`,
  );
  const { data, problem } = reading.value;
  const close = () => dialog.current?.close();
  return (
    <dialog ref={dialog} class="change" onClose={onClose} aria-labelledby="change-title">
      <h2 id="change-title">{TITLES[action]}</h2>
      {problem !== undefined && (
        <Problem text={problem}>
          <button type="button" onClick={again}>
            Try again
          </button>
        </Problem>
      )}
      {data === undefined && problem === undefined && (
        <>
          <p role="status">Reading the messages …</p>
          <Skeleton lines={3} />
        </>
      )}
      {data !== undefined && (
        <>
          <Preview preview={data} />
          {data.count === 0 ? (
            <p class="notice">None of these messages is there any more. Close this, and read again.</p>
          ) : (
            <Start key={data.id} action={action} preview={data} rate={rate} onStarted={close} />
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

function Preview({ preview: { lines, notes } }: { readonly preview: DlqPreview }) {
  return (
    <>
      <table class="list preview">
        <tbody>
          {lines.map(({ queue, text }) => (
            <tr key={queue}>
              <th scope="row">{queue}</th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {notes.map((note) => (
        <p key={note} class="notice">
          {note}
        </p>
      ))}
    </>
  );
}

interface StartProps {
  readonly action: DlqAction;
  readonly preview: DlqPreview;
  readonly rate: DeadLettersPage['rate'];
  onStarted(): void;
}

/** The last step: a rate for a redrive, the names of the queues for a purge. */
function Start({ action, preview, rate, onStarted }: StartProps) {
  const { id, queues } = preview;
  const perSecond = useSignal(String(rate.usual));
  const names = useSignal<Readonly<Record<string, string>>>({});
  const isBusy = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  if (info.value?.isWritable === false) {
    return <p class="notice">The console is read-only here: start it with --write, or use the command.</p>;
  }
  const start = async (event: Event) => {
    event.preventDefault();
    isBusy.value = true;
    problem.value = undefined;
    const typed = queues.map((queue) => (names.value[queue] ?? '').trim());
    const more = action === 'redrive' ? { rate: Number(perSecond.value) } : { names: typed };
    try {
      await startJob(`/api/dead-letters/${action}`, { plan: id, ...more });
      onStarted();
    } catch (error) {
      problem.value = (error as RequestFailed).message;
    } finally {
      isBusy.value = false;
    }
  };
  const messages = count(preview.count, 'message');
  return (
    <form ref={form} class="start" onSubmit={start}>
      {action === 'redrive' ? (
        <label>
          Messages a second, up to {rate.most}{' '}
          <input
            type="number"
            required
            min={1}
            max={rate.most}
            value={perSecond.value}
            onInput={({ currentTarget }) => {
              perSecond.value = currentTarget.value;
            }}
          />
        </label>
      ) : (
        queues.map((queue) => (
          <label key={queue}>
            To delete them, type the queue's name, <span class="id">{queue}</span>{' '}
            <input
              required
              autoComplete="off"
              spellcheck={false}
              value={names.value[queue] ?? ''}
              onInput={({ currentTarget }) => {
                names.value = { ...names.value, [queue]: currentTarget.value };
              }}
            />
          </label>
        ))
      )}
      {action === 'redrive' && (
        <p class="quiet">Fix the cause first: an event that fails again returns after five attempts.</p>
      )}
      <button type="submit" class="primary" disabled={isBusy.value || isRunning(action)}>
        {action === 'redrive' ? `Redrive ${messages}` : `Delete ${messages} for good`}
      </button>
      {isRunning(action) && <p class="quiet">Another {action} still runs; wait for it, or stop it.</p>}
      {problem.value !== undefined && <Problem text={problem.value} />}
    </form>
  );
}

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { DeadLetterFilter, DeadLettersPage, DlqAction, DlqPreview } from '../../contract/dead-letters.ts';
import { isReadOnly, ReadOnly, useAction } from '../actions.tsx';
import { Dialog, TextField } from '../forms.tsx';
import { isRunning, startJob } from '../jobs.tsx';
import { SameCommand } from '../parts.tsx';
import { AnswerProblem, Problem } from '../states.tsx';
import { Table } from '../table.tsx';
import { count } from '../texts.ts';
import { useAnswer } from '../use-answer.ts';
import { parametersOf } from './filters.tsx';

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
  const preview = useAnswer<DlqPreview>(`/api/dead-letters/preview?action=${action}&${parametersOf(filter)}`);
  const data = preview.answer;
  return (
    <Dialog id="change-title" title={TITLES[action]} isWide={true} onClose={onClose}>
      {(close) => (
        <>
          <AnswerProblem of={preview} lines={3} />
          {data !== undefined && (
            <>
              <Preview preview={data} />
              {data.count === 0 ? (
                <p class="notice">None of these messages is there any more. Close this, and read again.</p>
              ) : (
                <Start key={data.id} action={action} preview={data} rate={rate} onStarted={close} />
              )}
              <SameCommand text={data.command} />
            </>
          )}
        </>
      )}
    </Dialog>
  );
}

function Preview({ preview: { lines, notes } }: { readonly preview: DlqPreview }) {
  return (
    <>
      <Table kind="preview" columns={['Queue', 'Messages']}>
        {lines.map(({ queue, text }) => (
          <tr key={queue}>
            <th scope="row">{queue}</th>
            <td>{text}</td>
          </tr>
        ))}
      </Table>
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
  const { isBusy, problem, act } = useAction();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  if (isReadOnly()) return <ReadOnly to={action} />;
  const start = (event: Event) => {
    event.preventDefault();
    void act(async () => {
      const typed = queues.map((queue) => (names.value[queue] ?? '').trim());
      const more = action === 'redrive' ? { rate: Number(perSecond.value) } : { names: typed };
      await startJob(`/api/dead-letters/${action}`, { plan: id, ...more });
      onStarted();
    });
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
          <TextField
            key={queue}
            label={
              <>
                To delete them, type the queue's name, <span class="id">{queue}</span>
              </>
            }
            value={names.value[queue] ?? ''}
            isRequired={true}
            onText={(text) => {
              names.value = { ...names.value, [queue]: text };
            }}
          />
        ))
      )}
      {action === 'redrive' && (
        <p class="quiet">Fix the cause first: an event that fails again returns after five attempts.</p>
      )}
      <button type="submit" class="primary" disabled={isRunning(action)} aria-disabled={isBusy}>
        {action === 'redrive' ? `Redrive ${messages}` : `Delete ${messages} for good`}
      </button>
      {isRunning(action) && <p class="quiet">Another {action} still runs; wait for it, or stop it.</p>}
      {problem !== undefined && <Problem text={problem} />}
    </form>
  );
}

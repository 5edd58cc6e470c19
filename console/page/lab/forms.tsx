import { useSignal } from '@preact/signals';
import type { LabDone, LabPage } from '../../contract/lab.ts';
import { ActionButton, isReadOnly } from '../actions.tsx';
import { addressOf } from '../address.ts';
import { Command } from '../parts.tsx';
import { change } from '../server.ts';
import { Table } from '../table.tsx';
import { Change, Do } from './changing.tsx';

interface PageProps {
  readonly page: LabPage;
}

/** Lets time pass at once. */
export function TimeForm({ page }: PageProps) {
  const span = useSignal('61s');
  if (!page.canSkip) return null;
  return (
    <section class="card" aria-labelledby="time-title">
      <h2 id="time-title">Time</h2>
      <div class="field">
        <label for="skip-span">Skip, such as 61s, 15m, 2h or 1d</label>
        <input
          id="skip-span"
          value={span.value}
          autoComplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => {
            span.value = currentTarget.value;
          }}
        />
      </div>
      <Change
        preview={addressOf('/api/lab/skip/preview', { span: span.value })}
        path="/api/lab/skip"
        body={{ span: span.value }}
        button="Skip the time"
      />
    </section>
  );
}

/** Kills a function. */
export function FunctionForm({ page }: PageProps) {
  const subscriber = useSignal(page.subscribers[0] ?? '');
  const moment = useSignal('next');
  return (
    <section class="card" aria-labelledby="function-title">
      <h2 id="function-title">Function</h2>
      <div class="field">
        <label for="kill-subscriber">Kill the function of</label>
        <select
          id="kill-subscriber"
          value={subscriber.value}
          onChange={({ currentTarget }) => {
            subscriber.value = currentTarget.value;
          }}
        >
          {page.subscribers.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="kill-moment">When</label>
        <select
          id="kill-moment"
          value={moment.value}
          onChange={({ currentTarget }) => {
            moment.value = currentTarget.value;
          }}
        >
          <option value="next">in its next invocation</option>
          <option value="now">now</option>
        </select>
      </div>
      <Change
        preview={addressOf('/api/lab/kill/preview', { subscriber: subscriber.value, moment: moment.value })}
        path="/api/lab/kill"
        body={{ subscriber: subscriber.value, moment: moment.value }}
        button="Kill the function"
      />
    </section>
  );
}

/** Stops and starts the pipe. */
export function PipeForm({ page: { pipeRuns, commands } }: PageProps) {
  return (
    <section class="card" aria-labelledby="pipe-title">
      <h2 id="pipe-title">Pipe</h2>
      <p role="status">
        {pipeRuns ? 'The pipe runs: new rows become events.' : 'The pipe is stopped: new rows wait in the stream.'}
      </p>
      {!isReadOnly() && (
        <Do
          kind="primary"
          text={pipeRuns ? 'Stop the pipe' : 'Start the pipe'}
          path="/api/lab/pipe"
          body={{ runs: !pipeRuns }}
        />
      )}
      <Command text={commands.pipe} />
    </section>
  );
}

/** The armed faults, each with its removal. */
export function ArmedFaults({ page: { faults, commands } }: PageProps) {
  const done = useSignal('');
  const remove = (id: number) => async () => {
    done.value = (await change<LabDone>('/api/lab/fault/remove', { id })).text;
  };
  return (
    <section class="lab-part" aria-labelledby="armed-title">
      <h2 id="armed-title">Armed faults</h2>
      {faults.length === 0 ? (
        <p class="quiet">No fault is armed.</p>
      ) : (
        <Table columns={['Fault', 'What', { name: 'Remove', isHidden: true }]}>
          {faults.map(({ id, text }) => (
            <tr key={id} data-fault={id}>
              <th scope="row">{id}</th>
              <td class="wide">{text}</td>
              <td>
                {!isReadOnly() && (
                  <ActionButton kind="small" text="Remove" label={`Remove fault ${id}`} work={remove(id)} />
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <p role="status">{done.value}</p>
      <Command text={commands.faults} />
    </section>
  );
}

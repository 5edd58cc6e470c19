import { useSignal } from '@preact/signals';
import type { LabPage } from '../../contract/lab.ts';
import { addressOf } from '../address.ts';
import { Command, Problem } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { Change, useChange } from './changing.tsx';

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
  const { isBusy, problem, make } = useChange();
  return (
    <section class="card" aria-labelledby="pipe-title">
      <h2 id="pipe-title">Pipe</h2>
      <p role="status">
        {pipeRuns ? 'The pipe runs: new rows become events.' : 'The pipe is stopped: new rows wait in the stream.'}
      </p>
      {info.value?.isWritable !== false && (
        <button
          type="button"
          class="primary"
          disabled={isBusy.value}
          onClick={() => make('/api/lab/pipe', { runs: !pipeRuns })}
        >
          {pipeRuns ? 'Stop the pipe' : 'Start the pipe'}
        </button>
      )}
      {problem.value !== undefined && <Problem text={problem.value} />}
      <Command text={commands.pipe} />
    </section>
  );
}

/** The armed faults, each with its removal. */
export function ArmedFaults({ page: { faults, commands } }: PageProps) {
  const { isBusy, done, problem, make } = useChange();
  const isWritable = info.value?.isWritable !== false;
  return (
    <section class="lab-part" aria-labelledby="armed-title">
      <h2 id="armed-title">Armed faults</h2>
      {faults.length === 0 ? (
        <p class="quiet">No fault is armed.</p>
      ) : (
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Fault</th>
              <th scope="col">What</th>
              <th scope="col">
                <span class="hidden">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {faults.map(({ id, text }) => (
              <tr key={id} data-fault={id}>
                <th scope="row">{id}</th>
                <td class="wide">{text}</td>
                <td>
                  {isWritable && (
                    <button
                      type="button"
                      class="small"
                      disabled={isBusy.value}
                      aria-label={`Remove fault ${id}`}
                      onClick={() => make('/api/lab/fault/remove', { id })}
                    >
                      Remove
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p role="status">{done.value}</p>
      {problem.value !== undefined && <Problem text={problem.value} />}
      <Command text={commands.faults} />
    </section>
  );
}

import { useSignal } from '@preact/signals';
import type { ChosenReplayPage, ReplayPlanPage } from '../../contract/replay.ts';
import { addressOf, adjust } from '../address.ts';
import { isRunning, jobsOf, startJob } from '../jobs.tsx';
import { Command, Problem } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import type { RequestFailed } from '../server.ts';
import { count } from '../texts.ts';
import { fieldsOf, type ReplayChoice } from './replay-choice.ts';
import { useAnswer } from './use-answer.ts';

/** Which events, and how fast: what AWS's own replay cannot do. It is in the address. */
export function EventChoice({ choice }: { readonly choice: ReplayChoice }) {
  const { users, notDone, includeSkipped, rate } = choice;
  const isOpen = [users, notDone, includeSkipped, rate].some((text) => text !== '');
  const check = (name: string, isChecked: string, text: string) => (
    <label class="choice">
      <input
        type="checkbox"
        checked={isChecked !== ''}
        onChange={({ currentTarget }) => adjust({ [name]: currentTarget.checked ? '1' : undefined })}
      />{' '}
      {text}
    </label>
  );
  return (
    <details class="event-choice" open={isOpen}>
      <summary>Not all of these events, or not so fast</summary>
      <div class="card">
        <label for="replay-users">Users, one in a line; empty for all</label>
        <textarea
          id="replay-users"
          rows={2}
          autoComplete="off"
          spellcheck={false}
          value={users}
          onChange={({ currentTarget }) => adjust({ users: currentTarget.value.trim() })}
        />
        {check('notDone', notDone, 'Leave out events whose effect is there, where that can be known')}
        {check(
          'includeSkipped',
          includeSkipped,
          'Let me choose subscribers that skip replays: their effects happen again',
        )}
        <label for="replay-rate">Events a second, up to 500</label>
        <input
          id="replay-rate"
          type="number"
          min={1}
          max={500}
          value={rate}
          onChange={({ currentTarget }) => adjust({ rate: currentTarget.value })}
        />
      </div>
    </details>
  );
}

/** Reads the chosen events first, through a temporary rule and queue; then they can be sent. */
export function ChosenEvents({ plan, choice }: { readonly plan: ReplayPlanPage; readonly choice: ReplayChoice }) {
  const problem = useSignal<string | undefined>(undefined);
  // What was read may be another thing after each job.
  const ended = jobsOf('replay').filter(({ endedAt }) => endedAt !== undefined).length;
  const { answer, isCurrent } = useAnswer<ChosenReplayPage>(addressOf('/api/replay/chosen', fieldsOf(choice)), ended);
  if (choice.subscribers.length === 0) return <p class="notice">Choose the subscribers that get the events.</p>;
  const start = (path: string) => () => {
    problem.value = undefined;
    // What is read is for this window, also when the page is loaded again later.
    adjust({ from: choice.from });
    startJob(path, fieldsOf(choice)).catch((error: RequestFailed) => {
      problem.value = error.message;
    });
  };
  const read = isCurrent ? answer?.read : undefined;
  const isBusy = isRunning('replay');
  const isReadOnly = info.value?.isWritable === false;
  return (
    <div class="start">
      <p>
        AWS cannot replay chosen events. They are read through a temporary rule and queue, which are removed, and then
        sent to the subscribers’ queues, as their rules would.
      </p>
      {isReadOnly && <p>The console is read-only here. To replay, start it with --write, or use the command:</p>}
      {!isReadOnly && (
        <button type="button" class={read ? '' : 'primary'} disabled={isBusy} onClick={start('/api/replay/read')}>
          {read ? 'Read them again' : 'Read the events'}
        </button>
      )}
      {read !== undefined && (
        <dl class="chosen-events">
          {read.receivers.map(({ name, events }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{events}</dd>
            </div>
          ))}
        </dl>
      )}
      {read?.notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
      {read?.problem !== undefined && <Problem text={read.problem} />}
      {read !== undefined && read.problem === undefined && !isReadOnly && (
        <button type="button" class="primary" disabled={isBusy} onClick={start('/api/replay/send')}>
          Send {count(read.events, 'event')} to {choice.subscribers.join(', ')}
        </button>
      )}
      {problem.value !== undefined && <Problem text={problem.value} />}
      <Command text={plan.command} />
    </div>
  );
}

import type { ChosenReplayPage, ReplayPlanPage } from '../../contract/replay.ts';
import { ActionButton, isReadOnly, ReadOnly } from '../actions.tsx';
import { addressOf, adjust } from '../address.ts';
import { isRunning, jobsOf, startJob } from '../jobs.tsx';
import { Command } from '../parts.tsx';
import { Problem } from '../states.tsx';
import { count } from '../texts.ts';
import { useAnswer } from '../use-answer.ts';
import { fieldsOf, type ReplayChoice } from './replay-choice.ts';

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
  // What was read may be another thing after each job.
  const ended = jobsOf('replay').filter(({ endedAt }) => endedAt !== undefined).length;
  const chosen = useAnswer<ChosenReplayPage>(addressOf('/api/replay/chosen', fieldsOf(choice)), { version: ended });
  if (choice.subscribers.length === 0) return <p class="notice">Choose the subscribers that get the events.</p>;
  if (isReadOnly()) {
    return (
      <div class="start">
        <ReadOnly to="replay" command={plan.command} />
      </div>
    );
  }
  const start = (path: string) => () => {
    // What is read is for this window, also when the page is loaded again later.
    adjust({ from: choice.from });
    return startJob(path, fieldsOf(choice));
  };
  const read = chosen.isCurrent ? chosen.answer?.read : undefined;
  const isBusy = isRunning('replay');
  return (
    <div class="start">
      <p>
        AWS cannot replay chosen events. They are read through a temporary rule and queue, which are removed, and then
        sent to the subscribers’ queues, as their rules would.
      </p>
      <ActionButton
        {...(read === undefined && { kind: 'primary' })}
        text={read === undefined ? 'Read the events' : 'Read them again'}
        isDisabled={isBusy}
        work={start('/api/replay/read')}
      />
      {chosen.problem !== undefined && <Problem text={chosen.problem} />}
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
      {read !== undefined && read.problem === undefined && (
        <ActionButton
          kind="primary"
          text={`Send ${count(read.events, 'event')} to ${choice.subscribers.join(', ')}`}
          isDisabled={isBusy}
          work={start('/api/replay/send')}
        />
      )}
      <Command text={plan.command} />
    </div>
  );
}

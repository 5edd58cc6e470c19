import { useSignal } from '@preact/signals';
import type { ReplayPlanPage } from '../../contract/replay.ts';
import { isRunning, startJob } from '../jobs.tsx';
import { Command, Problem, Time } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import type { RequestFailed } from '../server.ts';
import { ChosenEvents, EventChoice } from './chosen-events.tsx';
import { chooseSubscriber, fieldsOf, type ReplayChoice } from './replay-choice.ts';

interface PlanProps {
  readonly plan: ReplayPlanPage;
  /** Whether it is for what is chosen now; otherwise the next one is on its way. */
  readonly isCurrent: boolean;
  readonly choice: ReplayChoice;
  readonly countAgain: () => void;
}

/** Who would get how many events, and who none and why; and the button that starts it. */
export function ReplayPlan({ plan, isCurrent, choice, countAgain }: PlanProps) {
  return (
    <>
      <p>{plan.heading}</p>
      <table class="list">
        <caption class="hidden">Who would get how many events</caption>
        <thead>
          <tr>
            <th scope="col">Subscriber</th>
            <th scope="col">Takes</th>
            <th scope="col">Events</th>
          </tr>
        </thead>
        <tbody>
          {plan.receivers.map(({ name, takes, events, isReached, skipsReplays }) => (
            <tr key={name}>
              <th scope="row">
                <label class="choice">
                  <input
                    type="checkbox"
                    checked={choice.subscribers.includes(name)}
                    disabled={
                      !isReached &&
                      !choice.subscribers.includes(name) &&
                      !(skipsReplays && choice.includeSkipped !== '')
                    }
                    onChange={({ currentTarget }) => chooseSubscriber(name, currentTarget.checked)}
                  />{' '}
                  {name}
                </label>
              </th>
              <td>{takes}</td>
              <td class={isReached ? 'number-text' : 'quiet'}>
                {!isReached && <span aria-hidden="true">– </span>}
                {events}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {plan.notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
      <p class="quiet" role="status">
        {isCurrent ? (
          <>
            Counted at <Time at={plan.now} />.
          </>
        ) : (
          'Counting …'
        )}{' '}
        <button type="button" class="small" onClick={countAgain}>
          Count again
        </button>
      </p>
      <EventChoice choice={choice} />
      {isCurrent &&
        (plan.choosesEvents ? <ChosenEvents plan={plan} choice={choice} /> : <Start plan={plan} choice={choice} />)}
    </>
  );
}

function Start({ plan, choice }: Pick<PlanProps, 'plan' | 'choice'>) {
  const isBusy = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const { subscribers } = choice;
  const start = async () => {
    isBusy.value = true;
    problem.value = undefined;
    try {
      await startJob('/api/replay', fieldsOf(choice));
    } catch (error) {
      problem.value = (error as RequestFailed).message;
    } finally {
      isBusy.value = false;
    }
  };
  if (subscribers.length === 0) return <p class="notice">Choose the subscribers that get the events.</p>;
  const isReadOnly = info.value?.isWritable === false;
  return (
    <div class="start">
      {plan.problem !== undefined && <Problem text={plan.problem} />}
      {isReadOnly && <p>The console is read-only here. To replay, start it with --write, or use the command:</p>}
      {!isReadOnly && plan.problem === undefined && (
        <button type="button" class="primary" disabled={isBusy.value || isRunning('replay')} onClick={start}>
          {isBusy.value ? 'Starting …' : `Start the replay to ${subscribers.join(', ')}`}
        </button>
      )}
      {problem.value !== undefined && <Problem text={problem.value} />}
      <Command text={plan.command} />
    </div>
  );
}

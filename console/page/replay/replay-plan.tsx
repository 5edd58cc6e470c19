import type { ReplayPlanPage } from '../../contract/replay.ts';
import { ActionButton, isReadOnly, ReadOnly } from '../actions.tsx';
import { isRunning, startJob } from '../jobs.tsx';
import { Command } from '../parts.tsx';
import { AskedAt, Problem } from '../states.tsx';
import { Table } from '../table.tsx';
import type { Answer } from '../use-answer.ts';
import { ChosenEvents, EventChoice } from './chosen-events.tsx';
import { chooseSubscriber, fieldsOf, type ReplayChoice } from './replay-choice.ts';

interface PlanProps {
  readonly plan: ReplayPlanPage;
  readonly asked: Pick<Answer<unknown>, 'isCurrent' | 'again'>;
  readonly choice: ReplayChoice;
}

/** Who would get how many events, and who none and why; and the button that starts it. */
export function ReplayPlan({ plan, asked, choice }: PlanProps) {
  return (
    <>
      <p>{plan.heading}</p>
      <Table caption="Who would get how many events" columns={['Subscriber', 'Takes', 'Events']}>
        {plan.receivers.map(({ name, takes, events, isReached, skipsReplays }) => (
          <tr key={name}>
            <th scope="row">
              <label class="choice">
                <input
                  type="checkbox"
                  checked={choice.subscribers.includes(name)}
                  disabled={
                    !isReached && !choice.subscribers.includes(name) && !(skipsReplays && choice.includeSkipped !== '')
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
      </Table>
      {plan.notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
      <AskedAt what="Counted" at={plan.now} of={asked} />
      <EventChoice choice={choice} />
      {asked.isCurrent &&
        (plan.choosesEvents ? <ChosenEvents plan={plan} choice={choice} /> : <Start plan={plan} choice={choice} />)}
    </>
  );
}

function Start({ plan, choice }: Pick<PlanProps, 'plan' | 'choice'>) {
  const { subscribers } = choice;
  if (subscribers.length === 0) return <p class="notice">Choose the subscribers that get the events.</p>;
  return (
    <div class="start">
      {isReadOnly() && <ReadOnly to="replay" />}
      {plan.problem === undefined ? (
        !isReadOnly() && (
          <ActionButton
            kind="primary"
            text={`Start the replay to ${subscribers.join(', ')}`}
            isDisabled={isRunning('replay')}
            work={() => startJob('/api/replay', fieldsOf(choice))}
          />
        )
      ) : (
        <Problem text={plan.problem} />
      )}
      <Command text={plan.command} />
    </div>
  );
}

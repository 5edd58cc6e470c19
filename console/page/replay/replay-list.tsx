import type { ReplaysPage, ReplayView } from '../../contract/replay.ts';
import { ActionButton, isReadOnly } from '../actions.tsx';
import { Command, SameCommand, StateMark, Time } from '../parts.tsx';
import { change, useLive } from '../server.ts';
import { LiveProblem, LiveState } from '../states.tsx';
import { Table } from '../table.tsx';

const COLUMNS = ['Replay', 'State', 'Outcome', 'From', 'Up to', 'Started', { name: 'Cancel', isHidden: true }];

/** The replays of the last 90 days, as they change. */
export function ReplayList() {
  const live = useLive<ReplaysPage>('/api/replay/list');
  const { data } = live.value;
  return (
    <section aria-labelledby="past-replays">
      <div class="heading">
        <h2 id="past-replays">Replays of the last 90 days</h2>
        <LiveState live={live.value} />
      </div>
      <LiveProblem live={live.value} lines={3} />
      {data?.replays.length === 0 && <p class="notice">No replay in the last 90 days.</p>}
      {data !== undefined && data.replays.length > 0 && (
        <Table kind="replays" columns={COLUMNS}>
          {data.replays.map((replay) => (
            <Row key={replay.name} replay={replay} />
          ))}
        </Table>
      )}
      {data !== undefined && <SameCommand text={data.command} />}
    </section>
  );
}

function Row({ replay }: { readonly replay: ReplayView }) {
  const { name, state, outcome, from, to, startedAt } = replay;
  return (
    <tr data-replay={state}>
      <th scope="row" class="id">
        {name}
      </th>
      <td>
        <State replay={replay} />
      </td>
      <td>{outcome}</td>
      <td>
        <Time at={from} />
      </td>
      <td>
        <Time at={to} />
      </td>
      <td>{startedAt !== undefined && <Time at={startedAt} />}</td>
      <td>
        <Cancel replay={replay} />
      </td>
    </tr>
  );
}

function State({ replay: { state, isRunning, isFailed } }: { readonly replay: ReplayView }) {
  if (isRunning) return <StateMark standing="waiting">{state}</StateMark>;
  if (isFailed) return <StateMark standing="failed">{state}</StateMark>;
  if (state === 'COMPLETED') return <StateMark standing="done">{state}</StateMark>;
  return (
    <StateMark standing="quiet" mark="■">
      {state}
    </StateMark>
  );
}

function Cancel({ replay: { name, state, cancelCommand } }: { readonly replay: ReplayView }) {
  if (cancelCommand === undefined) return null;
  if (isReadOnly()) return <Command text={cancelCommand} />;
  return (
    <ActionButton
      text="Cancel"
      label={`Cancel ${name}`}
      isDisabled={state === 'CANCELLING'}
      work={() => change('/api/replay/cancel', { name })}
    />
  );
}

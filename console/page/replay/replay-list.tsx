import { useSignal } from '@preact/signals';
import type { ReplaysPage, ReplayView } from '../../contract/replay.ts';
import { Command, LiveState, Problem, Skeleton, Time } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { change, type RequestFailed, useLive } from '../server.ts';

/** The replays of the last 90 days, as they change. */
export function ReplayList() {
  const live = useLive<ReplaysPage>('/api/replay/list');
  const { data, state, problem } = live.value;
  return (
    <section aria-labelledby="past-replays">
      <h2 id="past-replays">
        Replays of the last 90 days <LiveState live={live.value} />
      </h2>
      {state === 'stale' && problem !== undefined && <Problem text={problem} />}
      {data === undefined && state === 'loading' && <Skeleton lines={3} />}
      {data?.replays.length === 0 && <p class="notice">No replay in the last 90 days.</p>}
      {data !== undefined && data.replays.length > 0 && (
        <table class="list replays">
          <thead>
            <tr>
              {['Replay', 'State', 'Outcome', 'From', 'Up to', 'Started', ''].map((name) => (
                <th key={name} scope="col">
                  {name || <span class="hidden">Cancel</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.replays.map((replay) => (
              <Row key={replay.name} replay={replay} />
            ))}
          </tbody>
        </table>
      )}
      {data !== undefined && (
        <p class="source">
          <Command text={data.command} />
        </p>
      )}
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
  const [mark, style] = isRunning
    ? ['…', 'waiting']
    : isFailed
      ? ['✕', 'failed']
      : state === 'COMPLETED'
        ? ['✓', 'done']
        : ['■', ''];
  return (
    <span class={`verdict ${style}`}>
      <span aria-hidden="true">{mark}</span> {state}
    </span>
  );
}

function Cancel({ replay: { name, state, cancelCommand } }: { readonly replay: ReplayView }) {
  const problem = useSignal<string | undefined>(undefined);
  if (cancelCommand === undefined) return null;
  if (info.value?.isWritable === false) return <Command text={cancelCommand} />;
  const cancel = () =>
    change('/api/replay/cancel', { name }).catch((error: RequestFailed) => {
      problem.value = error.message;
    });
  return (
    <>
      <button type="button" onClick={cancel} disabled={state === 'CANCELLING'} aria-label={`Cancel ${name}`}>
        Cancel
      </button>
      {problem.value !== undefined && <Problem text={problem.value} />}
    </>
  );
}

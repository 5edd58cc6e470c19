import type { GraphView, MetricsPage } from '../../contract/health.ts';
import { adjust } from '../address.ts';
import { Graph } from '../charts/graph.tsx';
import { SameCommand } from '../parts.tsx';
import { useLive } from '../server.ts';
import { LiveProblem, LiveState } from '../states.tsx';

/** What the dashboard has about one subscriber, over the last hour. */
export function SubscriberCharts({ name }: { readonly name: string }) {
  const live = useLive<MetricsPage>('/api/metrics');
  const { data } = live.value;
  const graphs = data?.graphs.flatMap((graph) => graphOf(graph, name)) ?? [];
  return (
    <section class="subscriber-charts" aria-labelledby="charts-title">
      <div class="heading">
        <h2 id="charts-title">{name}, the last hour</h2>
        <LiveState live={live.value} />
        <button type="button" class="small" onClick={() => adjust({ subscriber: undefined })}>
          Close
        </button>
      </div>
      <LiveProblem live={live.value} lines={5} />
      {data !== undefined && graphs.length === 0 && (
        <p class="notice">The dashboard {data.dashboard} has no graph with this subscriber.</p>
      )}
      <div class="graphs">
        {graphs.map((graph) => (
          <Graph key={`${name} ${graph.title}`} graph={graph} from={data?.from ?? 0} to={data?.to ?? 0} />
        ))}
      </div>
      {data !== undefined && <SameCommand text={data.command}>The values are of five minutes each.</SameCommand>}
    </section>
  );
}

/** A graph with the subscriber's line alone; nothing for one that does not have it. */
function graphOf({ lines, ...graph }: GraphView, name: string): GraphView[] {
  const own = lines.filter(({ label }) => label === name);
  return own.length === 0 ? [] : [{ ...graph, lines: own }];
}

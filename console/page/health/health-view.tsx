import { useEffect } from 'preact/hooks';
import type { MetricsPage } from '../../contract/health.ts';
import { address, addressOf, adjust } from '../address.ts';
import { Command, LiveState, Problem } from '../parts.tsx';
import { useLive } from '../server.ts';
import { Alarms } from './alarms.tsx';
import { Checks } from './checks.tsx';
import { Graph } from './graph.tsx';
import { Reconcile } from './reconcile.tsx';
import { ServiceLevel } from './service-level.tsx';

const SPANS: readonly (readonly [value: string, name: string])[] = [
  ['', 'the last hour'],
  ['6h', 'the last 6 hours'],
  ['24h', 'the last 24 hours'],
];

/** Whether all is well: the checks, the alarms, the service level and the numbers of the dashboard. */
export function HealthView() {
  useEffect(() => {
    document.title = 'Health · Console';
  }, []);
  const span = address.value.query.get('span') ?? '';
  const live = useLive<MetricsPage>(addressOf('/api/metrics', { span }));
  const { data, state, problem } = live.value;
  return (
    <>
      <div class="heading">
        <h1>Health</h1>
        <LiveState live={live.value} />
      </div>
      {state === 'stale' && problem !== undefined && <Problem text={problem} />}
      {data === undefined && state === 'loading' && <p class="quiet">Reading the alarms and the numbers …</p>}
      {data !== undefined && (
        <div class="signs">
          <Alarms page={data} />
          {data.serviceLevel !== undefined && <ServiceLevel level={data.serviceLevel} />}
        </div>
      )}
      <Checks />
      <Reconcile />
      <div class="heading">
        <h2>Numbers</h2>
        <label class="quiet">
          of{' '}
          <select value={span} onChange={({ currentTarget }) => adjust({ span: currentTarget.value })}>
            {SPANS.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {data !== undefined && (
        <>
          <div class="graphs">
            {data.graphs.map((graph) => (
              <Graph key={graph.title} graph={graph} from={data.from} to={data.to} />
            ))}
          </div>
          <p class="source">
            From the dashboard {data.dashboard}, whose values are of five minutes each. The same numbers:{' '}
            <Command text={data.command} />
          </p>
        </>
      )}
    </>
  );
}

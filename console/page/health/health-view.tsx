import type { MetricsPage } from '../../contract/health.ts';
import { address, addressOf, adjust } from '../address.ts';
import { Graph } from '../charts/graph.tsx';
import { Choice, type Option } from '../forms.tsx';
import { SameCommand } from '../parts.tsx';
import { useLive } from '../server.ts';
import { ViewHeading } from '../states.tsx';
import { Alarms, ServiceLevel } from './alarms.tsx';
import { Checks } from './checks.tsx';
import { Reconcile } from './reconcile.tsx';

const SPANS: readonly Option[] = [
  ['', 'the last hour'],
  ['6h', 'the last 6 hours'],
  ['24h', 'the last 24 hours'],
];

/** Whether all is well: the checks, the alarms, the service level and the numbers of the dashboard. */
export function HealthView() {
  const span = address.value.query.get('span') ?? '';
  const live = useLive<MetricsPage>(addressOf('/api/metrics', { span }));
  const { data } = live.value;
  return (
    <>
      <ViewHeading title="Health" live={live.value} lines={4} />
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
        <Choice label="of" isQuiet={true} value={span} options={SPANS} onChoose={(next) => adjust({ span: next })} />
      </div>
      {data !== undefined && (
        <>
          <div class="graphs">
            {data.graphs.map((graph) => (
              <Graph key={graph.title} graph={graph} from={data.from} to={data.to} />
            ))}
          </div>
          <SameCommand text={data.command}>
            From the dashboard {data.dashboard}, whose values are of five minutes each.
          </SameCommand>
        </>
      )}
    </>
  );
}

import type { FlowPage } from '../../contract/flow.ts';
import { address } from '../address.ts';
import { SameCommand } from '../parts.tsx';
import { useLive } from '../server.ts';
import { ViewHeading } from '../states.tsx';
import { FlowPicture } from './flow-picture.tsx';
import { FlowTable } from './flow-table.tsx';
import { SubscriberCharts } from './subscriber-charts.tsx';

/** The parts of the pipeline, and how much goes through each now. */
export function FlowView() {
  const live = useLive<FlowPage>('/api/flow');
  const { data } = live.value;
  const chosen = address.value.query.get('subscriber') ?? undefined;
  return (
    <>
      <ViewHeading title="Flow" live={live.value}>
        {data !== undefined && <span class="quiet">the last {data.minutes} minutes</span>}
      </ViewHeading>
      {data !== undefined && (
        <>
          <FlowPicture page={data} />
          <FlowTable page={data} chosen={chosen} />
          {chosen !== undefined && <SubscriberCharts key={chosen} name={chosen} />}
          <SameCommand text={data.command}>Read from CloudWatch, which counts by whole minutes.</SameCommand>
        </>
      )}
    </>
  );
}

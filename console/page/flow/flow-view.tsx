import { useEffect } from 'preact/hooks';
import type { FlowPage } from '../../contract/flow.ts';
import { Command, LiveState, Problem, Skeleton } from '../parts.tsx';
import { useLive } from '../server.ts';
import { FlowPicture } from './flow-picture.tsx';
import { FlowTable } from './flow-table.tsx';

/** The parts of the pipeline, and how much goes through each now. */
export function FlowView() {
  const live = useLive<FlowPage>('/api/flow');
  const { data, state, problem } = live.value;
  useEffect(() => {
    document.title = 'Flow · Console';
  }, []);
  return (
    <>
      <div class="heading">
        <h1>Flow</h1>
        <LiveState live={live.value} />
        {data !== undefined && <span class="quiet">the last {data.minutes} minutes</span>}
      </div>
      {state === 'stale' && problem !== undefined && <Problem text={problem} />}
      {data === undefined && state === 'loading' && <Skeleton lines={9} />}
      {data !== undefined && (
        <>
          <FlowPicture page={data} />
          <FlowTable page={data} />
          <p class="source">
            Read from CloudWatch, which counts by whole minutes. For other times: <Command text={data.command} />
          </p>
        </>
      )}
    </>
  );
}

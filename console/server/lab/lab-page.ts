import { pipelineCommand } from '../../../operations/aws/target.ts';
import { followLab, type LabState, streamOnEngine } from '../../../operations/lab/index.ts';
import type { LabPage } from '../../contract/lab.ts';
import type { StreamItem } from '../answers.ts';
import type { Asked, AskedStream } from '../route.ts';
import { snapshots } from '../snapshots.ts';

/** The lab as it changes. @throws UsageError for a stack on AWS */
export async function* followLabPage({ target, signal, lastId }: AskedStream): AsyncGenerator<StreamItem> {
  const states = streamOnEngine(target, (on) => followLab(on, { signal }));
  yield* snapshots(views(states, target), lastId);
}

async function* views(states: AsyncIterable<LabState>, target: Asked['target']): AsyncGenerator<Omit<LabPage, 'now'>> {
  for await (const { faults, pipe, ...state } of states) {
    yield {
      ...state,
      faults: faults.map(({ id, text }) => ({ id, text })),
      pipeRuns: pipe.runs,
      commands: {
        faults: pipelineCommand('lab faults', target),
        marks: pipelineCommand('lab marks', target),
        pipe: pipelineCommand(pipe.runs ? 'lab stop-pipe' : 'lab start-pipe', target),
      },
    };
  }
}

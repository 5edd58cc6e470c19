import { pipelineCommand, type TargetOptions } from '../../../operations/aws/target.ts';
import { streamOnStack } from '../../../operations/deployed/stack.ts';
import { type FlowReading, followFlow, WINDOW_MS } from '../../../operations/flow/index.ts';
import type { FlowPage, PartView } from '../../contract/flow.ts';
import type { StreamItem } from '../answers.ts';
import type { AskedStream } from '../route.ts';
import { snapshots } from '../snapshots.ts';

/** The flow as it changes. */
export async function* followFlowPage({ target, signal, lastId }: AskedStream): AsyncGenerator<StreamItem> {
  const readings = streamOnStack(target, (on) => followFlow(on, { signal }));
  yield* snapshots(viewed(readings, target), lastId);
}

async function* viewed(
  readings: AsyncIterable<FlowReading>,
  target: TargetOptions,
): AsyncGenerator<Omit<FlowPage, 'now'>> {
  const command = pipelineCommand('metrics --since 5m', target);
  for await (const { picture, parts } of readings) {
    const { table, pipes, subscribers } = picture;
    yield {
      minutes: WINDOW_MS / 60_000,
      table,
      pipes: pipes.map(({ type }) => type),
      subscribers: subscribers.map(({ name, ruleState, takes, where, publishes, effects }) => {
        return { name, ruleState, takes, where, publishes, effects };
      }),
      parts: Object.fromEntries([...parts].map(([name, numbers]) => [name, viewPart(numbers)])),
      command,
    };
  }
}

function viewPart({ count, perSecond, failed, waiting, oldestSeconds }: PartView): PartView {
  return {
    ...(count !== undefined && { count }),
    ...(perSecond !== undefined && { perSecond: Math.round(perSecond * 10) / 10 }),
    ...(failed !== undefined && { failed }),
    ...(waiting !== undefined && { waiting }),
    ...(oldestSeconds !== undefined && { oldestSeconds }),
  };
}

import { ListReplaysCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { Pipeline } from '../support/pipeline.ts';

const PREFIX = 'pipeline-events-';

/** What `pipeline events` has made and not removed again, and its replays that go on. */
export async function leftBehind(
  pipeline: Pipeline,
): Promise<{ rules: string[]; queues: string[]; replays: string[] }> {
  const { Rules = [] } = await pipeline.events.send(
    new ListRulesCommand({ EventBusName: pipeline.output('EventBusName'), NamePrefix: PREFIX }),
  );
  const { QueueUrls = [] } = await pipeline.sqs.send(new ListQueuesCommand({ QueueNamePrefix: PREFIX }));
  const { Replays = [] } = await pipeline.events.send(new ListReplaysCommand({ NamePrefix: PREFIX }));
  const active = Replays.filter(({ State }) => State !== 'COMPLETED' && State !== 'CANCELLED');
  return {
    rules: Rules.map(({ Name = '' }) => Name),
    queues: QueueUrls.map((url) => url.split('/').at(-1) ?? ''),
    replays: active.map(({ ReplayName = '' }) => ReplayName),
  };
}

export const NOTHING = { rules: [], queues: [], replays: [] };

/** Arguments of `pipeline events` on a pipeline. */
export function eventsArgs(pipeline: Pipeline, ...args: string[]): string[] {
  return ['events', ...args, '--port', pipeline.port];
}

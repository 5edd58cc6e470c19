import {
  DescribeReplayCommand,
  type DescribeReplayResponse,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRulesCommand,
  PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import type { Pipeline } from './pipeline.ts';

export interface ReplayOptions {
  /** ARNs of the rules. @default - all rules of the bus */
  readonly rules?: readonly string[];
  /** @default - as long ago as anything */
  readonly from?: Date;
  /** @default - an hour from now */
  readonly to?: Date;
}

/** Starts a replay of the pipeline's archive. */
export async function startReplay(pipeline: Pipeline, name: string, options: ReplayOptions = {}): Promise<void> {
  const { rules, from = new Date(0), to = new Date(pipeline.clock.now() + 3_600_000) } = options;
  await pipeline.events.send(
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: pipeline.output('EventArchiveArn'),
      EventStartTime: from,
      EventEndTime: to,
      Destination: { Arn: pipeline.output('EventBusArn'), ...(rules && { FilterArns: [...rules] }) },
    }),
  );
}

export function describeReplay(pipeline: Pipeline, ReplayName: string): Promise<DescribeReplayResponse> {
  return pipeline.events.send(new DescribeReplayCommand({ ReplayName }));
}

/** Waits until a replay has that state. */
export async function replayIs(pipeline: Pipeline, wanted: string, name: string): Promise<void> {
  await pipeline.waitFor(
    `the replay ${name} to be ${wanted}`,
    ({ hop, replay, state }) => hop === 'replay' && replay === name && state === wanted,
  );
}

/**
 * Puts the first event of a type on the bus again and again, while no rule listens: only the archive gets it.
 * @param times in tens
 */
export async function archiveAgain(pipeline: Pipeline, detailType: string, times: number): Promise<void> {
  const { events } = pipeline;
  const EventBusName = pipeline.output('EventBusName');
  const { Rules = [] } = await events.send(new ListRulesCommand({ EventBusName }));
  for (const { Name } of Rules) await events.send(new DisableRuleCommand({ EventBusName, Name }));
  const [first] = pipeline.entries((entry) => entry.hop === 'event' && entry.detailType === detailType);
  const entry = {
    EventBusName,
    Source: String(first?.source),
    DetailType: String(first?.detailType),
    Detail: JSON.stringify(first?.detail),
  };
  const Entries = Array(10).fill(entry);
  for (let put = 0; put < times; put += 10) await events.send(new PutEventsCommand({ Entries }));
  for (const { Name } of Rules) await events.send(new EnableRuleCommand({ EventBusName, Name }));
}

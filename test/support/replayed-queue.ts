import { PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import type { Pipeline } from './pipeline.ts';

const NAME = 'replayed';
const ENTRIES_IN_CALL = 10;

/** Archives events that no subscriber wants, and makes a queue that gets replays of them. Returns the ARN of its rule. */
export async function archiveEvents(pipeline: Pipeline, count: number): Promise<string> {
  const { events, sqs, engine } = pipeline;
  const EventBusName = pipeline.output('EventBusName');
  const entry = { EventBusName, Source: 'test', DetailType: 'Test', Detail: '{}' };
  for (let sent = 0; sent < count; sent += ENTRIES_IN_CALL) {
    await events.send(new PutEventsCommand({ Entries: Array(ENTRIES_IN_CALL).fill(entry) }));
  }
  const Arn = `arn:aws:sqs:${engine.account.region}:${engine.account.id}:${NAME}`;
  const Statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: Arn };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await sqs.send(new CreateQueueCommand({ QueueName: NAME, Attributes: { Policy } }));
  const EventPattern = JSON.stringify({ source: ['test'], 'replay-name': [{ exists: true }] });
  const { RuleArn = '' } = await events.send(new PutRuleCommand({ Name: NAME, EventBusName, EventPattern }));
  await events.send(new PutTargetsCommand({ Rule: NAME, EventBusName, Targets: [{ Id: NAME, Arn }] }));
  return RuleArn;
}

/** Ids of the events that wait in that queue. */
export function waitingEvents(pipeline: Pipeline): string[] {
  return queueOf(pipeline).messages.map(({ body }) => JSON.parse(body).id);
}

/** Takes ten events out of that queue, or as many as there are. Returns their ids. */
export function takeEvents(pipeline: Pipeline): string[] {
  const received = pipeline.engine.services.queues.receive(queueOf(pipeline).arn, 10);
  return received.map(({ message }) => JSON.parse(message.body).id);
}

function queueOf({ engine }: Pipeline) {
  const queue = engine.services.queues.named(NAME);
  if (queue === undefined) throw new Error(`There is no queue ${NAME}.`);
  return queue;
}

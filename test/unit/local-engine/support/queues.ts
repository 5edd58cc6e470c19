import { afterEach } from '@jest/globals';
import { arnOf } from '../../../../packages/local-engine/core/account.ts';
import { type QueueProps, Queues } from '../../../../packages/local-engine/sqs/queues.ts';
import { ACCOUNT, type Parts } from './parts.ts';

const opened: Queues[] = [];

afterEach(() => {
  for (const queues of opened.splice(0)) queues.close();
});

export const queueArn = (name: string) => arnOf(ACCOUNT, 'sqs', name);

export const queueProps = (name: string, attributes: Readonly<Record<string, string>> = {}): QueueProps => ({
  name,
  arn: queueArn(name),
  url: `http://127.0.0.1:4566/${ACCOUNT.id}/${name}`,
  attributes,
});

/** Queues of these names, closed after the test. */
export function makeQueues(parts: Parts, ...names: readonly string[]): Queues {
  const queues = new Queues(parts);
  for (const name of names) queues.create(queueProps(name));
  opened.push(queues);
  return queues;
}

/** Bodies and attributes of the messages that wait in a queue. */
export function waitingIn(queues: Queues, name: string): { body: string; attributes: Record<string, unknown> }[] {
  return (queues.find(queueArn(name))?.messages ?? []).map(({ body, attributes }) => ({
    body,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, value.StringValue])),
  }));
}

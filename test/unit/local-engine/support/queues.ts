import { afterEach } from '@jest/globals';
import { arnOf } from '../../../../packages/local-engine/core/account.ts';
import { sqsOperations } from '../../../../packages/local-engine/sqs/api.ts';
import { MessageMoveTasks } from '../../../../packages/local-engine/sqs/move-tasks.ts';
import { ApiQueues } from '../../../../packages/local-engine/sqs/queue-operations.ts';
import { type QueueProps, Queues } from '../../../../packages/local-engine/sqs/queues.ts';
import type { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { ACCOUNT, makeParts, type Parts, passTime } from './parts.ts';

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

/** Queues as clients see them, and a short way to call the operations. */
export function makeApiQueues(parts: Parts, queues: Queues) {
  const endpoint = 'http://127.0.0.1:4566';
  const apiQueues = new ApiQueues({ ...parts, account: ACCOUNT, endpoint, queues });
  const messageMoves = new MessageMoveTasks({ ...parts, queues });
  const operations = sqsOperations({ ...parts, account: ACCOUNT, queues, apiQueues, messageMoves });
  const call = async (operation: string, request: Record<string, unknown>) => operations[operation]?.(request);
  return { apiQueues, operations, call };
}

export const DLQ = queueArn('dlq');

const openTasks: MessageMoveTasks[] = [];
afterEach(() => {
  for (const tasks of openTasks.splice(0)) tasks.stop();
});

/** Move tasks over the queues `users` and `orders`, whose messages go to `dlq` when they were received once, and `other`. */
export function openMoves(storage?: Storage) {
  const parts = makeParts(storage);
  const queues = makeQueues(parts, 'dlq', 'other');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DLQ, maxReceiveCount: 1 });
  for (const name of ['users', 'orders']) queues.create(queueProps(name, { VisibilityTimeout: '0', RedrivePolicy }));
  const tasks = new MessageMoveTasks({ ...parts, queues });
  openTasks.push(tasks);
  const call = async (operation: string, request: object) => tasks.operations[operation]?.({ ...request });
  const start = async (more: object = {}) =>
    ((await call('StartMessageMoveTask', { SourceArn: DLQ, ...more })) as { TaskHandle: string }).TaskHandle;
  const list = async (more: object = {}) =>
    ((await call('ListMessageMoveTasks', { SourceArn: DLQ, ...more })) as { Results: { Status: string }[] }).Results;
  /** Sends messages, and receives them twice. */
  const bury = async (name: string, ...bodies: readonly string[]) => {
    for (const body of bodies) await queues.send(queueArn(name), body, { TYPE: 'x' });
    for (let receive = 0; receive < 2; receive++) queues.receive(queueArn(name), 10);
  };
  const bodiesIn = (name: string) => waitingIn(queues, name).map(({ body }) => body);
  const ended = () => passTime(parts.clock, 1000, () => parts.journal.entries().some(isEnd));
  return { ...parts, queues, tasks, call, start, list, bury, bodiesIn, ended };
}

/** Whether an entry is the end of a task. */
export const isEnd = ({ hop, status }: { hop: string; status?: unknown }) =>
  hop === 'message-move' && !['RUNNING', 'CANCELLING'].includes(String(status));

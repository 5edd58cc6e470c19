import { afterEach } from '@jest/globals';
import { MessageMoveTasks } from '../../../../packages/local-engine/sqs/move-tasks.ts';
import type { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { makeParts, passTime } from './parts.ts';
import { makeQueues, queueArn, queueProps, waitingIn } from './queues.ts';

export const DLQ = queueArn('dlq');

const opened: MessageMoveTasks[] = [];
afterEach(() => {
  for (const tasks of opened.splice(0)) tasks.stop();
});

/** Move tasks over the queues `users` and `orders`, whose messages go to `dlq` when they were received once, and `other`. */
export function openMoves(storage?: Storage) {
  const parts = makeParts(storage);
  const queues = makeQueues(parts, 'dlq', 'other');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DLQ, maxReceiveCount: 1 });
  for (const name of ['users', 'orders']) queues.create(queueProps(name, { VisibilityTimeout: '0', RedrivePolicy }));
  const tasks = new MessageMoveTasks({ ...parts, queues });
  opened.push(tasks);
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

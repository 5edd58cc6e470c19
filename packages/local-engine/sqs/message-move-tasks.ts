import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { Clock, Timer } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { Operation } from '../protocols/json-protocol.ts';
import {
  type MessageMove,
  MOST_TASKS_LISTED,
  messageMoveOf,
  sourceArnOfHandle,
  taskHandle,
  taskListOf,
} from './message-move-request.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { deadLetterTargetOf } from './redrive-policies.ts';
import { invalidParameter } from './sqs-errors.ts';

/** How a task has ended. */
interface End {
  readonly status: 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly failureReason?: string;
}

interface MessageMoveTask extends MessageMove {
  readonly handle: string;
  /** Unix epoch milliseconds. */
  readonly startedAt: number;
  /** Ids of the messages that were visible at the start: these are moved, and no others. */
  readonly messageIds: readonly string[];
  /** How many of them had their turn. */
  tried: number;
  moved: number;
  /** Why the first that could not be moved was left where it is. */
  left?: End;
  status: 'RUNNING' | 'CANCELLING' | End['status'];
  failureReason?: string;
  /** The next step. */
  timer?: Timer;
}

interface MessageMoveProps {
  readonly queues: Queues;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** Where SQS finds the rate by itself, it is this one here. */
const USUAL_RATE = 500;
/** Messages are moved so often in a second, some at a time; slower rates move one. */
const STEPS_PER_SECOND = 10;

/** Source: SQS developer guide, troubleshooting dead-letter queue redrive. */
const NO_SUCH_QUEUE: End = { status: 'FAILED', failureReason: 'AWS.SimpleQueueService.NonExistentQueue' };
/** Of messages that were sent to the queue directly, as EventBridge does with what it cannot deliver. */
const NO_SOURCE: End = { status: 'FAILED', failureReason: 'CouldNotDetermineMessageSource' };

/**
 * The move tasks of SQS, which bring dead letters back. Each message is moved in one turn: at every moment it is in one of
 * the two queues. Moved messages are new ones, with an id, a time and a count of their own. One that cannot be moved stays,
 * stops no other, and makes the task fail in the end. Tasks end with the engine.
 */
export class MessageMoveTasks {
  readonly #props: MessageMoveProps;
  /** By source ARN, the newest first. */
  readonly #tasks = new Map<string, MessageMoveTask[]>();
  readonly operations: Readonly<Record<string, Operation>> = {
    StartMessageMoveTask: (request) => ({ TaskHandle: this.#start(messageMoveOf(request)) }),
    ListMessageMoveTasks: (request) => {
      const { sourceArn, limit } = taskListOf(request);
      this.#queue(sourceArn, 'SourceArn');
      return { Results: (this.#tasks.get(sourceArn) ?? []).slice(0, limit).map(describe) };
    },
    CancelMessageMoveTask: (request) => ({ ApproximateNumberOfMessagesMoved: this.#cancel(request) }),
  };

  constructor(props: MessageMoveProps) {
    this.#props = props;
  }

  /** Ends every task where it is. */
  stop(): void {
    for (const { timer } of [...this.#tasks.values()].flat()) timer?.cancel();
  }

  /** Source: SQS API reference, StartMessageMoveTask; error texts as AWS was seen to give them. */
  #start(move: MessageMove): string {
    const { queues, clock } = this.#props;
    const { sourceArn, destinationArn } = move;
    const source = this.#queue(sourceArn, 'SourceArn');
    if (!queues.all().some((queue) => deadLetterTargetOf(queue) === sourceArn)) {
      throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    }
    if (destinationArn !== undefined) this.#queue(destinationArn, 'DestinationArn');
    const tasks = this.#tasks.get(sourceArn) ?? [];
    if (tasks[0]?.status === 'RUNNING' || tasks[0]?.status === 'CANCELLING') {
      const message =
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.';
      throw invalidParameter(message);
    }
    const task: MessageMoveTask = {
      ...move,
      handle: taskHandle(randomUUID(), sourceArn),
      startedAt: clock.now(),
      messageIds: source.messages.map(({ messageId }) => messageId),
      tried: 0,
      moved: 0,
      status: 'RUNNING',
    };
    this.#tasks.set(sourceArn, [task, ...tasks].slice(0, MOST_TASKS_LISTED));
    this.#note(task);
    this.#after(0, task);
    return task.handle;
  }

  /** Stops what has not been moved. @returns how many were */
  #cancel(request: Readonly<Record<string, unknown>>): number {
    const sourceArn = sourceArnOfHandle(request);
    this.#queue(sourceArn, 'SourceArn');
    const task = this.#tasks.get(sourceArn)?.find(({ handle }) => handle === request.TaskHandle);
    if (task === undefined) throw new AwsError('ResourceNotFoundException', 'Task does not exist.', 404);
    if (task.status !== 'RUNNING') {
      throw invalidParameter('Only active tasks can be cancelled.');
    }
    task.timer?.cancel();
    task.status = 'CANCELLING';
    this.#after(0, task);
    return task.moved;
  }

  #after(ms: number, task: MessageMoveTask): void {
    task.timer = this.#props.clock.after(ms, () => this.#step(task));
  }

  #step(task: MessageMoveTask): void {
    const { messagesPerSecond = USUAL_RATE } = task;
    const atOnce = Math.max(1, Math.floor(messagesPerSecond / STEPS_PER_SECOND));
    const end: End | undefined = task.status === 'CANCELLING' ? { status: 'CANCELLED' } : this.#move(task, atOnce);
    if (end === undefined) this.#after((atOnce * 1000) / messagesPerSecond, task);
    else this.#note(Object.assign(task, end));
  }

  /** Moves some messages. Returns how the task has ended, if it has. */
  #move(task: MessageMoveTask, atOnce: number): End | undefined {
    const { queues } = this.#props;
    const { messageIds, destinationArn } = task;
    const source = queues.find(task.sourceArn);
    if (source === undefined || (destinationArn !== undefined && !queues.find(destinationArn))) return NO_SUCH_QUEUE;
    for (let moved = 0; moved < atOnce && task.tried < messageIds.length; task.tried++) {
      const problem = this.#moveOne(messageIds[task.tried] ?? '', source, task);
      if (problem === undefined) moved += 1;
      else task.left ??= problem;
    }
    return task.tried < messageIds.length ? undefined : (task.left ?? { status: 'COMPLETED' });
  }

  /** Moves a message that is still visible. Returns why it cannot be moved. */
  #moveOne(messageId: string, source: Queue, task: MessageMoveTask): End | undefined {
    const { queues } = this.#props;
    const queued = source.find(messageId);
    // Gone, or with somebody: that is not for the task to judge.
    if (queued === undefined || source.hiddenUntil(messageId) !== undefined) return undefined;
    const destinationArn = task.destinationArn ?? queued.message.origin?.sourceArn;
    if (destinationArn === undefined) return NO_SOURCE;
    const destination = queues.find(destinationArn);
    if (destination === undefined) return NO_SUCH_QUEUE;
    queues.move(queued, source, destination);
    task.moved += 1;
    return undefined;
  }

  #queue(arn: string, parameter: string): Queue {
    const queue = this.#props.queues.find(arn);
    if (queue) return queue;
    const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
    throw new AwsError('ResourceNotFoundException', message, 404);
  }

  #note({ sourceArn, destinationArn, status, moved, messageIds, failureReason }: MessageMoveTask): void {
    const toMove = messageIds.length;
    this.#props.journal.write('message-move', { sourceArn, destinationArn, status, moved, toMove, failureReason });
  }
}

/** A handle is given only while a task runs. Source: SQS API reference, ListMessageMoveTasksResultEntry. */
function describe(task: MessageMoveTask): object {
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: task.sourceArn,
    DestinationArn: task.destinationArn,
    MaxNumberOfMessagesPerSecond: task.messagesPerSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.messageIds.length,
    FailureReason: task.failureReason,
    StartedTimestamp: task.startedAt,
  };
}

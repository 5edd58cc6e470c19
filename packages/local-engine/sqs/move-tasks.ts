import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { Clock, Timer } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { Operation } from '../protocols/json-protocol.ts';
import { invalidParameter, invalidValue } from './errors.ts';
import { type Members, requiredText } from './protocol.ts';
import type { Queue } from './queue.ts';
import { deadLetterTargetOf } from './queue-attributes.ts';
import type { Queues } from './queues.ts';

/** A request of StartMessageMoveTask. */
interface MessageMove {
  readonly sourceArn: string;
  /** @default - each message goes back to the queue that it came from */
  readonly destinationArn?: string;
  /** @default USUAL_RATE */
  readonly messagesPerSecond?: number;
}

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
  /** How many of them it has tried to move. */
  tried: number;
  moved: number;
  /** Why the first message that could not be moved stayed. */
  left?: End;
  status: 'RUNNING' | 'CANCELLING' | End['status'];
  failureReason?: string;
  /** The next step. */
  timer?: Timer;
}

/** Source: SQS API reference, StartMessageMoveTask. */
const FASTEST = 500;

/** Source: SQS API reference, ListMessageMoveTasks. */
const MOST_TASKS_LISTED = 10;

/** The rate where the request names none. SQS then chooses one itself. */
const USUAL_RATE = 500;
/** Messages are moved so often in a second, several at a time; slower rates move one. */
const STEPS_PER_SECOND = 10;

/** Source: SQS developer guide, troubleshooting dead-letter queue redrive. */
const NO_SUCH_QUEUE: End = { status: 'FAILED', failureReason: 'AWS.SimpleQueueService.NonExistentQueue' };
/** For messages that were sent to the queue directly, as EventBridge sends events that it cannot deliver. */
const NO_SOURCE: End = { status: 'FAILED', failureReason: 'CouldNotDetermineMessageSource' };

/**
 * The move tasks of SQS, which redrive dead letters. Each message is moved in one turn: at every moment it is in one of
 * the two queues. Moved messages are new ones, with an id, a time and a count of their own. A message that cannot be moved
 * stays and stops no other, but makes the task fail at its end. Tasks end with the engine.
 */
export class MessageMoveTasks {
  readonly #props: { readonly queues: Queues; readonly clock: Clock; readonly journal: Journal };
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

  constructor(props: { queues: Queues; clock: Clock; journal: Journal }) {
    this.#props = props;
  }

  /** Stops every task where it is. */
  stop(): void {
    for (const { timer } of [...this.#tasks.values()].flat()) timer?.cancel();
  }

  /** Source: SQS API reference, StartMessageMoveTask; error texts as seen on AWS. */
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

  /** @returns how many messages were moved; the others stay */
  #cancel(request: Members): number {
    const sourceArn = sourceArnOfHandle(request);
    this.#queue(sourceArn, 'SourceArn');
    const task = this.#tasks.get(sourceArn)?.find(({ handle }) => handle === request.TaskHandle);
    if (task === undefined) throw new AwsError('ResourceNotFoundException', 'Task does not exist.', 404);
    if (task.status !== 'RUNNING') throw invalidParameter('Only active tasks can be cancelled.');
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

  /** Moves some messages. @returns how the task has ended, if it has */
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

  /** Moves a message that is still visible. @returns why it cannot be moved */
  #moveOne(messageId: string, source: Queue, task: MessageMoveTask): End | undefined {
    const { queues } = this.#props;
    const queued = source.find(messageId);
    // One that was deleted or received meanwhile is no failure of the task.
    if (queued === undefined || source.hiddenUntil(messageId) !== undefined) return undefined;
    const destinationArn = task.destinationArn ?? queued.message.origin?.sourceArn;
    if (destinationArn === undefined) return NO_SOURCE;
    const destination = queues.find(destinationArn);
    if (destination === undefined) return NO_SUCH_QUEUE;
    queues.messages.move(queued, source, destination);
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

/** @throws AwsError for what SQS refuses before it looks at its queues */
export function messageMoveOf(request: Members): MessageMove {
  const { DestinationArn, MaxNumberOfMessagesPerSecond } = request;
  const sourceArn = requiredText(request, 'SourceArn');
  if (DestinationArn === sourceArn) {
    throw invalidParameter('Source queue and destination queue must not be the same.');
  }
  const rate = MaxNumberOfMessagesPerSecond ?? undefined;
  return {
    sourceArn,
    ...(DestinationArn ? { destinationArn: String(DestinationArn) } : {}),
    ...(rate !== undefined && { messagesPerSecond: within(rate, 'MaxNumberOfMessagesPerSecond', FASTEST) }),
  };
}

/** A request of ListMessageMoveTasks. @throws AwsError as above */
export function taskListOf(request: Members): { sourceArn: string; limit: number } {
  const limit = within(request.MaxResults ?? 1, 'MaxResults', MOST_TASKS_LISTED);
  return { sourceArn: requiredText(request, 'SourceArn'), limit };
}

function within(value: unknown, name: string, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw invalidValue(value, name, `Must be between 1 and ${most}.`);
}

/** A handle has the same content on AWS: seen there, not documented. */
export function taskHandle(taskId: string, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64');
}

/** The queue of a task's handle. @throws AwsError for a text that is not a handle */
export function sourceArnOfHandle({ TaskHandle }: Members): string {
  try {
    const handle = JSON.parse(Buffer.from(String(TaskHandle), 'base64').toString());
    if (typeof handle?.sourceArn === 'string') return handle.sourceArn;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalidParameter('Value for parameter TaskHandle is invalid.');
}

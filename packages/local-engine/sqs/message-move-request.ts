import { invalidParameter, invalidValue } from './sqs-errors.ts';
import { type Members, requiredText } from './sqs-request.ts';

/** What StartMessageMoveTask asks for. */
export interface MessageMove {
  readonly sourceArn: string;
  /** @default - each message goes back to the queue that it came from */
  readonly destinationArn?: string;
  /** @default - as fast as the engine likes */
  readonly messagesPerSecond?: number;
}

/** Source: SQS API reference, StartMessageMoveTask. */
const FASTEST = 500;

/** Source: SQS API reference, ListMessageMoveTasks. */
export const MOST_TASKS_LISTED = 10;

/** @throws AwsError for what SQS would refuse without a look at its queues */
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

/** How many tasks ListMessageMoveTasks lists, and of which queue. @throws AwsError as above */
export function taskListOf(request: Members): { sourceArn: string; limit: number } {
  return {
    sourceArn: requiredText(request, 'SourceArn'),
    limit: within(request.MaxResults ?? 1, 'MaxResults', MOST_TASKS_LISTED),
  };
}

/** What a handle holds on AWS as well: seen there, not documented. */
export function taskHandle(taskId: string, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64');
}

/** The queue that a handle is about. @throws AwsError for a handle that nobody has given */
export function sourceArnOfHandle({ TaskHandle }: Members): string {
  try {
    const handle = JSON.parse(Buffer.from(String(TaskHandle), 'base64').toString());
    if (typeof handle?.sourceArn === 'string') return handle.sourceArn;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalidParameter('Value for parameter TaskHandle is invalid.');
}

function within(value: unknown, name: string, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw invalidValue(value, name, `Must be between 1 and ${most}.`);
}

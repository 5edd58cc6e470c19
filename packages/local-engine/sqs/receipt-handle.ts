import { AwsError } from '../core/aws-error.ts';

/** What a receipt handle stands for: one receive of a message. */
export interface Receipt {
  readonly messageId: string;
  /** Differs from receive to receive. */
  readonly id: string;
}

/** The handle of a receive, as clients get it. */
export function receiptHandleOf(queueName: string, { messageId, id }: Receipt): string {
  return Buffer.from(`${queueName} ${messageId} ${id}`).toString('base64');
}

/**
 * The message may be gone; a handle outlives it.
 * @throws AwsError for what is no handle of a message of this queue
 */
export function receiptOf(handle: string, queueName: string): Receipt {
  const [queue, messageId, id, ...others] = Buffer.from(handle, 'base64').toString().split(' ');
  if (queue === queueName && messageId !== undefined && id !== undefined && others.length === 0)
    return { messageId, id };
  // Source: recorded on AWS.
  const message = `The input receipt handle "${handle}" is not a valid receipt handle.`;
  throw new AwsError('ReceiptHandleIsInvalid', message);
}

import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Faults } from '../journal/faults.ts';
import type { Journal } from '../journal/journal.ts';
import { type MessageAttribute, md5OfAttributes, type ReceivedMessage } from '../sqs/index.ts';
import { FunctionError } from './execution-environment.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** Whose batch it is, and what its invocation needs. */
export interface BatchProps {
  readonly queueArn: string;
  readonly target: LambdaFunction;
  /** Whether the function may report single items as failed (ReportBatchItemFailures). */
  readonly reportsItemFailures: boolean;
  readonly account: Account;
  readonly journal: Journal;
  readonly faults: Faults;
}

/** What a fault names to have an invocation refused, as Lambda does when it throttles. */
const INVOKE = 'lambda:InvokeFunction';

/**
 * Invokes the function with a batch.
 * @returns the ids of the messages to deliver again
 */
export async function invokeWithBatch(
  batch: readonly ReceivedMessage[],
  requestId: string,
  props: BatchProps,
): Promise<Set<string>> {
  const { target, queueArn, journal, faults } = props;
  const messageIds = batch.map(({ message }) => message.messageId);
  const receives = batch.map(({ message }) => message.receives);
  journal.write('batch', { functionName: target.name, queueArn, requestId, messageIds, receives });
  try {
    const event = { Records: batch.map((received) => toRecord(received, props)) };
    const answer = await faults.around(INVOKE, () => target.invoke(event, requestId), { requestId });
    return props.reportsItemFailures ? failedItems(answer, new Set(messageIds)) : new Set();
  } catch (error) {
    // The messages come back when their visibility timeout ends.
    if (error instanceof AwsError) {
      const { code: errorType, message } = error;
      const refused = { requestId, durationMs: 0, outcome: 'refused', errorType, message };
      journal.write('invocation', { functionName: target.name, ...refused });
      return new Set(messageIds);
    }
    // The journal has the failed invocation.
    if (error instanceof FunctionError) return new Set(messageIds);
    throw error;
  }
}

/** Source: Lambda developer guide, using Lambda with Amazon SQS, example event; recorded on AWS. */
function toRecord(
  { message, receiptHandle, receives }: ReceivedMessage,
  { account, queueArn }: BatchProps,
): Record<string, unknown> {
  const { messageId, body, attributes, md5OfBody, sentAt, firstReceivedAt, traceHeader, groupId, origin } = message;
  const md5OfMessageAttributes = md5OfAttributes(attributes);
  return {
    messageId,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
      SentTimestamp: String(sentAt),
      ...(groupId !== undefined && { MessageGroupId: groupId }),
      SenderId: account.id,
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      ...(origin !== undefined && { DeadLetterQueueSourceArn: origin.sourceArn }),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]),
    ),
    ...(md5OfMessageAttributes !== undefined && { md5OfMessageAttributes }),
    md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: account.region,
  };
}

function attributeOf({ DataType, StringValue, BinaryValue }: MessageAttribute): object {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

/**
 * The messages that a function reports as failed. No report is success; a report that is invalid, or that names a message
 * of another batch, fails the whole batch. Source: Lambda developer guide, handling errors for an SQS event source.
 */
export function failedItems(answer: unknown, batch: ReadonlySet<string>): Set<string> {
  if (typeof answer !== 'object' || answer === null) return new Set();
  const { batchItemFailures } = answer as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return new Set();
  if (!Array.isArray(batchItemFailures)) return new Set(batch);
  const ids = batchItemFailures.map((item: { itemIdentifier?: unknown } | null) => item?.itemIdentifier);
  return ids.every((id) => typeof id === 'string' && batch.has(id)) ? new Set(ids as string[]) : new Set(batch);
}

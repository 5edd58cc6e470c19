import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Operation } from '../protocols/json-protocol.ts';
import { isXmlText } from '../protocols/xml.ts';
import { invalidParameter, invalidValue, missingParameter } from './errors.ts';
import {
  attributesAskedFor,
  INVALID_CHARACTERS,
  type Message,
  md5OfAttributes,
  messageAttributesOf,
  receiptOf,
  type SentMessage,
  sizeOf,
  traceHeaderOf,
} from './message.ts';
import { listOf, type Members, mapOf, requiredText, textOf, wholeNumberOf } from './protocol.ts';
import type { Queue } from './queue.ts';
import { ATTRIBUTE_NAMES } from './queue-attributes.ts';
import { MOST_IN_FLIGHT, type ReceivedMessage } from './queue-messages.ts';
import type { Queues } from './queues.ts';

export interface MessageOperationsProps {
  readonly account: Account;
  readonly clock: Clock;
  readonly queues: Queues;
}

/** Seconds that a message is hidden at most, in total. Source: SQS API reference, ChangeMessageVisibility. */
const LONGEST_VISIBILITY = 43_200;

/** Source: SQS API reference. Reasons as recorded on AWS. */
const DELAY = { least: 0, most: 900, reason: 'DelaySeconds must be >= 0 and <= 900.' };
const VISIBILITY = { least: 0, most: LONGEST_VISIBILITY, reason: 'Must be between 0 and 43200, if provided.' };
const COUNT = { least: 1, most: 10, reason: 'Must be between 1 and 10, if provided.' };
const WAIT = { least: 0, most: 20, reason: 'Must be >= 0 and <= 20, if provided.' };

const GROUP = /^[\x21-\x7e]{1,128}$/;

const FIFO_ONLY = 'The request includes a parameter that is not valid for this queue type.';

/** System attributes of messages, by their names in the API; undefined where a message has none. */
const SYSTEM_ATTRIBUTES: Readonly<Record<string, (message: Message, senderId: string) => string | number | undefined>> =
  {
    SenderId: (_message, senderId) => senderId,
    SentTimestamp: ({ sentAt }) => sentAt,
    ApproximateReceiveCount: ({ receives }) => receives,
    ApproximateFirstReceiveTimestamp: ({ firstReceivedAt }) => firstReceivedAt,
    AWSTraceHeader: ({ traceHeader }) => traceHeader,
    DeadLetterQueueSourceArn: ({ origin }) => origin?.sourceArn,
    MessageGroupId: ({ groupId }) => groupId,
    MessageDeduplicationId: () => undefined,
    SequenceNumber: () => undefined,
  };

/** Operations on single messages. Source: SQS API reference; limits and error texts as recorded on AWS. */
export function messageOperations(props: MessageOperationsProps): Readonly<Record<string, Operation>> {
  const { queues, clock } = props;
  return {
    SendMessage: (request) => {
      const queue = queues.of(request);
      const message = sentMessageOf(request);
      checkSize(message, queue);
      return send(queues, queue, message, request);
    },
    ReceiveMessage: (request) => receive(props, request),
    DeleteMessage: (request) => deleteMessage(queues, queues.of(request), request),
    ChangeMessageVisibility: (request) => changeVisibility(queues, clock, queues.of(request), request),
  };
}

async function receive({ queues, account }: MessageOperationsProps, request: Members): Promise<object> {
  const queue = queues.of(request);
  const limit = wholeNumberOf(request, 'MaxNumberOfMessages', COUNT) ?? 1;
  const seconds = wholeNumberOf(request, 'VisibilityTimeout', VISIBILITY);
  const wait =
    wholeNumberOf(request, 'WaitTimeSeconds', WAIT) ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds);
  const system = [...listOf(request, 'AttributeNames'), ...listOf(request, 'MessageSystemAttributeNames')];
  const asked = { system, names: listOf(request, 'MessageAttributeNames'), senderId: account.id };
  checkSystemNames(system);
  const attempt = textOf(request, 'ReceiveRequestAttemptId');
  if (attempt !== undefined) throw invalidValue(attempt, 'ReceiveRequestAttemptId', FIFO_ONLY);
  if (wait === 0 && queue.inFlight >= MOST_IN_FLIGHT) {
    throw new AwsError('OverLimit', `The queue has ${MOST_IN_FLIGHT} messages in flight, and can have no more.`, 403);
  }
  const received = await queues.messages.poll(queue, limit, seconds, wait);
  return received.length === 0 ? {} : { Messages: received.map((one) => describe(one, asked)) };
}

/** What SendMessage, or an entry of its batch, sends. @throws AwsError what SQS would answer */
export function sentMessageOf(request: Members): SentMessage {
  const body = textOf(request, 'MessageBody');
  if (!body) throw missingParameter('MessageBody');
  if (!isXmlText(body)) throw new AwsError('InvalidMessageContents', INVALID_CHARACTERS);
  const deduplication = textOf(request, 'MessageDeduplicationId');
  if (deduplication !== undefined) throw invalidValue(deduplication, 'MessageDeduplicationId', FIFO_ONLY);
  const groupId = textOf(request, 'MessageGroupId');
  if (groupId !== undefined && !GROUP.test(groupId)) {
    const reason = 'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.';
    throw invalidValue(groupId, 'MessageGroupId', reason);
  }
  const attributes = messageAttributesOf(mapOf(request, 'MessageAttributes'));
  const traceHeader = traceHeaderOf(mapOf(request, 'MessageSystemAttributes'));
  return { body, attributes, ...(traceHeader && { traceHeader }), ...(groupId && { groupId }) };
}

/** @throws AwsError for a message that is too long for its queue */
export function checkSize(sent: SentMessage, { attributes: { MaximumMessageSize } }: Queue): void {
  if (sizeOf(sent) <= Number(MaximumMessageSize)) return;
  const reason = `Message must be shorter than ${MaximumMessageSize} bytes.`;
  throw invalidParameter(`One or more parameters are invalid. Reason: ${reason}`);
}

/** @returns what SendMessage answers @throws AwsError for a delay out of range */
export function send(queues: Queues, queue: Queue, sent: SentMessage, request: Members): object {
  const delay = wholeNumberOf(request, 'DelaySeconds', DELAY);
  const { messageId, md5OfBody, attributes, traceHeader } = queues.messages.put(queue, sent, delay);
  const system = traceHeader === undefined ? {} : { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } };
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5OfBody,
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    MD5OfMessageSystemAttributes: md5OfAttributes(system),
  };
}

/**
 * Deletes the message if the handle is that of its last receive, whether that is over or not; otherwise does nothing.
 * @throws AwsError for a text that is not a handle
 */
export function deleteMessage(queues: Queues, queue: Queue, request: Members): object {
  const { messageId, id } = receiptOf(requiredText(request, 'ReceiptHandle'), queue.name);
  const queued = queue.find(messageId);
  if (queued?.receipt?.id === id) queues.messages.deleteAsClient(queue, queued);
  return {};
}

/** Takes handles of earlier receives too, and those of messages that are visible again, as recorded. @throws AwsError */
export function changeVisibility(queues: Queues, clock: Clock, queue: Queue, request: Members): object {
  const handle = requiredText(request, 'ReceiptHandle');
  const { messageId } = receiptOf(handle, queue.name);
  const seconds = wholeNumberOf(request, 'VisibilityTimeout', VISIBILITY);
  if (seconds === undefined) throw missingParameter('VisibilityTimeout');
  const queued = queue.find(messageId);
  if (queued?.receipt === undefined) {
    const reason = 'Message does not exist or is not available for visibility timeout change.';
    throw invalidValue(handle, 'ReceiptHandle', reason);
  }
  if (clock.now() + seconds * 1000 > queued.receipt.at + LONGEST_VISIBILITY * 1000) {
    const reason = `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY} seconds]`;
    throw invalidValue(seconds, 'VisibilityTimeout', reason);
  }
  queues.messages.hide(queue, queued, seconds);
  return {};
}

function checkSystemNames(names: readonly string[]): void {
  // Clients send names of queue attributes here too.
  const unknown = names.find(
    (name) => name !== 'All' && !Object.hasOwn(SYSTEM_ATTRIBUTES, name) && !ATTRIBUTE_NAMES.has(name),
  );
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
}

interface Asked {
  readonly system: readonly string[];
  readonly names: readonly string[];
  readonly senderId: string;
}

function describe({ message, receiptHandle }: ReceivedMessage, { system, names, senderId }: Asked): object {
  const attributes = Object.entries(SYSTEM_ATTRIBUTES).flatMap(([name, read]) => {
    const value = system.includes('All') || system.includes(name) ? read(message, senderId) : undefined;
    return value === undefined ? [] : [[name, String(value)]];
  });
  const messageAttributes = attributesAskedFor(message.attributes, names);
  const md5 = md5OfAttributes(messageAttributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(attributes.length > 0 && { Attributes: Object.fromEntries(attributes) }),
    ...(md5 !== undefined && { MD5OfMessageAttributes: md5, MessageAttributes: messageAttributes }),
  };
}

import { hash, randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';

/** One attribute of a message, as in the SQS API. */
export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, and optionally a dot with a label of the sender's. */
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type TypedAttributes = Readonly<Record<string, MessageAttribute>>;

/** How a message was moved to its dead-letter queue. */
export interface DeadLetterOrigin {
  /** The queue whose redrive policy moved it. */
  readonly sourceArn: string;
  /** Unix epoch milliseconds. */
  readonly movedAt: number;
}

/** What a sender sends. */
export interface SentMessage {
  readonly body: string;
  readonly attributes?: TypedAttributes;
  /** The message system attribute AWSTraceHeader. */
  readonly traceHeader?: string;
  /** The group of a fair queue. */
  readonly groupId?: string;
}

/** A message in a queue. Times are in Unix epoch milliseconds. */
export interface Message extends SentMessage {
  readonly messageId: string;
  readonly attributes: TypedAttributes;
  readonly md5OfBody: string;
  readonly sentAt: number;
  /** How often it was received. */
  receives: number;
  firstReceivedAt: number | undefined;
  /** Undefined for a message that no redrive policy has moved. */
  origin: DeadLetterOrigin | undefined;
}

export function newMessage(sent: SentMessage, sentAt: number): Message {
  return {
    ...sent,
    messageId: randomUUID(),
    attributes: sent.attributes ?? {},
    md5OfBody: md5(sent.body),
    sentAt,
    receives: 0,
    firstReceivedAt: undefined,
    origin: undefined,
  };
}

/** In hexadecimal digits. */
export function md5(text: string): string {
  return hash('md5', text);
}

/** @returns undefined if there are none. Source: SQS developer guide, calculating the MD5 message digest for attributes */
export function md5OfAttributes(attributes: TypedAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType = '', StringValue = '', BinaryValue } = attributes[name] ?? {};
    const isBinary = DataType.startsWith('Binary');
    const value = isBinary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue);
    return [...sized(Buffer.from(name)), ...sized(Buffer.from(DataType)), Buffer.of(isBinary ? 2 : 1), ...sized(value)];
  });
  return hash('md5', Buffer.concat(parts));
}

/** In bytes: the body, and name, type and value of each attribute. Source: SQS developer guide, message quotas */
export function sizeOf({ body, attributes = {} }: SentMessage): number {
  const ofAttributes = Object.entries(attributes).map(
    ([name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      Buffer.byteLength(BinaryValue, 'base64'),
  );
  return ofAttributes.reduce((sum, size) => sum + size, Buffer.byteLength(body));
}

function sized(value: Buffer): [length: Buffer, value: Buffer] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return [length, value];
}

/** One receive of a message, for which a receipt handle stands. */
export interface Receipt {
  readonly messageId: string;
  /** Differs from receive to receive. */
  readonly id: string;
}

export function receiptHandleOf(queueName: string, { messageId, id }: Receipt): string {
  return Buffer.from(`${queueName} ${messageId} ${id}`).toString('base64');
}

/** The message may be gone. @throws AwsError for a text that is not a handle of this queue */
export function receiptOf(handle: string, queueName: string): Receipt {
  const [queue, messageId, id, ...others] = Buffer.from(handle, 'base64').toString().split(' ');
  if (queue === queueName && messageId !== undefined && id !== undefined && others.length === 0) {
    return { messageId, id };
  }
  // Source: recorded on AWS.
  const message = `The input receipt handle "${handle}" is not a valid receipt handle.`;
  throw new AwsError('ReceiptHandleIsInvalid', message);
}

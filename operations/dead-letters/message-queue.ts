import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { readServiceFailure } from '../../services/shared/service-failure.ts';
import { batchesOf } from '../aws/aws-clients.ts';
import { isDenied, isNotFound, isOfCredentials } from '../aws/aws-failure.ts';
import { type QueueDepth, requireDepth } from '../deployed/queue-depth.ts';
import { fieldsOf, parseObject, textsOf } from '../messages/json-fields.ts';

/** A message as it was received. A part that is missing is an empty text. */
export interface ReceivedMessage extends Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  /** Why parts of it cannot be read; the other parts are there. @default - all of it can be read */
  readonly unreadable?: string;
}

/** The most messages of one receive or one batch of changes. */
export const BATCH_SIZE = 10;

/** SQS asks all its servers only if it may wait; a receive without waiting sometimes finds nothing. */
const WAIT_SECONDS = 1;

const BATCHES_IN_FLIGHT = 8;

/** What is done with a dead-letter queue. */
export type MessageQueue = Pick<SqsMessageQueue, 'depth' | 'receive' | 'delete' | 'hide'>;

/** A queue of the stack, through the API of SQS. */
export class SqsMessageQueue {
  readonly #sqs: SQSClient;
  readonly #url: string;

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  /** @throws CommandFailure if the queue does not exist */
  depth(): Promise<QueueDepth> {
    return requireDepth(this.#sqs, this.#url);
  }

  /** @param most up to {@link BATCH_SIZE} */
  receive(most: number, hiddenSeconds: number): Promise<ReceivedMessage[]> {
    return receiveMessages(this.#sqs, {
      QueueUrl: this.#url,
      MaxNumberOfMessages: most,
      VisibilityTimeout: hiddenSeconds,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
  }

  async delete(receiptHandle: string): Promise<void> {
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: receiptHandle }));
  }

  /**
   * Hides received messages for that many seconds from now; 0 makes them visible at once. Ignores messages whose time is over:
   * they are visible already, or someone else has received them.
   */
  async hide(receiptHandles: readonly string[], seconds: number): Promise<void> {
    const hideBatch = async (batch: readonly string[]) => {
      const Entries = batch.map((ReceiptHandle, index) => {
        return { Id: String(index), ReceiptHandle, VisibilityTimeout: seconds };
      });
      // The answer names entries that could not be changed: their time is over.
      await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries }));
    };
    await pMap(batchesOf(receiptHandles, BATCH_SIZE), hideBatch, { concurrency: BATCHES_IN_FLIGHT });
  }

  /** Sends a message with that body and nothing else. */
  async send(body: string): Promise<void> {
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: body }));
  }
}

/** An answer of SQS before it is parsed. */
interface Answer {
  readonly statusCode?: number;
  body?: unknown;
}

/**
 * Receives messages, also those that the SDK cannot read. If the SDK cannot read one message of an answer, the whole call fails,
 * and all messages of the answer stay hidden until their visibility timeout is over. So the raw answer is kept, and then read
 * message by message.
 * @throws the error of the call if it brought no messages
 */
async function receiveMessages(sqs: SQSClient, input: ReceiveMessageCommandInput): Promise<ReceivedMessage[]> {
  const command = new ReceiveMessageCommand(input);
  let answered: string | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const answer = result.response as Answer;
      const bytes = await sqs.config.streamCollector(answer.body);
      answer.body = bytes;
      if (answer.statusCode === 200) answered = Buffer.from(bytes).toString('utf8');
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'keepAnswer' },
  );
  try {
    const { Messages = [] } = await sqs.send(command);
    return Messages.map(withParts);
  } catch (error) {
    const { Messages } = parseObject(answered ?? '') ?? {};
    if (!Array.isArray(Messages)) throw error;
    return Messages.map(readMessage);
  }
}

function withParts(message: Message): ReceivedMessage {
  const { MessageId = '', ReceiptHandle = '', Body = '' } = message;
  return { ...message, MessageId, ReceiptHandle, Body };
}

function readMessage(message: unknown): ReceivedMessage {
  const { MessageId, ReceiptHandle, Body, MD5OfBody, Attributes, MessageAttributes } = fieldsOf(message);
  const problems: string[] = [];
  const attributes = Object.entries(fieldsOf(MessageAttributes)).flatMap(([name, value]) => {
    const read = readAttribute(fieldsOf(value));
    if (typeof read !== 'string') return [[name, read] as const];
    problems.push(`its attribute ${name} ${read}`);
    return [];
  });
  const system = Object.entries(fieldsOf(Attributes)).filter(([, value]) => typeof value === 'string');
  if (typeof Body !== 'string') problems.push('it has no body');
  else if (MD5OfBody !== undefined && MD5OfBody !== createHash('md5').update(Body).digest('hex')) {
    problems.push('its body does not match its MD5');
  }
  return {
    ...withParts(textsOf({ MessageId, ReceiptHandle, Body })),
    Attributes: Object.fromEntries(system) as NonNullable<Message['Attributes']>,
    MessageAttributes: Object.fromEntries(attributes),
    ...(problems.length > 0 && { unreadable: problems.join(', and ') }),
  };
}

/** Whole groups of four characters (RFC 4648). */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The value of an attribute, or what is wrong with it. */
function readAttribute(value: Readonly<Record<string, unknown>>): MessageAttributeValue | string {
  const { DataType, StringValue, BinaryValue } = value;
  if (typeof DataType !== 'string') return 'has no type';
  if (StringValue !== undefined) return typeof StringValue === 'string' ? { DataType, StringValue } : 'is not text';
  if (BinaryValue === undefined) return { DataType };
  if (typeof BinaryValue !== 'string' || !BASE64.test(BinaryValue)) return 'is not Base64';
  return { DataType, BinaryValue: Buffer.from(BinaryValue, 'base64') };
}

/**
 * What a failed call says about the one message that it was made for; the other messages can be processed. Undefined if the call
 * would fail for every message: without connection, permission or queue.
 */
export function problemOfMessage(error: unknown): string | undefined {
  const { code, message, status } = readServiceFailure(error);
  if (status === undefined || isDenied(error) || isOfCredentials(error) || isNotFound(error)) return undefined;
  return `${code}: ${message}`;
}

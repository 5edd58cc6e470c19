import { createHash } from 'node:crypto';
import {
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { fieldsOf, parseObject } from '../messages/json-fields.ts';

/** A message as it was received. */
export interface ReceivedMessage extends Message {
  /** Why not all of it can be read; absent if it can. What can be read of it is there. */
  readonly unreadable?: string;
}

/** An answer of SQS that was not read yet. */
interface Answer {
  readonly statusCode?: number;
  body?: unknown;
}

/**
 * Receives messages, also those that the SDK cannot read. When the SDK cannot read one message of an answer, it fails for all of
 * them, and all would stay hidden until their visibility timeout is over. So the answer is kept, and then read message by message.
 * @throws what the call fails with, where no messages came
 */
export async function receiveLetters(sqs: SQSClient, input: ReceiveMessageCommandInput): Promise<ReceivedMessage[]> {
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
    return Messages;
  } catch (error) {
    const messages = answered === undefined ? undefined : readAnswer(answered);
    if (messages === undefined) throw error;
    return messages;
  }
}

/** The messages of an answer; undefined for one that is none of SQS. */
function readAnswer(answered: string): ReceivedMessage[] | undefined {
  const { Messages } = parseObject(answered) ?? {};
  return Array.isArray(Messages) ? Messages.map(readMessage) : undefined;
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
    problems.push('its body is not the one that its MD5 is of');
  }
  return {
    ...(typeof MessageId === 'string' && { MessageId }),
    ...(typeof ReceiptHandle === 'string' && { ReceiptHandle }),
    ...(typeof Body === 'string' && { Body }),
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
  if (StringValue !== undefined) return typeof StringValue === 'string' ? { DataType, StringValue } : 'is no text';
  if (BinaryValue === undefined) return { DataType };
  if (typeof BinaryValue !== 'string' || !BASE64.test(BinaryValue)) return 'is not Base64';
  return { DataType, BinaryValue: Buffer.from(BinaryValue, 'base64') };
}

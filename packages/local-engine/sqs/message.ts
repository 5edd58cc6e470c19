import { hash, randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import { isXmlText } from '../protocols/xml.ts';
import { invalidParameter, unsupported } from './errors.ts';

/** One attribute of a message, as in the SQS API. */
export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, and optionally a dot with a label of the sender's. */
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** How a message was moved to its dead-letter queue. */
interface DeadLetterOrigin {
  /** The queue whose redrive policy moved it. */
  readonly sourceArn: string;
  /** Unix epoch milliseconds. */
  readonly movedAt: number;
}

/** What a sender sends. */
export interface SentMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  /** The message system attribute AWSTraceHeader. */
  readonly traceHeader?: string;
  /** The group of a fair queue. */
  readonly groupId?: string;
}

/** A message in a queue. Times are in Unix epoch milliseconds. */
export interface Message extends SentMessage {
  readonly messageId: string;
  readonly attributes: MessageAttributes;
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
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
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
interface Receipt {
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

/** Source: SQS developer guide, Amazon SQS message attributes, and message quotas. */
const MOST_ATTRIBUTES = 10;
const LONGEST = 256;

/** A message may contain only the characters of XML. Source: SQS API reference, SendMessage. */
export const INVALID_CHARACTERS =
  'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.';

/** Numbers have up to 38 digits, and are from 10^-128 to 10^126. Source: as above. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const LARGEST = 1e126;
const SMALLEST = 1e-128;
const MOST_DIGITS = 38;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Message attributes of a request. Source: as above; error texts recorded on AWS where they are known.
 * @throws AwsError for the first that SQS would refuse
 */
export function messageAttributesOf(attributes: Readonly<Record<string, unknown>>): MessageAttributes {
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES) {
    const message = `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`;
    throw invalidParameter(message);
  }
  return Object.fromEntries(
    entries.map(([name, attribute]) => {
      checkName(name);
      return [name, attributeOf(`message (user) attribute '${name}'`, attribute)];
    }),
  );
}

/** The trace header in the message system attributes, which can have nothing else. @throws AwsError as above */
export function traceHeaderOf(attributes: Readonly<Record<string, unknown>>): string | undefined {
  const [name, other] = Object.keys(attributes);
  if (name === undefined) return undefined;
  if (name !== 'AWSTraceHeader' || other !== undefined) {
    throw invalidParameter(`Message system attribute '${other ?? name}' is invalid. The only one is AWSTraceHeader.`);
  }
  const { DataType, StringValue } = attributeOf(`message system attribute '${name}'`, attributes[name]);
  if (DataType !== 'String') throw invalidParameter(`The type of message system attribute '${name}' must be String.`);
  return StringValue;
}

function checkName(name: string): void {
  if (name.length === 0 || name.length > LONGEST) {
    throw invalidParameter(`Message (user) attribute names must have 1 to ${LONGEST} characters.`);
  }
  if (/^(?:aws|amazon)\.|^\./i.test(name)) {
    const message =
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use. Additionally, they cannot start with '.'.";
    throw invalidParameter(message);
  }
  if (name.endsWith('.') || name.includes('..')) {
    throw invalidParameter(
      `Message (user) attribute name '${name}' is invalid: it has a period at the end or two together.`,
    );
  }
  // Letters of other scripts are accepted: recorded on AWS.
  if (/^[\p{L}\p{N}._-]+$/u.test(name)) return;
  const message =
    'Message (user) attributes name can only contain upper and lower score characters, digits, periods, hyphens and underscores. ';
  throw invalidParameter(message);
}

function attributeOf(what: string, attribute: unknown): MessageAttribute {
  const { DataType, StringValue, BinaryValue, StringListValues, BinaryListValues } = (attribute ?? {}) as Record<
    string,
    unknown
  >;
  const What = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  if (typeof DataType !== 'string' || DataType === '') {
    throw invalidParameter(`${What} must contain a non-empty attribute type.`);
  }
  const [type, ...label] = DataType.split('.');
  if (!/^(?:String|Number|Binary)$/.test(type ?? '')) {
    const supported = 'You must use only the following supported type prefixes: Binary, Number, String.';
    throw invalidParameter(`The type of ${what} is invalid. ${supported}`);
  }
  if (DataType.length > LONGEST || label.includes('') || !isXmlText(DataType)) {
    throw invalidParameter(
      `The type of ${what} is invalid: it has at most ${LONGEST} characters and a label after the dot.`,
    );
  }
  if ([StringListValues, BinaryListValues].some((list) => Array.isArray(list) && list.length > 0)) {
    throw unsupported('Message attribute list values in SendMessage operation are not supported.');
  }
  const isBinary = type === 'Binary';
  const [value, other] = isBinary ? [BinaryValue, StringValue] : [StringValue, BinaryValue];
  if (typeof value !== 'string' || value === '') {
    throw invalidParameter(`${What} must contain a non-empty value of type '${isBinary ? 'Binary' : 'String'}'.`);
  }
  if (typeof other === 'string') {
    throw invalidParameter(`${What} with type '${type}' must use field '${isBinary ? 'BinaryValue' : 'StringValue'}'.`);
  }
  if (isBinary) {
    if (!BASE64.test(value)) throw invalidParameter(`${What} has a BinaryValue that is not base64.`);
    return { DataType, BinaryValue: value };
  }
  if (!isXmlText(value)) throw invalidParameter(INVALID_CHARACTERS);
  if (type === 'Number' && !isNumberText(value)) {
    throw invalidParameter(`Can't cast the value of ${what} to a number.`);
  }
  return { DataType, StringValue: value };
}

function isNumberText(text: string): boolean {
  if (!NUMBER.test(text)) return false;
  const [digits = ''] = text.replace(/^[+-]/, '').split(/e/i);
  const significant = digits.replace('.', '').replace(/^0+/, '');
  const size = Math.abs(Number(text));
  return significant.length <= MOST_DIGITS && size <= LARGEST && (significant === '' || size >= SMALLEST);
}

/**
 * The attributes of a message that a receiver names: by name, by the beginning of names as in `foo.*`, or all.
 * Source: SQS API reference, ReceiveMessage; recorded on AWS: `*`, and that `foo.*` matches `foobar` too.
 */
export function attributesAskedFor(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  const matches = (asked: string, name: string) =>
    asked === name || asked === 'All' || (asked.endsWith('*') && name.startsWith(asked.replace(/\.?\*$/, '')));
  const wanted = Object.entries(attributes).filter(([name]) => names.some((asked) => matches(asked, name)));
  return Object.fromEntries(wanted);
}

import type { ApiRequest, ApiResponse } from '../protocols/http.ts';
import { jsonBody } from '../protocols/json-protocol.ts';
import { queryMembers, queryParameters, queryResponse } from '../protocols/query-protocol.ts';
import { escapeXml } from '../protocols/xml.ts';
import { invalidValue, missingParameter, SQS_NAMESPACE } from './errors.ts';

const NUMBERS = new Set([
  'DelaySeconds',
  'MaxNumberOfMessages',
  'MaxNumberOfMessagesPerSecond',
  'MaxResults',
  'VisibilityTimeout',
  'WaitTimeSeconds',
]);

/** Lists whose items are numbered, as in `AttributeName.1`. In JSON their names end with an s. */
const LISTS = new Set(['AttributeName', 'MessageAttributeName', 'MessageSystemAttributeName', 'TagKey']);

/** Maps whose entries are numbered, as in `Attribute.1.Name` and `Attribute.1.Value`. In JSON their names end with an s. */
const MAPS = new Set(['Attribute', 'MessageAttribute', 'MessageSystemAttribute', 'Tag']);

const BATCH_ENTRIES = new Set(
  ['SendMessage', 'DeleteMessage', 'ChangeMessageVisibility'].map((operation) => `${operation}BatchRequestEntry`),
);

/** Whether a request is in the query protocol. */
export function isQuery({ headers }: ApiRequest): boolean {
  return headers['x-amz-target'] === undefined;
}

/** The members of a request in either protocol. @throws AwsError for a request that is not in its protocol */
export function membersOf(request: ApiRequest): Record<string, unknown> {
  return isQuery(request) ? fromSqsQuery(request) : { ...queueUrlOf(request), ...jsonBody(request) };
}

/**
 * A request in the query protocol, which clients from before November 2023 use, as the members that it has in JSON.
 * Source: SQS API reference of both protocols.
 */
export function fromSqsQuery(request: ApiRequest): Record<string, unknown> {
  const query = queryParameters(request);
  const { Tags, ...others } = membersIn(queryMembers(query));
  const tags = query.get('Action') === 'CreateQueue' ? 'tags' : 'Tags';
  return { ...queueUrlOf(request), ...others, ...(Tags !== undefined && { [tags]: Tags }) };
}

/** The queue's own URL, if the request was sent there: clients may then leave it out of the body. */
function queueUrlOf({ url }: ApiRequest): { QueueUrl?: string } {
  return url.pathname.split('/').length > 2 ? { QueueUrl: `${url.origin}${url.pathname}` } : {};
}

/** The members of a request, or of one entry of a batch, from parameters such as `{ TagKey: { 1: 'a', 2: 'b' } }`. */
function membersIn(parameters: object): Record<string, unknown> {
  const members = Object.entries(parameters).map(([name, value]) => {
    if (typeof value === 'string') return [name, NUMBERS.has(name) && /^-?\d+$/.test(value) ? Number(value) : value];
    const items: readonly Readonly<Record<string, unknown>>[] = Object.values(value);
    if (LISTS.has(name)) return [`${name}s`, items];
    if (BATCH_ENTRIES.has(name)) return ['Entries', items.map(membersIn)];
    if (!MAPS.has(name)) return [name, value];
    return [`${name}s`, Object.fromEntries(items.map(({ Name, Key, Value }) => [Name ?? Key ?? '', Value]))];
  });
  return Object.fromEntries(members);
}

/** Names of the items of lists that have no element of their own. */
const FLATTENED: Readonly<Record<string, string>> = {
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  queueUrls: 'QueueUrl',
};

/** Names of a map's entries, and what their keys are called. */
const FLATTENED_MAPS: Readonly<Record<string, readonly [entry: string, key: string]>> = {
  Attributes: ['Attribute', 'Name'],
  MessageAttributes: ['MessageAttribute', 'Name'],
  Tags: ['Tag', 'Key'],
};

/** An answer in the query protocol. */
export function sqsQueryResponse(operation: string, answer: object): ApiResponse {
  return queryResponse(operation, SQS_NAMESPACE, contents(operation, answer));
}

function element(operation: string, name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const tag = name === 'Failed' ? 'BatchResultErrorEntry' : (FLATTENED[name] ?? `${operation}ResultEntry`);
    return value.map((item) => element(operation, tag, item)).join('');
  }
  const [entry, keyName] = FLATTENED_MAPS[name] ?? [];
  if (entry === undefined) return `<${name}>${contents(operation, value)}</${name}>`;
  const entries = Object.entries(value).map(
    ([key, inner]) =>
      `<${entry}><${keyName}>${escapeXml(key)}</${keyName}><Value>${contents(operation, inner)}</Value></${entry}>`,
  );
  return entries.join('');
}

function contents(operation: string, value: unknown): string {
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, inner]) => element(operation, name, inner))
    .join('');
}

/**
 * Members of a request, or of one entry of a batch. The gateway has checked their types against the operation's schema.
 * A member that is null counts as missing.
 */
export type Members = Readonly<Record<string, unknown>>;

export function textOf(request: Members, name: string): string | undefined {
  return (request[name] ?? undefined) as string | undefined;
}

/** @throws AwsError if it is missing or empty */
export function requiredText(request: Members, name: string): string {
  const text = textOf(request, name);
  if (!text) throw missingParameter(name);
  return text;
}

export function listOf<T = string>(request: Members, name: string): readonly T[] {
  return (request[name] ?? []) as readonly T[];
}

export function mapOf<T = unknown>(request: Members, name: string): Readonly<Record<string, T>> {
  return (request[name] ?? {}) as Readonly<Record<string, T>>;
}

interface Range {
  readonly least: number;
  readonly most: number;
  /** What SQS says about a number outside of it. */
  readonly reason: string;
}

/** @throws AwsError if it is not a whole number of the range */
export function wholeNumberOf(request: Members, name: string, { least, most, reason }: Range): number | undefined {
  const value = request[name] ?? undefined;
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw invalidValue(value, name, reason);
}

import { type ApiRequest, type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { jsonBody } from '../protocols/json-protocol.ts';
import { queryMembers, queryParameters } from '../protocols/query-protocol.ts';
import { escapeXml } from '../protocols/xml.ts';

/** Of SQS's answers in the query protocol. Source: SQS API reference of 2012-11-05. */
export const SQS_NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';

const NUMBERS = new Set([
  'DelaySeconds',
  'MaxNumberOfMessages',
  'MaxNumberOfMessagesPerSecond',
  'MaxResults',
  'VisibilityTimeout',
  'WaitTimeSeconds',
]);

/** Lists whose items are numbered: `AttributeName.1` and so on, by their JSON names. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ['AttributeName', 'AttributeNames'],
  ['MessageAttributeName', 'MessageAttributeNames'],
  ['MessageSystemAttributeName', 'MessageSystemAttributeNames'],
  ['TagKey', 'TagKeys'],
]);

/** Maps whose entries are numbered: `Attribute.1.Name` and `Attribute.1.Value`, by their JSON names. */
const MAPS: ReadonlyMap<string, string> = new Map([
  ['Attribute', 'Attributes'],
  ['MessageAttribute', 'MessageAttributes'],
  ['MessageSystemAttribute', 'MessageSystemAttributes'],
  ['Tag', 'Tags'],
]);

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
    if (LISTS.has(name)) return [LISTS.get(name), items];
    if (BATCH_ENTRIES.has(name)) return ['Entries', items.map(membersIn)];
    if (!MAPS.has(name)) return [name, value];
    return [MAPS.get(name), Object.fromEntries(items.map(({ Name, Key, Value }) => [Name ?? Key ?? '', Value]))];
  });
  return Object.fromEntries(members);
}

/** Names of a list's items, where the list itself has no element of its own. */
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
  const metadata = '<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata>';
  return xmlResponse(
    `<${operation}Response xmlns="${SQS_NAMESPACE}">` +
      `<${operation}Result>${contents(operation, answer)}</${operation}Result>${metadata}</${operation}Response>`,
  );
}

function element(operation: string, name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const tag = name === 'Failed' ? 'BatchResultErrorEntry' : (FLATTENED[name] ?? `${operation}ResultEntry`);
    return value.map((item) => element(operation, tag, item)).join('');
  }
  const [entry, keyName] = FLATTENED_MAPS[name] ?? [];
  if (entry !== undefined) {
    return Object.entries(value)
      .map(([key, inner]) => {
        const content = typeof inner === 'object' ? contents(operation, inner as object) : escapeXml(String(inner));
        return `<${entry}><${keyName}>${escapeXml(key)}</${keyName}><Value>${content}</Value></${entry}>`;
      })
      .join('');
  }
  return `<${name}>${typeof value === 'object' ? contents(operation, value) : escapeXml(String(value))}</${name}>`;
}

function contents(operation: string, value: object): string {
  return Object.entries(value)
    .map(([name, inner]) => element(operation, name, inner))
    .join('');
}

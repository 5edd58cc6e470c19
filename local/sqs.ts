import type { Account } from './account.ts';
import { AwsError } from './aws-error.ts';
import { type ApiRequest, type ApiResponse, escapeXml, jsonResponse, xmlResponse } from './http.ts';

type Forward = (request: ApiRequest) => Promise<ApiResponse>;

/** Queues come from the template; fauxqs would make others under an account of its own. */
const REFUSED = new Set(['CreateQueue']);

/**
 * The SQS API: fauxqs's, in the JSON protocol, and translated for clients from before November 2023, which speak the
 * query protocol.
 */
export class Sqs {
  readonly #account: Account;
  readonly #urlOf: (queueName: string) => string | undefined;
  readonly #forward: Forward;

  constructor(props: { account: Account; urlOf: (queueName: string) => string | undefined; forward: Forward }) {
    this.#account = props.account;
    this.#urlOf = props.urlOf;
    this.#forward = props.forward;
  }

  /**
   * @param operation such as `ReceiveMessage`
   * @throws AwsError what SQS would answer
   */
  async handle(operation: string, request: ApiRequest): Promise<ApiResponse> {
    if (REFUSED.has(operation)) {
      throw new AwsError(
        'UnsupportedOperation',
        `The local engine makes its queues from the template: no sqs:${operation}.`,
      );
    }
    const isQuery = request.headers['x-amz-target'] === undefined;
    const body = isQuery ? JSON.stringify(fromQuery(parameters(request), request)) : request.body.toString('utf8');
    if (operation === 'SetQueueAttributes' && body.includes('"Policy"')) {
      const message = 'The local engine takes queue policies from the template: SetQueueAttributes cannot set one.';
      throw new AwsError('UnsupportedOperation', message);
    }
    const response =
      operation === 'GetQueueUrl'
        ? this.#queueUrl(JSON.parse(body))
        : await this.#forward({
            ...request,
            method: 'POST',
            target: '/',
            headers: {
              host: request.headers.host,
              'content-type': 'application/x-amz-json-1.0',
              'x-amz-target': `AmazonSQS.${operation}`,
            },
            body: Buffer.from(body),
          });
    const answer = this.#named(response.body.toString());
    if (!isQuery) return { ...response, body: answer };
    return response.status < 400 ? queryResponse(operation, JSON.parse(answer || '{}')) : queryError(response, answer);
  }

  /** fauxqs looks for names under an account of its own. */
  #queueUrl({ QueueName }: { QueueName?: string }): ApiResponse {
    const url = this.#urlOf(String(QueueName));
    if (url !== undefined) return jsonResponse({ QueueUrl: url });
    throw new AwsError('AWS.SimpleQueueService.NonExistentQueue', `The specified queue does not exist: ${QueueName}`);
  }

  /** fauxqs names senders by an account of its own. */
  #named(answer: string): string {
    return answer.replaceAll('"SenderId":"000000000000"', `"SenderId":"${this.#account.id}"`);
  }
}

/** The operation that a query request names. */
export function queryAction(request: ApiRequest): string {
  return parameters(request).get('Action') ?? '';
}

function parameters({ body, url }: ApiRequest): URLSearchParams {
  return body.length > 0 ? new URLSearchParams(body.toString('utf8')) : url.searchParams;
}

const NUMBERS = new Set(['MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds', 'DelaySeconds', 'MaxResults']);

/** Lists of the query protocol, whose items are numbered: `AttributeName.1` and so on, by their JSON names. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
};
const ENTRY = /^(?:SendMessage|DeleteMessage|ChangeMessageVisibility)BatchRequestEntry\.(\d+)\.(.+)$/;
const MESSAGE_ATTRIBUTE = /^MessageAttribute\.(\d+)\.(Name|Value\.(\w+))$/;
const ATTRIBUTE = /^Attribute\.(\d+)\.(Name|Value)$/;

/**
 * A query request as the JSON that the same call would carry today.
 * Source: SQS API reference of both protocols.
 */
export function fromQuery(query: URLSearchParams, { url }: Pick<ApiRequest, 'url'>): Record<string, unknown> {
  // Such clients send a call to the queue's own URL as well as in the body.
  const isToQueue = url.pathname.split('/').length > 2;
  return { ...(isToQueue && { QueueUrl: `${url.origin}${url.pathname}` }), ...members(query) };
}

/** The members of a request, or of one entry of a batch. */
function members(query: URLSearchParams): Record<string, unknown> {
  const request: Record<string, unknown> = {};
  const entries = new Map<string, URLSearchParams>();
  const numbered = new Map<string, Record<string, unknown>>();
  const at = (list: string, index: string): Record<string, unknown> => {
    const item = numbered.get(`${list}.${index}`) ?? {};
    numbered.set(`${list}.${index}`, item);
    return item;
  };
  for (const [name, value] of query) {
    const [list = '', index] = name.split('.');
    const [, entry = '', member = ''] = ENTRY.exec(name) ?? [];
    const messageAttribute = MESSAGE_ATTRIBUTE.exec(name);
    const attribute = ATTRIBUTE.exec(name);
    if (member !== '') {
      const parameters = entries.get(entry) ?? new URLSearchParams();
      parameters.append(member, value);
      entries.set(entry, parameters);
    } else if (messageAttribute)
      at('MessageAttributes', messageAttribute[1] ?? '')[messageAttribute[3] ?? 'Name'] = value;
    else if (attribute) at('Attributes', attribute[1] ?? '')[attribute[2] ?? ''] = value;
    else if (LISTS[list] && index !== undefined)
      request[LISTS[list]] = [...((request[LISTS[list]] as string[]) ?? []), value];
    else if (name !== 'Action' && name !== 'Version') request[name] = typed(name, value);
  }
  const items = (list: string) => [...numbered].filter(([key]) => key.startsWith(`${list}.`)).map(([, item]) => item);
  if (entries.size > 0) request.Entries = [...entries.values()].map(members);
  if (items('MessageAttributes').length > 0) {
    request.MessageAttributes = Object.fromEntries(
      items('MessageAttributes').map(({ Name, ...value }) => [Name, value]),
    );
  }
  if (items('Attributes').length > 0) {
    request.Attributes = Object.fromEntries(items('Attributes').map(({ Name, Value }) => [Name, Value]));
  }
  return request;
}

function typed(name: string, value: string): string | number {
  return NUMBERS.has(name) ? Number(value) : value;
}

/** Names of a list's items in the query protocol, where the list itself has no element of its own. */
const FLATTENED: Readonly<Record<string, string>> = {
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  queueUrls: 'QueueUrl',
};

function queryResponse(operation: string, answer: Record<string, unknown>): ApiResponse {
  const result = Object.entries(answer)
    .map(([name, value]) => element(operation, name, value))
    .join('');
  const metadata = '<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata>';
  return xmlResponse(
    `<${operation}Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/">` +
      `<${operation}Result>${result}</${operation}Result>${metadata}</${operation}Response>`,
  );
}

function element(operation: string, name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const itemName = FLATTENED[name] ?? `${operation}${name === 'Failed' ? 'Error' : 'Result'}Entry`;
    const tag = name === 'Failed' ? 'BatchResultErrorEntry' : itemName;
    return value.map((item) => element(operation, tag, item)).join('');
  }
  if (typeof value !== 'object') return `<${name}>${escapeXml(String(value))}</${name}>`;
  const members = Object.entries(value);
  if (name === 'Attributes') {
    return members.map(([key, text]) => pair('Attribute', key, escapeXml(String(text)))).join('');
  }
  if (name === 'MessageAttributes') {
    return members.map(([key, inner]) => pair('MessageAttribute', key, contents(operation, inner as object))).join('');
  }
  return `<${name}>${contents(operation, value)}</${name}>`;
}

function contents(operation: string, value: object): string {
  return Object.entries(value)
    .map(([name, inner]) => element(operation, name, inner))
    .join('');
}

function pair(tag: string, name: string, value: string): string {
  return `<${tag}><Name>${escapeXml(name)}</Name><Value>${value}</Value></${tag}>`;
}

function queryError({ status, headers }: ApiResponse, answer: string): ApiResponse {
  const { message = '', __type = '' } = JSON.parse(answer) as { message?: string; __type?: string };
  const code = headers['x-amzn-query-error']?.split(';')[0] ?? __type.replace(/^.*#/, '');
  const error = `<Error><Type>Sender</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return xmlResponse(`<ErrorResponse>${error}<RequestId>local</RequestId></ErrorResponse>`, status);
}

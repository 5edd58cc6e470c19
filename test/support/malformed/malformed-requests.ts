import { createRequire } from 'node:module';
import { SeededRandom } from '../durability/random.ts';
import { jsonRequests, type Names, restRequests } from './valid-requests.ts';

/** A request as bytes go out. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

type Codec = typeof import('@smithy/core/cbor');
const { cbor } = createRequire(import.meta.url)('@smithy/core/cbor') as Codec;

/** Values that stand where others should. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  -1e300,
  2 ** 53,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  'a',
  'null',
  '0',
  '-1',
  '1e400',
  'NaN',
  '!!!',
  '__proto__',
  'constructor',
  '../..',
  '%',
  '%zz',
  '\u0000',
  '\ud83d',
  '\uffff',
  '😀'.repeat(50),
  'x'.repeat(70_000),
  '*'.repeat(300),
  '('.repeat(300),
  '[',
  '{',
  '{}',
  '[]',
  'null',
  '{"a":',
  '"',
  '\\',
  '$',
  '$.',
  '$%7Bx}',
  '#a',
  ':a',
  'arn:aws:sqs:::',
  'arn:',
  ':::::::',
  'http://[',
  '-'.repeat(9),
  '2026-99-99T00:00:00Z',
  [],
  {},
  [null],
  [[]],
  [{}],
  { a: null },
  { S: 'x' },
  { S: null },
  { N: 'x' },
  { M: { a: null } },
  { L: [null] },
  { B: '!!!' },
  { NULL: false },
  { SS: [] },
  { S: 'a', N: '1' },
  Array(30).fill('x'),
  { length: 5 },
  { toString: 'x' },
  JSON.parse('{"__proto__":{"a":1}}'),
  JSON.parse('{"constructor":{"prototype":1}}'),
];

const ODD_TEXTS = ODD_VALUES.filter((value) => typeof value === 'string');

const ODD_BODIES: readonly (string | Buffer)[] = [
  'null',
  '[]',
  '1',
  '"x"',
  'true',
  '',
  ' ',
  '{',
  '}',
  '{"a":}',
  '\ufeff{}',
  '{"a":1e999}',
  '{"__proto__":null}',
  'a=b',
  'Action',
  'Action=',
  '%',
  'Action=%zz&a.b.c',
  '<',
  '<a',
  '<a>',
  '<?xml',
  '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  Buffer.from([0xff, 0xfe, 0x00]),
  Buffer.from([0xc3, 0x28]),
  Buffer.from([0x9f, 0xff]),
  Buffer.alloc(5000),
  '['.repeat(50_000),
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `{"a":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_001)}`,
  `${'<a>'.repeat(50_000)}`,
  Buffer.alloc(50_000, 0x81),
  Buffer.alloc(50_000, 0xa1),
  Buffer.alloc(50_000, 0xc1),
];

const ODD_TARGETS: readonly string[] = [
  '/',
  '//',
  '/%',
  '/%zz',
  '/%00',
  '/%ff',
  '/%c3%28',
  '/..',
  '/../..',
  '/./a',
  '/a/../../b',
  '/?',
  '/?%',
  '/?a=%zz&a&&=',
  '/a?b?c#d',
  '/\\',
  '/;',
  '/a%2fb',
  '/%2e%2e/a',
  `/${'a'.repeat(9000)}`,
  `/${'a/'.repeat(3000)}`,
  `/?${'a&'.repeat(4000)}`,
  '/__proto__',
  '/constructor/prototype',
  '/v1/pipes/%zz',
  '/v1/pipes/__proto__/start',
  '/:',
  '/@',
  '/[',
  '/{}',
  '/a b',
  '*',
  'a',
  'http://localhost/',
  'http://[/',
  '/?uploads&tagging&acl',
  '/?list-type=3&max-keys=-1',
  '/?X-Amz-Credential=%zz%2F20260101%2Fa%2Fs3%2Faws4_request',
  '/?X-Amz-Credential=a%2F20260101%2Fa%2Fsqs%2Faws4_request&Action=%00',
];

const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ['content-type', ''],
  ['content-type', 'x'.repeat(5000)],
  ['content-type', 'multipart/form-data'],
  ['content-encoding', 'gzip'],
  ['content-md5', '!!!'],
  ['content-length', '-1'],
  ['transfer-encoding', 'gzip'],
  ['x-amz-target', ''],
  ['x-amz-target', '.'],
  ['x-amz-target', 'a.b.c.'],
  ['x-amz-target', 'A.__proto__'],
  ['x-amz-target', 'A.constructor'],
  ['x-amz-target', 'A.toString'],
  ['x-amz-target', 'A.hasOwnProperty'],
  ['x-amz-target', 'x'.repeat(5000)],
  ['smithy-protocol', 'rpc-v2-cbor'],
  ['smithy-protocol', 'x'],
  ['x-amzn-trace-id', 'Root=1-;;;'],
  ['x-amzn-trace-id', 'x'.repeat(5000)],
  ['expect', '100-continue'],
  ['expect', 'x'],
  ['upgrade', 'websocket'],
  ['connection', 'upgrade'],
  ['range', 'bytes=-'],
  ['range', 'bytes=5-1'],
  ['range', 'bytes=0-0,2-3,4-5'],
  ['range', 'x'],
  ['range', 'bytes=99999999999999999999-'],
  ['if-match', ''],
  ['if-modified-since', 'x'],
  ['x-amz-copy-source', '%zz'],
  ['x-amz-copy-source', '/'],
  ['x-amz-copy-source', '/none/none'],
  ['x-amz-decoded-content-length', 'x'],
  ['x-amz-decoded-content-length', '-1'],
  ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
  ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
  ['x-amz-trailer', 'x-amz-checksum-crc32'],
  ['x-amz-checksum-crc32', '!!!'],
  ['x-amz-sdk-checksum-algorithm', 'MD6'],
  ['x-amz-bucket-namespace', 'x'],
  ['x-amz-tagging', '%zz'],
  ['x-amz-acl', 'x'],
  ['x-amz-expected-bucket-owner', 'x'],
  ['x-amz-meta-a', '\u00ff\u0080'],
  ['x-amz-object-ownership', 'x'],
  ['x-amz-storage-class', '__proto__'],
  ['origin', 'null'],
  ['host', ''],
  ['host', 'elsewhere.example'],
  ['host', 'a.b.localhost'],
  ['host', 'fuzzed-bucket.localhost'],
  ['host', '[::1'],
  ['host', 'localhost:99999'],
  ['authorization', 'x'],
  ['authorization', 'AWS local:signature'],
  ['authorization', 'AWS4-HMAC-SHA256 Credential=////'],
  ['authorization', 'AWS4-HMAC-SHA256 Credential=__proto__/20260101/x/__proto__/aws4_request'],
  ['authorization', 'AWS4-HMAC-SHA256 Credential=a/20260101/x/constructor/aws4_request'],
];

/** Requests that are wrong in one or more ways, the same ones for the same seed. */
export class MalformedRequests {
  readonly #random: SeededRandom;
  readonly #json: ReturnType<typeof jsonRequests>;
  readonly #rest: ReturnType<typeof restRequests>;
  readonly #accessKeys: readonly string[];

  /** @param roleNames access keys of functions, whose calls are judged by their members */
  constructor(seed: number, names: Names, roleNames: readonly string[]) {
    this.#random = new SeededRandom(seed);
    this.#json = jsonRequests(names);
    this.#rest = restRequests(names);
    this.#accessKeys = ['local', ...roleNames];
  }

  next(): RawRequest {
    const kind = this.#random.wholeNumber(0, 9);
    const request =
      kind < 5
        ? this.#jsonRequest()
        : kind < 7
          ? this.#restRequest()
          : kind < 9
            ? this.#queryRequest()
            : this.#cborRequest();
    return this.#chance(5) ? this.#withOddHead(request) : request;
  }

  #jsonRequest(): RawRequest {
    const { service, prefix, operation, members } = this.#operation();
    const headers = [
      ...this.#signed(service),
      ['x-amz-target', `${prefix}.${operation}`],
      ['content-type', 'application/x-amz-json-1.0'],
    ] as const;
    const body = this.#chance(6) ? this.#pick(ODD_BODIES) : JSON.stringify(this.#mutated(members));
    return { method: 'POST', target: '/', headers, body: this.#cut(Buffer.from(body)) };
  }

  #queryRequest(): RawRequest {
    const services = ['sqs', 'monitoring', 'cloudformation', 'sts'];
    const { service, operation, members } = this.#operation(this.#pick(services));
    const parameters = new URLSearchParams({ Action: operation, Version: '2012-11-05' });
    for (const [name, value] of leaves(this.#mutated(members), service === 'sqs' ? '' : 'member.')) {
      parameters.append(
        this.#chance(30)
          ? this.#pick([
              '__proto__.a',
              'a.b.c',
              `${'a.'.repeat(5000)}b`,
              `${name}.x`,
              'Attribute.1.Value',
              'constructor.1.Name',
              'Entry.-1.Id',
              name.toLowerCase(),
            ])
          : name,
        value,
      );
    }
    const headers = [...this.#signed(service), ['content-type', 'application/x-www-form-urlencoded']] as const;
    const body = this.#chance(10) ? this.#pick(ODD_BODIES) : parameters.toString();
    return { method: 'POST', target: '/', headers, body: this.#cut(Buffer.from(body)) };
  }

  #cborRequest(): RawRequest {
    const { operation, members } = this.#operation('monitoring');
    const headers = [
      ...this.#signed('monitoring'),
      ['smithy-protocol', 'rpc-v2-cbor'],
      ['content-type', 'application/cbor'],
    ] as const;
    const body = this.#chance(5)
      ? Buffer.from(this.#pick(ODD_BODIES))
      : Buffer.from(cbor.serialize(JSON.parse(JSON.stringify(this.#mutated(members)))));
    if (body.length > 0 && this.#chance(2))
      body[this.#random.wholeNumber(0, body.length - 1)] = this.#random.wholeNumber(0, 255);
    return {
      method: 'POST',
      target: `/service/GraniteServiceVersion20100801/operation/${operation}`,
      headers,
      body: this.#cut(body),
    };
  }

  #restRequest(): RawRequest {
    const { service, method, target, body = '', headers = {} } = this.#pick(this.#rest);
    const names = Object.entries(headers).map(
      ([name, value]) => [name, this.#chance(4) ? asHeader(this.#pick(ODD_TEXTS)) : value] as const,
    );
    const changed = this.#chance(3) ? this.#changedText(target) : target;
    return {
      method: this.#chance(10)
        ? this.#pick(['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'TRACE'])
        : method,
      target: changed.startsWith('/') ? changed : `/${changed}`,
      headers: [...(service === '' ? ([['host', 'localhost']] as const) : this.#signed(service)), ...names],
      body: this.#cut(
        Buffer.from(this.#chance(4) ? this.#pick(ODD_BODIES) : this.#chance(3) ? this.#changedText(body) : body),
      ),
    };
  }

  #withOddHead(request: RawRequest): RawRequest {
    if (this.#chance(3)) return { ...request, target: this.#pick(ODD_TARGETS) };
    const odd = this.#pick(ODD_HEADERS);
    return { ...request, headers: [...request.headers.filter(([name]) => name !== odd[0]), odd] };
  }

  #operation(service = this.#pick(Object.keys(this.#json))) {
    const { prefix, requests } = this.#json[service] ?? { prefix: '', requests: [] };
    return { service, prefix, ...this.#pick(requests) };
  }

  #signed(service: string): readonly (readonly [string, string])[] {
    const key = this.#chance(6) ? this.#pick(this.#accessKeys) : 'local';
    const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/ap-northeast-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    return [
      ['host', 'localhost'],
      ['authorization', authorization],
    ];
  }

  /** A copy with one to three places changed: replaced, removed, or added. */
  #mutated(members: Readonly<Record<string, unknown>>): unknown {
    const copy = structuredClone(members) as Record<string, unknown>;
    for (let times = this.#random.wholeNumber(1, 3); times > 0; times--) {
      const [holder, name] = this.#pick(places(copy));
      const value = this.#pick([...ODD_VALUES]);
      if (this.#chance(5)) delete holder[name];
      else if (!Array.isArray(holder) && this.#chance(8))
        setOwn(holder, this.#pick(['__proto__', 'constructor', 'x', '', '0']), value);
      else
        holder[name] =
          typeof holder[name] === 'string' && this.#chance(3)
            ? this.#changedText(holder[name])
            : structuredClone(value);
    }
    return copy;
  }

  #changedText(text: string): string {
    const at = this.#random.wholeNumber(0, text.length);
    const odd = this.#pick([
      '%',
      '%zz',
      '%00',
      '"',
      '\\',
      '{',
      '}',
      '[',
      '*',
      '\u0000',
      '😀',
      '&',
      '=',
      '/',
      '..',
      '<',
      ']]>',
      '-1',
      '9'.repeat(25),
      'null',
      ...ODD_TEXTS,
    ]);
    return text.slice(0, at) + odd + text.slice(this.#chance(2) ? at : at + this.#random.wholeNumber(0, 9));
  }

  #cut(body: Buffer): Buffer {
    return this.#chance(40) ? body.subarray(0, this.#random.wholeNumber(0, body.length)) : body;
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#random.wholeNumber(0, from.length - 1)] as T;
  }

  /** Once in so many times. */
  #chance(times: number): boolean {
    return this.#random.wholeNumber(1, times) === 1;
  }
}

/** Every place of a value: what holds it, and under which name. */
function places(value: unknown): (readonly [Record<string, unknown>, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  const own = Object.keys(holder).map((name) => [holder, name] as const);
  const all = [...own, ...own.flatMap(([, name]) => places(holder[name]))];
  return all.length > 0 ? all : [[holder, 'x']];
}

/** As the query protocol spells members: `A.member.1.B=x`. */
function leaves(value: unknown, list: string, at = ''): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[at, String(value)]];
  const entries = Array.isArray(value)
    ? value.map((item, index) => [`${list}${index + 1}`, item] as const)
    : Object.entries(value);
  return entries.flatMap(([name, inner]) => leaves(inner, list, at === '' ? name : `${at}.${name}`));
}

/** Text that a header may hold. */
function asHeader(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 6000);
}

/** Also `__proto__`, which an assignment would take for the prototype. */
function setOwn(holder: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

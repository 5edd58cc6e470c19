import { createRequire } from 'node:module';
import { SeededRandom } from '../durability/random.ts';
import { ODD_BODIES, ODD_HEADERS, ODD_TARGETS, ODD_TEXTS, ODD_VALUES } from './odd-values.ts';
import { jsonRequests, type Names } from './valid-requests.ts';
import { restRequests } from './valid-rest-requests.ts';

/** A request as bytes go out. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

type Codec = typeof import('@smithy/core/cbor');
const { cbor } = createRequire(import.meta.url)('@smithy/core/cbor') as Codec;

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

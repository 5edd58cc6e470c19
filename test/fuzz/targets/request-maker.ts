import { createRequire } from 'node:module';
import { CreateMultipartUploadCommand, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { OPERATIONS } from '../../../packages/local-engine/s3/operations.ts';
import { namesIn, roleNames } from '../../support/malformed/send-malformed.ts';
import { jsonRequests, type Names } from '../../support/malformed/valid-requests.ts';
import { restRequests } from '../../support/malformed/valid-rest-requests.ts';
import type { Pipeline } from '../../support/pipeline.ts';
import { type KnownValues, SchemaRequests } from '../from-schemas.ts';
import { knownValues, restValues } from '../known-values.ts';
import type { Mutator } from '../mutator.ts';
import { changedRecord, recordedRequests } from '../recorded-requests.ts';
import { type RestService, restRequest } from '../rest-from-schemas.ts';

/** One request. Its body is a text in Latin-1. */
export interface FuzzedRequest {
  readonly service: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly accessKeyId: string;
}

type Codec = typeof import('@smithy/core/cbor');
const { cbor } = createRequire(import.meta.url)('@smithy/core/cbor') as Codec;

/** The SDK clients of the services that take members, by the names in signatures. */
const CLIENTS: readonly (readonly [service: string, clients: readonly string[]])[] = [
  ['dynamodb', ['@aws-sdk/client-dynamodb', '@aws-sdk/client-dynamodb-streams']],
  ['events', ['@aws-sdk/client-eventbridge']],
  ['logs', ['@aws-sdk/client-cloudwatch-logs']],
  ['monitoring', ['@aws-sdk/client-cloudwatch']],
  ['servicequotas', ['@aws-sdk/client-service-quotas']],
  ['sqs', ['@aws-sdk/client-sqs']],
  ['tagging', ['@aws-sdk/client-resource-groups-tagging-api']],
];

/** Those whose members are in paths, queries, headers and bodies. */
const REST_CLIENTS = [
  { service: 's3', client: '@aws-sdk/client-s3', form: 'xml', first: 'Bucket' },
  { service: 'pipes', client: '@aws-sdk/client-pipes', form: 'json' },
] as const;

/** Those that the query protocol is spoken to. */
const QUERY = ['sqs', 'monitoring', 'cloudformation', 'sts'];

/** Unsigned requests to the engine's own API, which breaks what runs. */
const LAB = [
  { method: 'GET', path: '', body: '' },
  {
    method: 'POST',
    path: '/faults',
    body: '{"operation":"s3:CreateBucket","when":"before","code":"SlowDown","times":1}',
  },
  { method: 'DELETE', path: '/faults', body: '' },
  { method: 'DELETE', path: '/faults/1', body: '' },
  { method: 'POST', path: '/clock/skip', body: '{"ms":1000}' },
  { method: 'POST', path: '/functions/none/kill', body: '{}' },
];

/** Makes requests: valid ones that were changed, and ones made up by the schemas of their operations. */
export class RequestMaker {
  readonly #valid: ReturnType<typeof jsonRequests>;
  readonly #rest: ReturnType<typeof restRequests>;
  readonly #schemas: readonly (readonly [service: string, SchemaRequests])[];
  readonly #restSchemas: readonly (RestService & { readonly service: string })[];
  readonly #recorded: ReturnType<typeof recordedRequests>;
  readonly #accessKeys: readonly string[];
  readonly #known: KnownValues;
  readonly #restKnown: KnownValues;

  /** Makes requests about what runs, after it has made objects for them. */
  static async of(pipeline: Pipeline): Promise<RequestMaker> {
    const names = await namesIn(pipeline);
    const [Bucket, Key, Body] = [names.bucket, 'multi', 'abc'];
    await pipeline.s3.send(new PutObjectCommand({ Bucket, Key: 'a/b.txt', Body }));
    const { UploadId = '' } = await pipeline.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    await pipeline.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body }));
    return new RequestMaker({ names, roleNames: roleNames(pipeline), uploadId: UploadId });
  }

  private constructor({ names, roleNames, uploadId }: Made) {
    this.#valid = jsonRequests(names);
    this.#rest = restRequests(names);
    this.#recorded = recordedRequests(names);
    this.#accessKeys = roleNames;
    this.#known = knownValues(names);
    this.#restKnown = restValues(names, uploadId);
    this.#restSchemas = REST_CLIENTS.map((rest) => ({ ...rest, schemas: new SchemaRequests(rest.client) }));
    this.#schemas = CLIENTS.flatMap(([service, clients]) =>
      clients.map((client) => [service, new SchemaRequests(client)] as const),
    );
  }

  next(mutator: Mutator): FuzzedRequest {
    // Calls of functions are judged by their members; most of them are denied.
    const accessKeyId = mutator.chance(6) ? mutator.pick(this.#accessKeys) : 'local';
    const kind = mutator.wholeNumber(0, 23);
    if (kind < 3) return { ...this.#rested(mutator), accessKeyId };
    if (kind < 6) return { ...this.#restMadeUp(mutator), accessKeyId };
    if (kind > 19) return { ...changedRecord(mutator.pick(this.#recorded), mutator), accessKeyId };
    if (kind === 6) return { ...lab(mutator), accessKeyId };
    const { service, operation, members } = kind < 13 ? this.#changed(mutator) : this.#madeUp(mutator);
    return { ...spelled(service, operation, members, mutator), accessKeyId };
  }

  #changed(mutator: Mutator): Asked {
    const service = mutator.pick(Object.keys(this.#valid));
    const { operation, members } = mutator.pick(this.#valid[service]?.requests ?? []);
    return { service, operation, members: mutator.chance(5) ? members : mutator.value(members) };
  }

  #madeUp(mutator: Mutator): Asked {
    const [service, schemas] = mutator.pick(this.#schemas);
    // Most that the clients have, the engine refuses by name.
    const here = this.#valid[service]?.requests.map(({ operation }) => operation) ?? [];
    const both = schemas.operations.filter((operation) => here.includes(operation));
    const operation = mutator.pick(both.length > 0 && !mutator.chance(10) ? both : schemas.operations);
    return { service, operation, members: schemas.members(operation, mutator, this.#known) };
  }

  #rested(mutator: Mutator): Omit<FuzzedRequest, 'accessKeyId'> {
    const { service, method, target, body = '', headers = {} } = mutator.pick(this.#rest);
    const changes = (text: string, times: number) => (mutator.chance(times) ? mutator.text(text) : text);
    const bytes = Buffer.from(changes(body, 2), 'utf8').toString('latin1');
    return {
      service,
      method: mutator.chance(12) ? mutator.pick(['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS']) : method,
      target: pathOf(changes(target, 4)),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerOf(changes(value, 5))])),
      body: mutator.chance(6) ? mutator.bytes(bytes) : bytes,
    };
  }

  #restMadeUp(mutator: Mutator): Omit<FuzzedRequest, 'accessKeyId'> {
    const { service, ...rest } = mutator.pick(this.#restSchemas);
    const here = service === 's3' ? Object.keys(OPERATIONS) : rest.schemas.operations;
    const operation = mutator.pick(mutator.chance(10) ? rest.schemas.operations : here);
    const members = rest.schemas.members(operation, mutator, this.#restKnown);
    const { method, target, headers, body } = restRequest(rest, operation, members);
    const bytes = inBytes(mutator.chance(6) ? mutator.text(body) : body);
    return {
      service,
      method,
      target: pathOf(mutator.chance(12) ? mutator.text(target) : target),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [headerName(name), headerOf(value)])),
      body: mutator.chance(12) ? mutator.bytes(bytes) : bytes,
    };
  }
}

interface Made {
  readonly names: Names;
  readonly roleNames: readonly string[];
  readonly uploadId: string;
}

interface Asked {
  readonly service: string;
  readonly operation: string;
  readonly members: unknown;
}

function lab(mutator: Mutator): Omit<FuzzedRequest, 'accessKeyId'> {
  const { method, path, body } = mutator.pick(LAB);
  const target = `/_local-engine/lab/v1${mutator.chance(4) ? mutator.text(path) : path}`;
  const changed =
    body === '' || mutator.chance(5) ? mutator.text(body) : JSON.stringify(mutator.value(JSON.parse(body)));
  const headers = { 'content-type': 'application/json', 'x-local-engine-lab': '1' };
  return { service: '', method, target: pathOf(target), headers, body: inBytes(changed ?? '') };
}

/** In one of the protocols that the service speaks. */
function spelled(
  service: string,
  operation: string,
  members: unknown,
  mutator: Mutator,
): Omit<FuzzedRequest, 'accessKeyId'> {
  const request = { service, method: 'POST', target: '/', headers: {}, body: '' };
  if (service === 'monitoring' && mutator.chance(3)) {
    const bytes = Buffer.from(cbor.serialize(JSON.parse(JSON.stringify(members ?? null)))).toString('latin1');
    const target = `/service/GraniteServiceVersion20100801/operation/${operation}`;
    const body = mutator.chance(3) ? mutator.bytes(bytes) : bytes;
    return { ...request, target, headers: { 'smithy-protocol': 'rpc-v2-cbor' }, body };
  }
  if (QUERY.includes(service) && (service !== 'sqs' || mutator.chance(3))) {
    const form = new URLSearchParams({ Action: operation, Version: '2012-11-05' });
    for (const [name, value] of leaves(members, service === 'sqs' ? '' : 'member.')) form.append(name, value);
    const body = mutator.chance(4) ? mutator.text(form.toString()) : form.toString();
    return { ...request, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: inBytes(body) };
  }
  const json = JSON.stringify(members) ?? '';
  const body = mutator.chance(12) ? mutator.text(json) : json;
  const headers = { 'x-amz-target': `Service.${operation}`, 'content-type': 'application/x-amz-json-1.0' };
  return { ...request, headers, body: inBytes(body) };
}

/** As the query protocol spells members: `A.member.1.B=x`. */
function leaves(value: unknown, list: string, at = ''): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[at, String(value)]];
  const entries = Array.isArray(value)
    ? value.map((item, index) => [`${list}${index + 1}`, item] as const)
    : Object.entries(value);
  return entries.flatMap(([name, inner]) => leaves(inner, list, at === '' ? name : `${at}.${name}`));
}

function inBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function pathOf(text: string): string {
  return text.startsWith('/') ? text : `/${text}`;
}

/** Text that HTTP carries in a header. */
function headerOf(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}

function headerName(text: string): string {
  return text.replace(/[^\w-]/g, '') || 'x';
}

import { isUtf8 } from 'node:buffer';
import { AwsError } from '../core/aws-error.ts';
import type { ApiRequest } from '../protocols/http.ts';
import { invalidArgument, methodNotAllowed, notImplemented } from './s3-errors.ts';
import { journalName, type Level, type OperationName, route, subresourcesIn } from './s3-operations.ts';

/** A request as S3 reads it. */
export interface S3Request {
  /** What it asks for, as the journal, faults and messages call it. */
  readonly name: string;
  /** Undefined for what is refused. */
  readonly operation?: OperationName;
  /** Why it is refused, whatever else it says. @default - it is not */
  readonly refusal?: AwsError;
  readonly method: string;
  /** Empty for a request of the account. */
  readonly bucket: string;
  /** As the bytes of the path say, nothing put right. Empty for a request of the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** By names in lower case; `x-amz-…` parameters of a presigned URL are among them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Of the endpoint. */
  readonly region: string;
}

/** What a request is about, before it is known what it asks for. */
export type S3Target = Pick<S3Request, 'bucket' | 'key' | 'query'>;

const parsed = new WeakMap<ApiRequest, S3Request>();

/** Parsed once, since permissions, the journal and S3 itself ask. @throws AwsError for what S3 or the engine refuses */
export function s3Request(request: ApiRequest): S3Request {
  let found = parsed.get(request);
  if (found === undefined) {
    found = parse(request);
    parsed.set(request, found);
  }
  return found;
}

/** The name of a request's operation for the journal and for faults. @throws AwsError as {@link s3Request} */
export function operationOf(request: ApiRequest): string {
  return s3Request(request).name;
}

/** Bucket and key of a request. @throws AwsError InvalidURI for a path that is no text */
export function s3Target({ target, hostBucket }: Pick<ApiRequest, 'target' | 'hostBucket'>): S3Target {
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt + 1));
  if (hostBucket !== undefined) return { bucket: hostBucket, key: percentDecoded(path.slice(1)), query };
  const slash = path.indexOf('/', 1);
  if (slash < 0) return { bucket: percentDecoded(path.slice(1)), key: '', query };
  if (slash === 1) throw invalidUri();
  return { bucket: percentDecoded(path.slice(1, slash)), key: percentDecoded(path.slice(slash + 1)), query };
}

/** Text of a percent-encoded path. @throws AwsError InvalidURI for bytes that are no UTF-8 */
export function percentDecoded(path: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(path)) return path;
  if (/%(?![0-9a-f]{2})/i.test(path)) throw invalidUri();
  // What is not encoded comes from the socket as one character per byte.
  const isBytes = /^[\0-\xff]*$/.test(path);
  const parts = path
    .split(/((?:%[0-9a-f]{2})+)/i)
    .map((part, index) =>
      index % 2 === 1 ? Buffer.from(part.replaceAll('%', ''), 'hex') : Buffer.from(part, isBytes ? 'latin1' : 'utf8'),
    );
  const bytes = Buffer.concat(parts);
  if (!isUtf8(bytes)) throw invalidUri();
  // A byte order mark at the beginning is part of a key, and stays.
  return bytes.toString('utf8');
}

function invalidUri(): AwsError {
  return new AwsError('InvalidURI', "Couldn't parse the specified URI.");
}

function parse(request: ApiRequest): S3Request {
  const target = s3Target(request);
  const { method, body, region } = request;
  const headers = headersOf(request, target.query);
  const level = target.bucket === '' ? 'account' : target.key === '' ? 'bucket' : 'object';
  const asked = operationFor(level, method, target.query, headers['x-amz-copy-source'] !== undefined);
  return { ...target, ...asked, method, headers, body, region };
}

/** How a refusal calls what a request is about. */
const RESOURCE_TYPES: Readonly<Record<Level, string>> = { account: 'SERVICE', bucket: 'BUCKET', object: 'OBJECT' };

/** Methods that cannot damage anything where a parameter is not known. */
const READING = new Set(['GET', 'HEAD']);

/** Preflights of pages that a bucket lets in do not come here: the gateway answers them. */
function operationFor(
  level: Level,
  method: string,
  query: URLSearchParams,
  isCopy: boolean,
): Pick<S3Request, 'name' | 'operation' | 'refusal'> {
  if (method === 'OPTIONS') {
    const message = 'Insufficient information. Origin request header needed.';
    return { name: method, refusal: new AwsError('BadRequest', message) };
  }
  const [subresource, ...more] = subresourcesIn(query);
  if (subresource !== undefined && more.length > 0) {
    const message = `Conflicting query string parameters: ${[subresource, ...more].toSorted().join(', ')}`;
    return { name: method, refusal: invalidArgument(message, 'ResourceType', subresource) };
  }
  if (method === 'PUT' && level === 'object' && query.has('uploadId') !== query.has('partNumber')) {
    return { name: method, refusal: halfAPart(method, query) };
  }
  const { operation, refused } = route(level, method, subresource, isCopy);
  if (refused !== undefined) return { name: refused, refusal: notImplemented(`s3:${refused}`) };
  if (operation === undefined) return { name: method, refusal: methodNotAllowed(method, RESOURCE_TYPES[level]) };
  const name = journalName(operation);
  const listType = query.get('list-type') ?? '';
  if (operation === 'ListObjectsV2' && listType !== '2') {
    return { name, refusal: invalidArgument('Invalid List Type specified in Request', 'list-type', listType) };
  }
  const unknown = READING.has(method)
    ? undefined
    : [...query.keys()].find((parameter) => parameter !== subresource && !isPlainParameter(parameter, method));
  if (unknown === undefined) return { name, operation };
  return { name, refusal: notImplemented(`?${unknown} with s3:${operation}`) };
}

/** The refusal of a part without its upload or without its number. Source: answers recorded on AWS. */
function halfAPart(method: string, query: URLSearchParams): AwsError {
  if (query.has('uploadId')) return methodNotAllowed(method, 'UPLOAD');
  return invalidArgument('This operation does not accept partNumber without uploadId', 'partNumber', 'partNumber');
}

/** Parameters beside the one that asks for the operation: of the operations that write, and of signatures. */
const PLAIN_PARAMETERS = new Set(['x-id', 'versionId', 'AWSAccessKeyId', 'Signature', 'Expires']);

function isPlainParameter(name: string, method: string): boolean {
  return PLAIN_PARAMETERS.has(name) || /^x-amz-/i.test(name) || (name === 'partNumber' && method === 'PUT');
}

/** What a signature in a URL consists of; the algorithm alone says nothing without a checksum. */
const OF_SIGNATURES =
  /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|sdk-checksum-algorithm)$/;

/** Presigned URLs carry headers as parameters. Source: S3 API reference, authenticating requests, query parameters. */
function headersOf({ headers }: ApiRequest, query: URLSearchParams): S3Request['headers'] {
  const found: Record<string, string | undefined> = {};
  for (const [parameter, value] of query) {
    const name = parameter.toLowerCase();
    // As bytes, as headers come.
    if (/^x-amz-/.test(name) && !OF_SIGNATURES.test(name)) found[name] = Buffer.from(value, 'utf8').toString('latin1');
  }
  for (const [name, value] of Object.entries(headers)) found[name] = Array.isArray(value) ? value.join(',') : value;
  return found;
}

import { compilePieces } from '../core/wildcard.ts';
import type { ApiRequestHead } from '../protocols/http.ts';
import { invalidRequest, malformedXml } from './errors.ts';
import { s3Target } from './request.ts';
import { childrenOf, parseXml, renderXml, s3Document, textOf, type XmlElement } from './xml-document.ts';

/** One rule of a bucket's CORS configuration. */
export interface CorsRule {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  /** Seconds. @default - none */
  readonly maxAge?: number;
}

/** A request of a page of another origin, or the request that its preflight announces. */
interface CrossOrigin {
  readonly bucket: string;
  readonly origin: string;
  readonly method: string;
  /** Names of headers, from a preflight. */
  readonly headers: readonly string[];
}

const MOST_RULES = 100;
const METHODS = new Set(['GET', 'PUT', 'HEAD', 'POST', 'DELETE']);
const ELEMENTS = new Set(['ID', 'AllowedOrigin', 'AllowedMethod', 'AllowedHeader', 'ExposeHeader', 'MaxAgeSeconds']);

/** The document as it is kept. Source: S3 API reference, CORSRule; answers recorded on AWS. @throws AwsError */
export function checkedCors(document: string): string {
  const configuration = parseXml(document, 'CORSConfiguration');
  const { children } = configuration;
  if (children.length === 0 || children.length > MOST_RULES) throw malformedXml();
  for (const rule of children) checkRule(rule);
  return s3Document('CORSConfiguration', children.map(renderXml).join(''));
}

function checkRule(rule: XmlElement): void {
  if (rule.name !== 'CORSRule' || rule.children.some(({ name }) => !ELEMENTS.has(name))) throw malformedXml();
  const { origins, methods, headers, exposed } = corsRule(rule);
  if (origins.length === 0 || methods.length === 0) throw malformedXml();
  const method = methods.find((each) => !METHODS.has(each));
  if (method !== undefined) {
    throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
  }
  for (const [name, patterns] of [['AllowedOrigin', origins] as const, ['AllowedHeader', headers] as const]) {
    const pattern = patterns.find((each) => each.split('*').length > 2);
    if (pattern !== undefined) throw invalidRequest(`${name} "${pattern}" can not have more than one wildcard.`);
  }
  const wild = exposed.find((each) => each.includes('*'));
  if (wild !== undefined) {
    const message = `ExposeHeader "${wild}" contains wildcard. We currently do not support wildcard for ExposeHeader.`;
    throw invalidRequest(message);
  }
}

/** Rules of a document as it is kept. */
export function corsRules(document: string): readonly CorsRule[] {
  return childrenOf(parseXml(document, 'CORSConfiguration'), 'CORSRule').map(corsRule);
}

function corsRule(rule: XmlElement): CorsRule {
  const texts = (name: string) => childrenOf(rule, name).map(({ text }) => text);
  const maxAge = textOf(rule, 'MaxAgeSeconds');
  if (maxAge !== undefined && !/^-?\d{1,10}$/.test(maxAge)) throw malformedXml();
  return {
    origins: texts('AllowedOrigin'),
    methods: texts('AllowedMethod'),
    headers: texts('AllowedHeader'),
    exposed: texts('ExposeHeader'),
    ...(maxAge !== undefined && { maxAge: Number(maxAge) }),
  };
}

/**
 * The request of a page of another origin; undefined for requests that are not about objects.
 * @param request the request itself, or its preflight
 * @throws AwsError InvalidURI as s3Target
 */
export function crossOriginOf(request: ApiRequestHead): CrossOrigin | undefined {
  const { headers, method } = request;
  const { bucket, key } = s3Target(request);
  if (key === '' || headers.origin === undefined) return undefined;
  if (method !== 'OPTIONS') return { bucket, origin: headers.origin, method, headers: [] };
  const names = String(headers['access-control-request-headers'] ?? '').split(',');
  return {
    bucket,
    origin: headers.origin,
    method: String(headers['access-control-request-method'] ?? ''),
    headers: names.map((name) => name.trim()).filter((name) => name !== ''),
  };
}

/**
 * Headers of the answer by the first rule that allows the request; undefined if none does.
 * Source: S3 user guide, how S3 evaluates the CORS configuration; answers recorded on AWS.
 */
export function corsHeaders(
  rules: readonly CorsRule[],
  { origin, method, headers }: Omit<CrossOrigin, 'bucket'>,
): Readonly<Record<string, string>> | undefined {
  for (const rule of rules) {
    const pattern = rule.origins.find((each) => matches(each, origin));
    const isAllowed =
      pattern !== undefined &&
      rule.methods.includes(method) &&
      headers.every((name) => rule.headers.some((each) => matches(each.toLowerCase(), name.toLowerCase())));
    if (!isAllowed) continue;
    const isForAll = pattern === '*';
    return {
      'access-control-allow-origin': isForAll ? '*' : origin,
      'access-control-allow-methods': rule.methods.join(', '),
      ...(headers.length > 0 && { 'access-control-allow-headers': headers.join(', ').toLowerCase() }),
      ...(rule.exposed.length > 0 && { 'access-control-expose-headers': rule.exposed.join(', ') }),
      ...(rule.maxAge !== undefined && { 'access-control-max-age': String(rule.maxAge) }),
      ...(!isForAll && { 'access-control-allow-credentials': 'true' }),
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    };
  }
  return undefined;
}

/** @param pattern with one wildcard at most */
function matches(pattern: string, text: string): boolean {
  return compilePieces(pattern.split('*'))(text);
}

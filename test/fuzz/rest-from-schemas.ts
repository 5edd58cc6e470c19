import type { NormalizedSchema as Schema } from '@smithy/core/schema';
import type { SchemaRequests } from './from-schemas.ts';

/** A request of a REST service; its body is UTF-8. */
export interface RestRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RestService {
  readonly schemas: SchemaRequests;
  /** The form of bodies. */
  readonly form: 'xml' | 'json';
  /** The member that begins the path, as a bucket does where its name is not in the host. @default - none */
  readonly first?: string;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Puts members where the operation's schema has them: into the path, the query, the headers, or the body.
 * Source: Smithy, HTTP bindings; XML bindings.
 * @param members of the request; what is no object has no members
 */
export function restRequest({ schemas, form, first }: RestService, operation: string, members: unknown): RestRequest {
  const { method, path, input } = schemas.route(operation);
  const given: Members = typeof members === 'object' && members !== null ? (members as Members) : {};
  const [plainPath = '', fixedQuery = ''] = path.split('?');
  const query = fixedQuery === '' ? [] : [fixedQuery];
  const headers: Record<string, string> = {};
  const inBody: [string, Schema, unknown][] = [];
  let target = first === undefined ? plainPath : `/${encoded(given[first])}${plainPath === '/' ? '' : plainPath}`;
  for (const [name, schema] of input) {
    const value = given[name];
    if (value === undefined) continue;
    const traits = schema.getMergedTraits() as Traits;
    if (traits.httpLabel) {
      target = target.replaceAll(new RegExp(`\\{${name}\\+?\\}`, 'g'), () => encoded(value));
    } else if (traits.httpQuery !== undefined) {
      for (const each of Array.isArray(value) ? value : [value]) query.push(`${traits.httpQuery}=${encoded(each)}`);
    } else if (traits.httpHeader !== undefined) headers[traits.httpHeader.toLowerCase()] = text(value);
    else if (traits.httpPrefixHeaders !== undefined) {
      for (const [key, each] of Object.entries(value ?? {})) headers[`${traits.httpPrefixHeaders}${key}`] = text(each);
    } else inBody.push([name, schema, value]);
  }
  const body = form === 'xml' ? xmlBody(inBody) : inBody.length === 0 ? '' : jsonBody(inBody);
  return { method, target: [target, query.join('&')].filter((part) => part !== '').join('?'), headers, body };
}

interface Traits {
  readonly httpLabel?: number;
  readonly httpQuery?: string;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: number;
}

function jsonBody(members: readonly [string, Schema, unknown][]): string {
  return JSON.stringify(Object.fromEntries(members.map(([name, , value]) => [name, value])));
}

/** S3 has one member in the body at most. */
function xmlBody(members: readonly [string, Schema, unknown][]): string {
  return members
    .map(([name, schema, value]) => (isContainer(schema) ? element(name, schema, value) : text(value)))
    .join('');
}

function element(name: string, schema: Schema, value: unknown): string {
  const { xmlName = name, xmlFlattened } = schema.getMergedTraits() as Traits;
  if (schema.isListSchema() && Array.isArray(value)) {
    if (xmlFlattened) return value.map((item) => wrapped(xmlName, content(schema.getValueSchema(), item))).join('');
    const items = value.map((item) => element('member', schema.getValueSchema(), item));
    return wrapped(xmlName, items.join(''));
  }
  return wrapped(xmlName, content(schema, value));
}

function content(schema: Schema, value: unknown): string {
  if (!schema.isStructSchema() || typeof value !== 'object' || value === null) return escaped(text(value));
  const given = value as Members;
  const inner = [...schema.structIterator()].filter(([name]) => given[name] !== undefined);
  return inner.map(([name, member]) => element(name, member, given[name])).join('');
}

function isContainer(schema: Schema): boolean {
  return schema.isStructSchema() || schema.isListSchema();
}

function wrapped(name: string, inner: string): string {
  return `<${name}>${inner}</${name}>`;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** As clients do, but for slashes, which keys keep. Half a character cannot be encoded: it goes as it is. */
function encoded(value: unknown): string {
  return encodeURIComponent(text(value ?? '').toWellFormed()).replaceAll('%2F', '/');
}

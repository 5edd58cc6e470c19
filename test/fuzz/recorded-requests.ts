import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Names } from '../support/malformed/valid-requests.ts';
import type { Mutator } from './mutator.ts';

/** A request as a client has sent it, without its signature, and without what HTTP itself adds. Its body is a text in Latin-1. */
export interface RecordedRequest {
  /** As signatures name it; empty for a request without one. */
  readonly service: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const RECORDED_FILE = join(import.meta.dirname, 'recorded-requests.json');

/** Placeholders for names that differ in each run. The longest come first, since one name may contain another. */
export function placeholders(names: Names): [value: string, placeholder: string][] {
  const values = Object.entries({ ...names, endpoint: new URL(names.queueUrl).origin });
  const found = values.map(([name, value]): [string, string] => [value, `{${name}}`]);
  return found.filter(([value]) => value !== '').toSorted(([a], [b]) => b.length - a.length);
}

/** The recorded requests, about what runs. They are written by record-traffic.ts. */
export function recordedRequests(names: Names): readonly RecordedRequest[] {
  const text = readFileSync(RECORDED_FILE, 'utf8');
  return JSON.parse(placeholders(names).reduce((filled, [value, name]) => filled.replaceAll(name, value), text));
}

/** Headers that change how a request is read. */
const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['content-type', 'application/x-amz-json-1.1'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['smithy-protocol', 'rpc-v2-cbor'],
  ['content-encoding', 'aws-chunked,gzip'],
  ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
  ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
  ['x-amz-decoded-content-length', '5'],
  ['x-amz-trailer', 'x-amz-checksum-crc32'],
  ['x-amz-target', 'AmazonSQS.SendMessage'],
  ['x-http-method-override', 'DELETE'],
];

/** A recorded request with one to three changes of its path, its headers, or how its body is written. */
export function changedRecord(record: RecordedRequest, mutator: Mutator): RecordedRequest {
  const isOfMembers = record.body.startsWith('{') && mutator.chance(3);
  let changed = isOfMembers ? { ...record, body: otherMembers(record.body, mutator) } : record;
  for (let times = mutator.pick([1, 1, 2, 3]); times > 0; times--)
    changed = { ...changed, ...change(changed, mutator) };
  return { ...changed, target: changed.target.startsWith('/') ? changed.target : `/${changed.target}` };
}

function change({ target, headers, body }: RecordedRequest, mutator: Mutator): Partial<RecordedRequest> {
  switch (mutator.wholeNumber(0, 8)) {
    case 0:
      return { target: mutator.text(target) };
    case 1:
      return { target: oddlyEncoded(target, mutator) };
    case 2:
      return { target: `${target}${target.includes('?') ? '&' : '?'}${queryOf(mutator, target)}` };
    case 3:
      return { headers: changedHeaders(headers, mutator) };
    case 4:
      return { headers: { ...headers, ...Object.fromEntries([mutator.pick(HEADERS)]) } };
    case 5:
      return {
        headers: { ...headers, 'content-encoding': 'gzip' },
        body: inLatin1(gzipSync(Buffer.from(body, 'latin1'))),
      };
    case 6:
      return inChunks(headers, body, mutator);
    case 7:
      return { body: body + mutator.pick(['\0', '\r\n', ' ', '}', body, 'x'.repeat(100_000)]) };
    default:
      return { body: mutator.bytes(body) };
  }
}

function otherMembers(body: string, mutator: Mutator): string {
  return inLatin1(JSON.stringify(mutator.value(JSON.parse(body))) ?? '');
}

function inLatin1(content: string | Buffer): string {
  return Buffer.from(content).toString('latin1');
}

/** Characters that need no encoding with one, or those that need one without. */
function oddlyEncoded(target: string, mutator: Mutator): string {
  const at = mutator.wholeNumber(0, target.length - 1);
  const code = target.charCodeAt(at).toString(16).padStart(2, '0');
  const put = mutator.pick([
    `%${code}`,
    `%${code.toUpperCase()}`,
    `%25${code}`,
    '%',
    '%C3',
    '%ED%A0%80',
    '+',
    '%2e%2e/',
  ]);
  return target.slice(0, at) + put + target.slice(at + 1);
}

function queryOf(mutator: Mutator, target: string): string {
  const [, own = 'a=b'] = target.split('?');
  return mutator.pick([
    own,
    'uploads',
    'delete',
    'tagging=',
    'x-id=PutObject',
    'partNumber=0',
    `a=${'x'.repeat(9000)}`,
    '&&=',
    'a[]=b',
  ]);
}

function changedHeaders(headers: RecordedRequest['headers'], mutator: Mutator): RecordedRequest['headers'] {
  const name = mutator.pick(Object.keys(headers));
  const { [name]: value = '', ...others } = headers;
  if (mutator.chance(4)) return others;
  const longer = mutator.chance(8) ? value.repeat(1000).slice(0, 60_000) : mutator.text(value);
  return { ...others, [name]: longer.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?') };
}

/** As clients send bodies whose length or checksum they do not know before. */
function inChunks(headers: RecordedRequest['headers'], body: string, mutator: Mutator): Partial<RecordedRequest> {
  const half = Math.ceil(body.length / 2);
  const parts = [body.slice(0, half), body.slice(half), ''];
  const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}${part === '' ? '' : '\r\n'}`).join('');
  const declared = mutator.pick([body.length, body.length, body.length + 1, 0]);
  const written = {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': String(declared),
  };
  const end = mutator.pick(['\r\n', 'x-amz-checksum-crc32:AAAAAA==\r\n\r\n', '', ': \r\n\r\n']);
  return { headers: { ...headers, ...written }, body: `${chunks}${end}` };
}

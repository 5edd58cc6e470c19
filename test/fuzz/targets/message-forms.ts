import { createRequire } from 'node:module';
import { AwsError } from '../../../packages/local-engine/core/aws-error.ts';
import { JsonTextError, parseJson } from '../../../packages/local-engine/core/json-text.ts';
import { decodeCbor, encodeCbor } from '../../../packages/local-engine/protocols/cbor.ts';
import { queryMembers, queryParameters } from '../../../packages/local-engine/protocols/query-protocol.ts';
import { decodeChunks } from '../../../packages/local-engine/s3/payload.ts';
import { parseXml, renderXml } from '../../../packages/local-engine/s3/xml-document.ts';
import type { Mutator } from '../mutator.ts';
import { plainTarget, refusedBy } from '../target.ts';

type Codec = typeof import('@smithy/core/cbor');
const { cbor } = createRequire(import.meta.url)('@smithy/core/cbor') as Codec;

const VALUES = [
  { MetricName: 'a', Values: [1, 1.5, -1, 1e300], Ok: true, None: null, Text: 'Ünï😀', Deep: { a: [{ b: [] }] } },
  { Entries: [{ Source: 'a', Detail: '{"a":"\\u00e9"}' }], 'a"b': 'c\\d' },
];
const QUERIES = [
  'Action=GetMetricData&MetricDataQueries.member.1.Id=a&MetricDataQueries.member.1.MetricStat.Stat=p99&Version=1',
  'Action=SendMessage&QueueUrl=http%3A%2F%2Flocalhost%2F1%2Fq&MessageAttribute.1.Name=a&MessageAttribute.1.Value=b%20c',
];
const DOCUMENTS = [
  '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>a&amp;b</Key><Value>&#x41;</Value></Tag></TagSet></Tagging>',
  '<?xml version="1.0"?><!-- c --><Delete><Object><Key><![CDATA[<a>]]></Key></Object><Quiet/></Delete>',
];
const CHUNKS = [
  '5;chunk-signature=0\r\nhello\r\n0;chunk-signature=0\r\n\r\n',
  '3\r\nabc\r\na\r\n0123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
];
const KINDS = ['json', 'cbor', 'query', 'xml', 'chunks'] as const;

/** What requests are written in, apart from what they mean: JSON, CBOR, forms, XML, and bodies in chunks. */
export const messageForms = plainTarget('message-forms', 17, {
  generate: (mutator) => {
    const kind = mutator.pick(KINDS);
    return { kind, bytes: messageOf(kind, mutator) };
  },
  check: (input) => {
    const { kind, bytes } = input as { kind?: (typeof KINDS)[number]; bytes?: unknown };
    return typeof bytes === 'string' && kind !== undefined ? read(kind, bytes) : undefined;
  },
});

function messageOf(kind: (typeof KINDS)[number], mutator: Mutator): string {
  const inBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
  if (kind === 'cbor') {
    const value = mutator.chance(2)
      ? mutator.pick(VALUES)
      : JSON.parse(JSON.stringify(mutator.value(mutator.pick(VALUES)) ?? null));
    return mutator.bytes(Buffer.from(cbor.serialize(value)).toString('latin1'));
  }
  const texts = { json: VALUES.map((value) => JSON.stringify(value)), query: QUERIES, xml: DOCUMENTS, chunks: CHUNKS };
  const text = mutator.pick(texts[kind]);
  return mutator.chance(4) ? mutator.bytes(inBytes(text)) : inBytes(mutator.text(text));
}

function read(kind: (typeof KINDS)[number], latin1: string): string | undefined {
  const body = Buffer.from(latin1, 'latin1');
  if (kind === 'json') {
    return refusedBy([JsonTextError], () => sameTwice(parseJson(body), (value) => parseJson(JSON.stringify(value))));
  }
  // Its errors have no class: CloudWatch's API gives them one.
  if (kind === 'cbor') return readCbor(body);
  if (kind === 'query') {
    return refusedBy([AwsError], () => {
      queryMembers(queryParameters({ body, url: new URL('http://localhost/') }));
      return undefined;
    });
  }
  if (kind === 'xml') {
    const text = body.toString('utf8');
    const root = /<(\w+)/.exec(text)?.[1] ?? 'a';
    return refusedBy([AwsError], () => {
      const rendered = renderXml(parseXml(text, root));
      return sameTwice(rendered, () => renderXml(parseXml(rendered, root)));
    });
  }
  return refusedBy([AwsError], () => {
    decodeChunks(body, undefined);
    return undefined;
  });
}

function readCbor(body: Buffer): string | undefined {
  let value: unknown;
  try {
    value = decodeCbor(body);
  } catch (error) {
    return error instanceof TypeError || error instanceof RangeError ? `${error.name}: ${error.message}` : undefined;
  }
  if (typeof value === 'object' && value !== null) encodeCbor(value);
  return undefined;
}

/** What was read and written again must be read as the same. */
function sameTwice<T>(first: T, again: (value: T) => T): string | undefined {
  const [one, two] = [JSON.stringify(first), JSON.stringify(again(first))];
  return one === two ? undefined : `it is ${one?.slice(0, 200)}, and then ${two?.slice(0, 200)}`;
}

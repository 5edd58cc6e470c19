import { type ApiRequest, unescapeXml, xmlElements } from '../../gateway/http.ts';

interface Place {
  readonly bucketArn: string;
  /** Percent-encoded; empty for a request of the bucket itself. */
  readonly key: string;
}

type Action = readonly [name: string, resource: string];

/** Query parameters of an object's request that change nothing of what it needs leave for. */
const PLAIN_PARAMETERS = new Set([
  'encoding-type',
  'max-parts',
  'part-number-marker',
  'partNumber',
  'uploadId',
  'uploads',
]);

/**
 * What a request about objects needs leave for; undefined for one that is not known.
 * Source: S3 user guide, required permissions for API operations.
 */
export function objectActions(request: ApiRequest, { bucketArn, key }: Place): readonly Action[] | undefined {
  const { method, url, body } = request;
  const { searchParams } = url;
  if (key === '') {
    if (method === 'POST' && searchParams.has('delete')) return deletions(body, bucketArn);
    if (method === 'GET' && searchParams.has('uploads')) return [['ListBucketMultipartUploads', bucketArn]];
    return undefined;
  }
  const object = `${bucketArn}/${decodeURIComponent(key)}`;
  if (searchParams.has('tagging')) {
    const verb = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' }[method];
    return verb === undefined ? undefined : [[`${verb}ObjectTagging`, object]];
  }
  const isKnown = (name: string) => PLAIN_PARAMETERS.has(name) || name === 'x-id' || /^(x-amz-|response-)/i.test(name);
  if (![...searchParams.keys()].every(isKnown)) return undefined;
  const ofUpload = searchParams.has('uploadId');
  switch (method) {
    case 'GET':
      return [[ofUpload ? 'ListMultipartUploadParts' : 'GetObject', object]];
    case 'HEAD':
      return [['GetObject', object]];
    case 'DELETE':
      return [[ofUpload ? 'AbortMultipartUpload' : 'DeleteObject', object]];
    case 'PUT':
      return puts(request, bucketArn, object);
    case 'POST':
      return ofUpload || searchParams.has('uploads') ? puts(request, bucketArn, object) : undefined;
    default:
      return undefined;
  }
}

function puts({ headers }: ApiRequest, bucketArn: string, object: string): Action[] {
  const source = headers['x-amz-copy-source'];
  const [partition = ''] = bucketArn.split(/(?<=:s3:::)/);
  const from = source && `${partition}${decodeURIComponent(String(source)).replace(/^\/|\?.*$/g, '')}`;
  return [
    ['PutObject', object],
    ...(from ? [['GetObject', from] as const] : []),
    ...(headers['x-amz-tagging'] !== undefined ? [['PutObjectTagging', object] as const] : []),
    ...(headers['x-amz-acl'] !== undefined ? [['PutObjectAcl', object] as const] : []),
  ];
}

function deletions(body: Buffer, bucketArn: string): Action[] {
  return xmlElements(body.toString('utf8'), 'Key').map((name) => ['DeleteObject', `${bucketArn}/${unescapeXml(name)}`]);
}

import { copySource } from './s3-copy.ts';
import { removalsIn } from './s3-delete-objects.ts';
import type { OperationName } from './s3-operations.ts';
import type { S3Request } from './s3-request.ts';

type Action = readonly [name: string, resource: string];

/** Actions on the object itself, by operation, where no header asks for more. */
const ON_AN_OBJECT: ReadonlyMap<OperationName, readonly string[]> = new Map<OperationName, readonly string[]>([
  ['AbortMultipartUpload', ['AbortMultipartUpload']],
  ['CompleteMultipartUpload', ['PutObject']],
  ['CopyObject', ['PutObject']],
  ['CreateMultipartUpload', ['PutObject']],
  ['DeleteObject', ['DeleteObject']],
  ['DeleteObjectTagging', ['DeleteObjectTagging']],
  ['GetObject', ['GetObject']],
  ['GetObjectAcl', ['GetObjectAcl']],
  ['GetObjectAttributes', ['GetObject', 'GetObjectAttributes']],
  ['GetObjectTagging', ['GetObjectTagging']],
  ['HeadObject', ['GetObject']],
  ['ListParts', ['ListMultipartUploadParts']],
  ['PutObject', ['PutObject']],
  ['PutObjectTagging', ['PutObjectTagging']],
  ['UploadPart', ['PutObject']],
  ['UploadPartCopy', ['PutObject']],
]);

/**
 * What a request about objects needs leave for; undefined for one that is not known.
 * Source: S3 user guide, required permissions for API operations.
 */
export function objectActions(request: S3Request, bucketArn: string): readonly Action[] | undefined {
  const { operation, key, headers, body } = request;
  if (operation === undefined) return undefined;
  if (operation === 'DeleteObjects') {
    const { removals } = removalsIn(body.toString('utf8'));
    return removals.map((removal) => ['DeleteObject', `${bucketArn}/${removal.key}`]);
  }
  const names = ON_AN_OBJECT.get(operation);
  if (names === undefined) return undefined;
  const object = `${bucketArn}/${key}`;
  const own = names.map((name) => [name, object] as const);
  if (!names.includes('PutObject')) return own;
  return [
    ...own,
    ...sourceActions(request, bucketArn),
    ...(headers['x-amz-tagging'] !== undefined ? [['PutObjectTagging', object] as const] : []),
    ...(headers['x-amz-acl'] !== undefined ? [['PutObjectAcl', object] as const] : []),
  ];
}

/** What is copied must be readable. */
function sourceActions({ operation, headers }: S3Request, bucketArn: string): Action[] {
  if (operation !== 'CopyObject' && operation !== 'UploadPartCopy') return [];
  const { bucket, key } = copySource(headers['x-amz-copy-source'] ?? '');
  const [partition = ''] = bucketArn.split(/(?<=:s3:::)/);
  return [['GetObject', `${partition}${bucket}/${key}`]];
}

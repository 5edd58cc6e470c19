import type { ActionsOf, RequiredAction } from '../iam/access.ts';
import { s3Request } from './api.ts';
import { bucketConfiguration } from './bucket-operations.ts';
import { copySource } from './copy.ts';
import { removalsIn } from './objects.ts';
import { journalName, type OperationName } from './operations.ts';
import type { S3Request } from './request.ts';
import { childrenOf, textOf, type XmlElement } from './xml-document.ts';

type OperationActions = Readonly<Partial<Record<OperationName, string>>>;

/** Actions of operations on a bucket, where IAM names them neither as the API nor as the journal. */
const BUCKET_ACTIONS: OperationActions = {
  DeleteBucketCors: 'PutBucketCORS',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  DeleteBucketTagging: 'PutBucketTagging',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  GetBucketCors: 'GetBucketCORS',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  GetBucketReplication: 'GetReplicationConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  HeadBucket: 'ListBucket',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListObjectVersions: 'ListBucketVersions',
  PutBucketCors: 'PutBucketCORS',
};

/** The same for operations on an object. */
const OBJECT_ACTIONS: OperationActions = {
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  HeadObject: 'GetObject',
  ListParts: 'ListMultipartUploadParts',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
};

/** Source: Service authorization reference, Amazon S3; S3 user guide, required permissions for API operations. */
export const s3Actions: ActionsOf = (_operation, request, { account }) => {
  const asked = s3Request(request);
  const { operation, bucket, key, body } = asked;
  if (operation === undefined) return undefined;
  if (operation === 'ListBuckets') return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  const arnPrefix = `arn:${account.partition}:s3:::`;
  const needed = (name: string, resource: string, keys: object = {}): RequiredAction => ({
    action: `s3:${name}`,
    resource: `${arnPrefix}${resource}`,
    context: () => ({ 's3:resourceaccount': account.id, ...keys }),
  });
  if (operation === 'CreateBucket') {
    const configuration = bucketConfiguration(body.toString('utf8'));
    const tags = tagsIn(configuration);
    const keys = { ...NO_OWNER, ...creationKeys(asked, configuration, tags) };
    return creation(asked, tags).map((name) => needed(name, bucket, keys));
  }
  if (operation === 'DeleteObjects') {
    const { removals } = removalsIn(body.toString('utf8'));
    return removals.map((removal) => needed('DeleteObject', `${bucket}/${removal.key}`));
  }
  if (key === '') {
    const name = BUCKET_ACTIONS[operation] ?? journalName(operation);
    return [needed(name, bucket, name === 'ListBucket' ? listKeys(asked) : {})];
  }
  const object = `${bucket}/${key}`;
  if (operation === 'GetObjectAttributes') return [needed('GetObject', object), needed(operation, object)];
  const name = OBJECT_ACTIONS[operation] ?? operation;
  if (name !== 'PutObject') return [needed(name, object)];
  return [
    needed(name, object),
    // What is copied must be readable.
    ...(operation === 'CopyObject' || operation === 'UploadPartCopy' ? [needed('GetObject', sourceOf(asked))] : []),
    ...(asked.headers['x-amz-tagging'] !== undefined ? [needed('PutObjectTagging', object)] : []),
    ...(asked.headers['x-amz-acl'] !== undefined ? [needed('PutObjectAcl', object)] : []),
  ];
};

function sourceOf({ headers }: S3Request): string {
  const { bucket, key } = copySource(headers['x-amz-copy-source'] ?? '');
  return `${bucket}/${key}`;
}

type TagPair = readonly [key: string, value: string];

/**
 * A bucket that does not exist yet belongs to no account. Whether AWS knows these keys in such a request is not documented: here
 * a condition on them is never met.
 */
const NO_OWNER = { 's3:resourceaccount': undefined, 'aws:resourceaccount': undefined };

/** What a new bucket is given with its creation needs permissions of its own. Source: S3 API reference, CreateBucket. */
function creation({ headers }: S3Request, tags: readonly TagPair[]): string[] {
  const isLocked = String(headers['x-amz-bucket-object-lock-enabled']).toLowerCase() === 'true';
  const hasAcl = Object.keys(headers).some((name) => name === 'x-amz-acl' || name.startsWith('x-amz-grant-'));
  return [
    'CreateBucket',
    ...(tags.length > 0 ? ['TagResource'] : []),
    ...(headers['x-amz-object-ownership'] !== undefined ? ['PutBucketOwnershipControls'] : []),
    ...(isLocked ? ['PutBucketObjectLockConfiguration', 'PutBucketVersioning'] : []),
    ...(hasAcl ? ['PutBucketAcl'] : []),
  ];
}

function creationKeys({ headers }: S3Request, configuration: XmlElement | undefined, tags: readonly TagPair[]): object {
  return {
    's3:x-amz-bucket-namespace': headers['x-amz-bucket-namespace'],
    's3:locationconstraint': configuration && textOf(configuration, 'LocationConstraint'),
    'aws:tagkeys': tags.length > 0 ? tags.map(([key]) => key) : undefined,
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, value])),
  };
}

function tagsIn(configuration: XmlElement | undefined): TagPair[] {
  const tags = configuration && childrenOf(configuration, 'Tags')[0]?.children;
  return tags?.map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']) ?? [];
}

function listKeys({ query }: S3Request): object {
  const keys = ['prefix', 'delimiter', 'max-keys'].map((name) => [`s3:${name}`, query.get(name) ?? undefined]);
  return Object.fromEntries(keys);
}

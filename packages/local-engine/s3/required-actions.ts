import type { ActionsOf, RequiredAction } from '../iam/required-action.ts';
import { objectActions } from './required-object-actions.ts';
import { type S3Request, s3Request } from './s3-request.ts';
import { childrenOf, parseXml, textOf, type XmlElement } from './xml-document.ts';

/** Actions on a bucket, by the operations that the engine tells apart, where IAM names them otherwise or knows fewer. */
const ON_A_BUCKET: ReadonlyMap<string, string> = new Map([
  ['DeleteBucket', 'DeleteBucket'],
  ['DeleteBucketCors', 'PutBucketCORS'],
  ['DeleteBucketOwnershipControls', 'PutBucketOwnershipControls'],
  ['DeleteBucketPolicy', 'DeleteBucketPolicy'],
  ['DeleteBucketPublicAccessBlock', 'PutBucketPublicAccessBlock'],
  ['DeleteBucketTagging', 'PutBucketTagging'],
  ['DeleteLifecycleConfiguration', 'PutLifecycleConfiguration'],
  ['GetBucketAccelerateConfiguration', 'GetAccelerateConfiguration'],
  ['GetBucketAcl', 'GetBucketAcl'],
  ['GetBucketCors', 'GetBucketCORS'],
  ['GetBucketEncryption', 'GetEncryptionConfiguration'],
  ['GetBucketLocation', 'GetBucketLocation'],
  ['GetBucketLogging', 'GetBucketLogging'],
  ['GetBucketNotificationConfiguration', 'GetBucketNotification'],
  ['GetBucketOwnershipControls', 'GetBucketOwnershipControls'],
  ['GetBucketPolicy', 'GetBucketPolicy'],
  ['GetBucketPolicyStatus', 'GetBucketPolicyStatus'],
  ['GetBucketPublicAccessBlock', 'GetBucketPublicAccessBlock'],
  ['GetBucketReplication', 'GetReplicationConfiguration'],
  ['GetBucketRequestPayment', 'GetBucketRequestPayment'],
  ['GetBucketTagging', 'GetBucketTagging'],
  ['GetBucketVersioning', 'GetBucketVersioning'],
  ['GetBucketWebsite', 'GetBucketWebsite'],
  ['GetLifecycleConfiguration', 'GetLifecycleConfiguration'],
  ['GetObjectLockConfiguration', 'GetBucketObjectLockConfiguration'],
  ['HeadBucket', 'ListBucket'],
  ['ListBucket', 'ListBucket'],
  ['ListMultipartUploads', 'ListBucketMultipartUploads'],
  ['ListObjectVersions', 'ListBucketVersions'],
  ['PutBucketCors', 'PutBucketCORS'],
  ['PutBucketOwnershipControls', 'PutBucketOwnershipControls'],
  ['PutBucketPolicy', 'PutBucketPolicy'],
  ['PutBucketPublicAccessBlock', 'PutBucketPublicAccessBlock'],
  ['PutBucketTagging', 'PutBucketTagging'],
  ['PutLifecycleConfiguration', 'PutLifecycleConfiguration'],
]);

/** Source: Service authorization reference, Amazon S3; S3 user guide, required permissions for API operations. */
export const s3Actions: ActionsOf = (operation, request, { account }) => {
  const asked = s3Request(request);
  const { bucket } = asked;
  if (asked.refusal !== undefined) return undefined;
  if (operation === 'ListAllMyBuckets') return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  const bucketArn = `arn:${account.partition}:s3:::${bucket}`;
  const onBucket = (name: string, keys: object = {}): RequiredAction => ({
    action: `s3:${name}`,
    resource: bucketArn,
    context: () => ({ 's3:resourceaccount': account.id, ...keys }),
  });
  if (operation === 'CreateBucket') {
    const configuration = configurationOf(asked);
    const tags = tagsIn(configuration);
    const keys = { ...NO_OWNER, ...creationKeys(asked, configuration, tags) };
    return creation(asked, tags).map((name) => onBucket(name, keys));
  }
  const action = ON_A_BUCKET.get(operation);
  if (action !== undefined) return [onBucket(action, action === 'ListBucket' ? listKeys(asked) : {})];
  return objectActions(asked, bucketArn)?.map(([name, resource]) => ({
    ...onBucket(name),
    resource,
  }));
};

type Tag = readonly [key: string, value: string];

/**
 * A bucket that is not there yet belongs to no account. Whether AWS knows these keys in such a request is not documented; a
 * policy that asks for them is not met here.
 */
const NO_OWNER = { 's3:resourceaccount': undefined, 'aws:resourceaccount': undefined };

/** What a new bucket is given at once needs leave of its own. Source: S3 API reference, CreateBucket. */
function creation({ headers }: S3Request, tags: readonly Tag[]): string[] {
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

function creationKeys({ headers }: S3Request, configuration: XmlElement | undefined, tags: readonly Tag[]): object {
  return {
    's3:x-amz-bucket-namespace': headers['x-amz-bucket-namespace'],
    's3:locationconstraint': configuration && textOf(configuration, 'LocationConstraint'),
    'aws:tagkeys': tags.length > 0 ? tags.map(([key]) => key) : undefined,
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, value])),
  };
}

/** @throws AwsError for a document that S3 would refuse as well */
function configurationOf({ body }: S3Request): XmlElement | undefined {
  const document = body.toString('utf8');
  return document.trim() === '' ? undefined : parseXml(document, 'CreateBucketConfiguration');
}

function tagsIn(configuration: XmlElement | undefined): Tag[] {
  const tags = configuration && childrenOf(configuration, 'Tags')[0]?.children;
  return tags?.map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']) ?? [];
}

function listKeys({ query }: S3Request): object {
  const keys = ['prefix', 'delimiter', 'max-keys'].map((name) => [`s3:${name}`, query.get(name) ?? undefined]);
  return Object.fromEntries(keys);
}

import { AwsError } from '../core/aws-error.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './bucket-operations.ts';
import {
  getBucketPolicyStatus,
  getDefault,
  getMissing,
  getOwnersAcl,
  getSetting,
  putSetting,
  removeSetting,
} from './bucket-settings.ts';
import { copyObject } from './copy.ts';
import { invalidArgument, methodNotAllowed, notImplemented } from './errors.ts';
import { listObjects, listObjectsV2, listObjectVersions } from './list-objects.ts';
import { getObjectAttributes, listMultipartUploads, listParts } from './list-parts.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from './multipart.ts';
import {
  deleteObject,
  deleteObjects,
  deleteObjectTagging,
  getObject,
  getObjectAcl,
  getObjectTagging,
  putObject,
  putObjectTagging,
} from './objects.ts';
import type { Operation, S3Request } from './request.ts';

/** A request is about the account, a bucket, or an object. */
export type Level = 'account' | 'bucket' | 'object';

const COPY_SOURCE = 'x-amz-copy-source';

/**
 * What S3 does here, by method, level, and the query parameter or the header that asks for the operation. The documentation
 * lists the same operations. Source: S3 API reference.
 */
export const OPERATIONS = {
  ListBuckets: ['GET account', listBuckets],
  CreateBucket: ['PUT bucket', createBucket],
  HeadBucket: ['HEAD bucket', headBucket],
  DeleteBucket: ['DELETE bucket', deleteBucket],
  ListObjectsV2: ['GET bucket?list-type', listObjectsV2],
  ListObjects: ['GET bucket', listObjects],
  DeleteObjects: ['POST bucket?delete', deleteObjects],
  ListMultipartUploads: ['GET bucket?uploads', listMultipartUploads],
  ListObjectVersions: ['GET bucket?versions', listObjectVersions],
  GetBucketLocation: ['GET bucket?location', getBucketLocation],
  GetBucketAcl: ['GET bucket?acl', getOwnersAcl],
  GetBucketAccelerateConfiguration: ['GET bucket?accelerate', getDefault('accelerate')],
  GetBucketEncryption: ['GET bucket?encryption', getDefault('encryption')],
  GetBucketLogging: ['GET bucket?logging', getDefault('logging')],
  GetBucketNotificationConfiguration: ['GET bucket?notification', getDefault('notification')],
  GetBucketRequestPayment: ['GET bucket?requestPayment', getDefault('requestPayment')],
  GetBucketVersioning: ['GET bucket?versioning', getDefault('versioning')],
  GetBucketReplication: [
    'GET bucket?replication',
    getMissing('ReplicationConfigurationNotFoundError', 'The replication configuration was not found'),
  ],
  GetBucketWebsite: [
    'GET bucket?website',
    getMissing('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'),
  ],
  GetObjectLockConfiguration: [
    'GET bucket?object-lock',
    getMissing('ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket'),
  ],
  GetBucketPolicyStatus: ['GET bucket?policyStatus', getBucketPolicyStatus],
  GetBucketTagging: ['GET bucket?tagging', getSetting('tagging')],
  PutBucketTagging: ['PUT bucket?tagging', putSetting('tagging')],
  DeleteBucketTagging: ['DELETE bucket?tagging', removeSetting('tagging')],
  GetBucketCors: ['GET bucket?cors', getSetting('cors')],
  PutBucketCors: ['PUT bucket?cors', putSetting('cors')],
  DeleteBucketCors: ['DELETE bucket?cors', removeSetting('cors')],
  GetBucketPolicy: ['GET bucket?policy', getSetting('policy')],
  PutBucketPolicy: ['PUT bucket?policy', putSetting('policy')],
  DeleteBucketPolicy: ['DELETE bucket?policy', removeSetting('policy')],
  GetPublicAccessBlock: ['GET bucket?publicAccessBlock', getSetting('publicAccessBlock')],
  PutPublicAccessBlock: ['PUT bucket?publicAccessBlock', putSetting('publicAccessBlock')],
  DeletePublicAccessBlock: ['DELETE bucket?publicAccessBlock', removeSetting('publicAccessBlock')],
  GetBucketOwnershipControls: ['GET bucket?ownershipControls', getSetting('ownershipControls')],
  PutBucketOwnershipControls: ['PUT bucket?ownershipControls', putSetting('ownershipControls')],
  DeleteBucketOwnershipControls: ['DELETE bucket?ownershipControls', removeSetting('ownershipControls')],
  GetBucketLifecycleConfiguration: ['GET bucket?lifecycle', getSetting('lifecycle')],
  PutBucketLifecycleConfiguration: ['PUT bucket?lifecycle', putSetting('lifecycle')],
  DeleteBucketLifecycle: ['DELETE bucket?lifecycle', removeSetting('lifecycle')],
  CopyObject: [`PUT object ${COPY_SOURCE}`, copyObject],
  PutObject: ['PUT object', putObject],
  GetObject: ['GET object', getObject],
  HeadObject: ['HEAD object', getObject],
  DeleteObject: ['DELETE object', deleteObject],
  GetObjectAttributes: ['GET object?attributes', getObjectAttributes],
  GetObjectAcl: ['GET object?acl', getObjectAcl],
  GetObjectTagging: ['GET object?tagging', getObjectTagging],
  PutObjectTagging: ['PUT object?tagging', putObjectTagging],
  DeleteObjectTagging: ['DELETE object?tagging', deleteObjectTagging],
  CreateMultipartUpload: ['POST object?uploads', createMultipartUpload],
  UploadPart: ['PUT object?uploadId', uploadPart],
  UploadPartCopy: [`PUT object?uploadId ${COPY_SOURCE}`, uploadPartCopy],
  CompleteMultipartUpload: ['POST object?uploadId', completeMultipartUpload],
  AbortMultipartUpload: ['DELETE object?uploadId', abortMultipartUpload],
  ListParts: ['GET object?uploadId', listParts],
} as const satisfies Readonly<Record<string, readonly [route: string, run: Operation]>>;

export type OperationName = keyof typeof OPERATIONS;

/**
 * Operations of S3 that the engine refuses by name, each with the query parameter that asks for it. A form that a browser posts
 * has no parameter. Source: S3's service model, as of November 2026.
 */
const REFUSED: Readonly<Record<string, string>> = {
  'DELETE bucket': `
    DeleteBucketAnalyticsConfiguration?analytics DeleteBucketEncryption?encryption
    DeleteBucketIntelligentTieringConfiguration?intelligent-tiering DeleteBucketInventoryConfiguration?inventory
    DeleteBucketMetadataConfiguration?metadataConfiguration DeleteBucketMetadataTableConfiguration?metadataTable
    DeleteBucketMetricsConfiguration?metrics DeleteBucketReplication?replication DeleteBucketWebsite?website
  `,
  'GET bucket': `
    CreateSession?session GetBucketAbac?abac GetBucketAnalyticsConfiguration?analytics
    GetBucketIntelligentTieringConfiguration?intelligent-tiering GetBucketInventoryConfiguration?inventory
    GetBucketMetadataConfiguration?metadataConfiguration GetBucketMetadataTableConfiguration?metadataTable
    GetBucketMetricsConfiguration?metrics
  `,
  'GET object': 'GetObjectLegalHold?legal-hold GetObjectRetention?retention GetObjectTorrent?torrent',
  'POST bucket': `
    CreateBucketMetadataConfiguration?metadataConfiguration CreateBucketMetadataTableConfiguration?metadataTable
    PostObject
  `,
  'POST object': 'RestoreObject?restore SelectObjectContent?select',
  'PUT bucket': `
    PutBucketAbac?abac PutBucketAccelerateConfiguration?accelerate PutBucketAcl?acl
    PutBucketAnalyticsConfiguration?analytics PutBucketEncryption?encryption
    PutBucketIntelligentTieringConfiguration?intelligent-tiering PutBucketInventoryConfiguration?inventory
    PutBucketLogging?logging PutBucketMetricsConfiguration?metrics PutBucketNotificationConfiguration?notification
    PutBucketReplication?replication PutBucketRequestPayment?requestPayment PutBucketVersioning?versioning
    PutBucketWebsite?website PutObjectLockConfiguration?object-lock
    UpdateBucketMetadataInventoryTableConfiguration?metadataInventoryTable
    UpdateBucketMetadataJournalTableConfiguration?metadataJournalTable
  `,
  'PUT object': `
    PutObjectAcl?acl PutObjectLegalHold?legal-hold PutObjectRetention?retention RenameObject?renameObject
    UpdateObjectEncryption?encryption
  `,
};

/** The journal and faults name an operation by its permission, where that has another name. */
const JOURNAL_NAMES: Readonly<Partial<Record<OperationName, string>>> = {
  ListBuckets: 'ListAllMyBuckets',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'DeleteBucketPublicAccessBlock',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketLifecycle: 'DeleteLifecycleConfiguration',
};

export function journalName(operation: OperationName): string {
  return JOURNAL_NAMES[operation] ?? operation;
}

/** Every operation, as the journal names it. */
export function journalNames(): string[] {
  return [...new Set((Object.keys(OPERATIONS) as OperationName[]).map(journalName))];
}

/** Names of operations by their routes. */
const IMPLEMENTED_ROUTES: ReadonlyMap<string, OperationName> = new Map(
  (Object.keys(OPERATIONS) as OperationName[]).map((name) => [OPERATIONS[name][0], name]),
);
const REFUSED_ROUTES: ReadonlyMap<string, string> = new Map(
  Object.entries(REFUSED).flatMap(([place, operations]) =>
    [...operations.matchAll(/(\w+)(\?\S+)?/g)].map(([, name = '', parameter = '']) => [`${place}${parameter}`, name]),
  ),
);

/** Every query parameter that distinguishes operations, such as `acl`. */
const SUBRESOURCES: ReadonlySet<string> = new Set(
  [...IMPLEMENTED_ROUTES.keys(), ...REFUSED_ROUTES.keys()].flatMap((route) => /\?(\S+)/.exec(route)?.[1] ?? []),
);

/** What a refusal calls the thing that a request is about. */
const RESOURCE_TYPES: Readonly<Record<Level, string>> = { account: 'SERVICE', bucket: 'BUCKET', object: 'OBJECT' };

/** The operation of a request, with the name that the journal, faults and messages use; or why the request is refused. */
export type AskedOperation =
  | { readonly name: string; readonly operation: OperationName; readonly refusal?: undefined }
  | { readonly name: string; readonly operation?: undefined; readonly refusal: AwsError };

/** The operation of a request. The gateway answers preflights of pages that a bucket allows; the others come here. */
export function operationFor({ method, bucket, key, query, headers }: S3Request): AskedOperation {
  const level: Level = bucket === '' ? 'account' : key === '' ? 'bucket' : 'object';
  if (method === 'OPTIONS') {
    const message = 'Insufficient information. Origin request header needed.';
    return { name: method, refusal: new AwsError('BadRequest', message) };
  }
  const [subresource, ...more] = [...new Set(query.keys())].filter((name) => SUBRESOURCES.has(name));
  if (subresource !== undefined && more.length > 0) {
    const message = `Conflicting query string parameters: ${[subresource, ...more].toSorted().join(', ')}`;
    return { name: method, refusal: invalidArgument(message, 'ResourceType', subresource) };
  }
  if (method === 'PUT' && level === 'object' && query.has('uploadId') !== query.has('partNumber')) {
    return { name: method, refusal: halfAPart(method, query) };
  }
  const route = `${method} ${level}${subresource === undefined ? '' : `?${subresource}`}`;
  const ofCopy = headers[COPY_SOURCE] === undefined ? undefined : IMPLEMENTED_ROUTES.get(`${route} ${COPY_SOURCE}`);
  const operation = ofCopy ?? IMPLEMENTED_ROUTES.get(route);
  if (operation === undefined) {
    const refused = REFUSED_ROUTES.get(route);
    if (refused !== undefined) return { name: refused, refusal: notImplemented(`s3:${refused}`) };
    return { name: method, refusal: methodNotAllowed(method, RESOURCE_TYPES[level]) };
  }
  const name = journalName(operation);
  const listType = query.get('list-type') ?? '';
  if (operation === 'ListObjectsV2' && listType !== '2') {
    return { name, refusal: invalidArgument('Invalid List Type specified in Request', 'list-type', listType) };
  }
  const unknown = [...query.keys()].find((each) => each !== subresource && !isPlainParameter(each, method));
  if (unknown === undefined || READING.has(method)) return { name, operation };
  return { name, refusal: notImplemented(`?${unknown} with s3:${operation}`) };
}

/** The refusal of a part without its upload or without its number. Source: answers recorded on AWS. */
function halfAPart(method: string, query: URLSearchParams): AwsError {
  if (query.has('uploadId')) return methodNotAllowed(method, 'UPLOAD');
  return invalidArgument('This operation does not accept partNumber without uploadId', 'partNumber', 'partNumber');
}

/** Methods that cannot do damage where a parameter is unknown. */
const READING = new Set(['GET', 'HEAD']);

/** Parameters besides the one that selects the operation: of the operations that write, and of signatures. */
const PLAIN_PARAMETERS = new Set(['x-id', 'versionId', 'AWSAccessKeyId', 'Signature', 'Expires']);

function isPlainParameter(name: string, method: string): boolean {
  return PLAIN_PARAMETERS.has(name) || /^x-amz-/i.test(name) || (name === 'partNumber' && method === 'PUT');
}

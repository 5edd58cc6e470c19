/** What a request is about: the account, a bucket, or an object. */
export type Level = 'account' | 'bucket' | 'object';

/** A level, a method, and the query parameter or the header that asks for the operation. */
type Route = readonly [level: Level, method: string, marker?: string];

const COPY_SOURCE = 'x-amz-copy-source';

/**
 * What S3 does here; the table in docs/local-engine.md says the same. Of operations that share a level and a method, the
 * one with a marker comes first. Source: S3 API reference.
 */
export const OPERATIONS = {
  ListBuckets: ['account', 'GET'],
  CreateBucket: ['bucket', 'PUT'],
  HeadBucket: ['bucket', 'HEAD'],
  DeleteBucket: ['bucket', 'DELETE'],
  ListObjectsV2: ['bucket', 'GET', 'list-type'],
  ListObjects: ['bucket', 'GET'],
  DeleteObjects: ['bucket', 'POST', 'delete'],
  ListMultipartUploads: ['bucket', 'GET', 'uploads'],
  ListObjectVersions: ['bucket', 'GET', 'versions'],
  GetBucketLocation: ['bucket', 'GET', 'location'],
  GetBucketAcl: ['bucket', 'GET', 'acl'],
  GetBucketAccelerateConfiguration: ['bucket', 'GET', 'accelerate'],
  GetBucketLogging: ['bucket', 'GET', 'logging'],
  GetBucketNotificationConfiguration: ['bucket', 'GET', 'notification'],
  GetBucketReplication: ['bucket', 'GET', 'replication'],
  GetBucketRequestPayment: ['bucket', 'GET', 'requestPayment'],
  GetBucketWebsite: ['bucket', 'GET', 'website'],
  GetObjectLockConfiguration: ['bucket', 'GET', 'object-lock'],
  GetBucketPolicyStatus: ['bucket', 'GET', 'policyStatus'],
  GetBucketVersioning: ['bucket', 'GET', 'versioning'],
  GetBucketEncryption: ['bucket', 'GET', 'encryption'],
  GetBucketTagging: ['bucket', 'GET', 'tagging'],
  PutBucketTagging: ['bucket', 'PUT', 'tagging'],
  DeleteBucketTagging: ['bucket', 'DELETE', 'tagging'],
  GetBucketCors: ['bucket', 'GET', 'cors'],
  PutBucketCors: ['bucket', 'PUT', 'cors'],
  DeleteBucketCors: ['bucket', 'DELETE', 'cors'],
  GetBucketPolicy: ['bucket', 'GET', 'policy'],
  PutBucketPolicy: ['bucket', 'PUT', 'policy'],
  DeleteBucketPolicy: ['bucket', 'DELETE', 'policy'],
  GetPublicAccessBlock: ['bucket', 'GET', 'publicAccessBlock'],
  PutPublicAccessBlock: ['bucket', 'PUT', 'publicAccessBlock'],
  DeletePublicAccessBlock: ['bucket', 'DELETE', 'publicAccessBlock'],
  GetBucketOwnershipControls: ['bucket', 'GET', 'ownershipControls'],
  PutBucketOwnershipControls: ['bucket', 'PUT', 'ownershipControls'],
  DeleteBucketOwnershipControls: ['bucket', 'DELETE', 'ownershipControls'],
  GetBucketLifecycleConfiguration: ['bucket', 'GET', 'lifecycle'],
  PutBucketLifecycleConfiguration: ['bucket', 'PUT', 'lifecycle'],
  DeleteBucketLifecycle: ['bucket', 'DELETE', 'lifecycle'],
  CopyObject: ['object', 'PUT', COPY_SOURCE],
  PutObject: ['object', 'PUT'],
  GetObject: ['object', 'GET'],
  HeadObject: ['object', 'HEAD'],
  DeleteObject: ['object', 'DELETE'],
  GetObjectAttributes: ['object', 'GET', 'attributes'],
  GetObjectAcl: ['object', 'GET', 'acl'],
  GetObjectTagging: ['object', 'GET', 'tagging'],
  PutObjectTagging: ['object', 'PUT', 'tagging'],
  DeleteObjectTagging: ['object', 'DELETE', 'tagging'],
  CreateMultipartUpload: ['object', 'POST', 'uploads'],
  UploadPart: ['object', 'PUT', 'uploadId'],
  UploadPartCopy: ['object', 'PUT', 'uploadId'],
  CompleteMultipartUpload: ['object', 'POST', 'uploadId'],
  AbortMultipartUpload: ['object', 'DELETE', 'uploadId'],
  ListParts: ['object', 'GET', 'uploadId'],
} as const satisfies Readonly<Record<string, Route>>;

export type OperationName = keyof typeof OPERATIONS;

/** What S3 has and the engine refuses by name. Source: S3's service model, as of November 2026. */
const REFUSED: Readonly<Record<string, Route>> = {
  CreateBucketMetadataConfiguration: ['bucket', 'POST', 'metadataConfiguration'],
  CreateBucketMetadataTableConfiguration: ['bucket', 'POST', 'metadataTable'],
  CreateSession: ['bucket', 'GET', 'session'],
  DeleteBucketAnalyticsConfiguration: ['bucket', 'DELETE', 'analytics'],
  DeleteBucketEncryption: ['bucket', 'DELETE', 'encryption'],
  DeleteBucketIntelligentTieringConfiguration: ['bucket', 'DELETE', 'intelligent-tiering'],
  DeleteBucketInventoryConfiguration: ['bucket', 'DELETE', 'inventory'],
  DeleteBucketMetadataConfiguration: ['bucket', 'DELETE', 'metadataConfiguration'],
  DeleteBucketMetadataTableConfiguration: ['bucket', 'DELETE', 'metadataTable'],
  DeleteBucketMetricsConfiguration: ['bucket', 'DELETE', 'metrics'],
  DeleteBucketReplication: ['bucket', 'DELETE', 'replication'],
  DeleteBucketWebsite: ['bucket', 'DELETE', 'website'],
  GetBucketAbac: ['bucket', 'GET', 'abac'],
  GetBucketAnalyticsConfiguration: ['bucket', 'GET', 'analytics'],
  GetBucketIntelligentTieringConfiguration: ['bucket', 'GET', 'intelligent-tiering'],
  GetBucketInventoryConfiguration: ['bucket', 'GET', 'inventory'],
  GetBucketMetadataConfiguration: ['bucket', 'GET', 'metadataConfiguration'],
  GetBucketMetadataTableConfiguration: ['bucket', 'GET', 'metadataTable'],
  GetBucketMetricsConfiguration: ['bucket', 'GET', 'metrics'],
  PutBucketAbac: ['bucket', 'PUT', 'abac'],
  PutBucketAccelerateConfiguration: ['bucket', 'PUT', 'accelerate'],
  PutBucketAcl: ['bucket', 'PUT', 'acl'],
  PutBucketAnalyticsConfiguration: ['bucket', 'PUT', 'analytics'],
  PutBucketEncryption: ['bucket', 'PUT', 'encryption'],
  PutBucketIntelligentTieringConfiguration: ['bucket', 'PUT', 'intelligent-tiering'],
  PutBucketInventoryConfiguration: ['bucket', 'PUT', 'inventory'],
  PutBucketLogging: ['bucket', 'PUT', 'logging'],
  PutBucketMetricsConfiguration: ['bucket', 'PUT', 'metrics'],
  PutBucketNotificationConfiguration: ['bucket', 'PUT', 'notification'],
  PutBucketReplication: ['bucket', 'PUT', 'replication'],
  PutBucketRequestPayment: ['bucket', 'PUT', 'requestPayment'],
  PutBucketVersioning: ['bucket', 'PUT', 'versioning'],
  PutBucketWebsite: ['bucket', 'PUT', 'website'],
  PutObjectLockConfiguration: ['bucket', 'PUT', 'object-lock'],
  UpdateBucketMetadataInventoryTableConfiguration: ['bucket', 'PUT', 'metadataInventoryTable'],
  UpdateBucketMetadataJournalTableConfiguration: ['bucket', 'PUT', 'metadataJournalTable'],
  // A form that a browser posts has no parameter.
  PostObject: ['bucket', 'POST'],
  GetObjectLegalHold: ['object', 'GET', 'legal-hold'],
  GetObjectRetention: ['object', 'GET', 'retention'],
  GetObjectTorrent: ['object', 'GET', 'torrent'],
  PutObjectAcl: ['object', 'PUT', 'acl'],
  PutObjectLegalHold: ['object', 'PUT', 'legal-hold'],
  PutObjectRetention: ['object', 'PUT', 'retention'],
  RenameObject: ['object', 'PUT', 'renameObject'],
  RestoreObject: ['object', 'POST', 'restore'],
  SelectObjectContent: ['object', 'POST', 'select'],
  UpdateObjectEncryption: ['object', 'PUT', 'encryption'],
};

/** Operations whose permission has another name, by which the journal and faults know them. */
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

const place = (level: Level, method = '', marker = '') => `${level} ${method} ${marker}`;

const byRoute = (routes: Readonly<Record<string, Route>>) =>
  new Map(Object.entries(routes).map(([name, route]) => [place(...route), name]));

const IMPLEMENTED = byRoute(OPERATIONS) as ReadonlyMap<string, OperationName>;
const REFUSED_BY_ROUTE = byRoute(REFUSED);

/** Every query parameter by which S3 tells operations apart, such as `acl`. */
const SUBRESOURCES: ReadonlySet<string> = new Set(
  [...Object.values<Route>(OPERATIONS), ...Object.values(REFUSED)].flatMap(([, , marker]) =>
    marker === undefined || marker === COPY_SOURCE ? [] : [marker],
  ),
);

/** Those of a request's parameters that ask for an operation. */
export function subresourcesIn(query: URLSearchParams): string[] {
  return [...new Set(query.keys())].filter((name) => SUBRESOURCES.has(name));
}

/**
 * The operation that S3 would do, by its name here or, for one that the engine refuses, in `refused`; neither for what S3
 * does not know.
 */
export function route(
  level: Level,
  method: string,
  subresource: string | undefined,
  isCopy: boolean,
): { readonly operation?: OperationName; readonly refused?: string } {
  if (isCopy && level === 'object' && method === 'PUT') {
    if (subresource === undefined) return { operation: 'CopyObject' };
    if (subresource === 'uploadId') return { operation: 'UploadPartCopy' };
  }
  if (subresource === 'uploadId' && level === 'object' && method === 'PUT') return { operation: 'UploadPart' };
  const wanted = place(level, method, subresource);
  const operation = IMPLEMENTED.get(wanted);
  if (operation !== undefined) return { operation };
  const refused = REFUSED_BY_ROUTE.get(wanted);
  return refused === undefined ? {} : { refused };
}

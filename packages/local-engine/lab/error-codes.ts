/** Error codes that AWS documents, with their HTTP status. */
export type ErrorCodes = Readonly<Record<string, number>>;

/** Of nearly every service. Source: the page "Common Errors" in their API references. */
const COMMON: ErrorCodes = {
  ExpiredTokenException: 403,
  InternalFailure: 500,
  RequestExpired: 400,
  ServiceUnavailable: 503,
  ThrottlingException: 400,
};

/** Codes that a fault may have, by the service's name in IAM. */
export const ERROR_CODES: Readonly<Record<string, ErrorCodes>> = {
  // Source: S3 API reference, error responses.
  s3: {
    AccessDenied: 403,
    BucketAlreadyExists: 409,
    BucketAlreadyOwnedByYou: 409,
    BucketNotEmpty: 409,
    ExpiredToken: 400,
    IllegalLocationConstraintException: 400,
    InternalError: 500,
    InvalidBucketName: 400,
    InvalidRequest: 400,
    InvalidTag: 400,
    NoSuchBucket: 404,
    NoSuchKey: 404,
    OperationAborted: 409,
    PreconditionFailed: 412,
    RequestTimeout: 400,
    RequestTimeTooSkewed: 403,
    ServiceUnavailable: 503,
    SlowDown: 503,
    TooManyBuckets: 400,
  },
  // Source: DynamoDB developer guide, error handling; DynamoDB API reference.
  dynamodb: {
    ...COMMON,
    AccessDeniedException: 400,
    ConditionalCheckFailedException: 400,
    InternalServerError: 500,
    ItemCollectionSizeLimitExceededException: 400,
    LimitExceededException: 400,
    ProvisionedThroughputExceededException: 400,
    RequestLimitExceeded: 400,
    ResourceInUseException: 400,
    ResourceNotFoundException: 400,
    TransactionCanceledException: 400,
    TransactionConflictException: 400,
    ValidationException: 400,
  },
  // Source: EventBridge API reference.
  events: {
    ...COMMON,
    AccessDeniedException: 400,
    ConcurrentModificationException: 400,
    InternalException: 500,
    InvalidStateException: 400,
    LimitExceededException: 400,
    OperationDisabledException: 400,
    ResourceAlreadyExistsException: 400,
    ResourceNotFoundException: 400,
    ValidationException: 400,
  },
  // Source: SQS API reference.
  sqs: {
    ...COMMON,
    AccessDeniedException: 403,
    InvalidMessageContents: 400,
    'KMS.ThrottlingException': 400,
    OverLimit: 400,
    PurgeQueueInProgress: 400,
    QueueDoesNotExist: 400,
    ReceiptHandleIsInvalid: 400,
    RequestThrottled: 400,
    UnsupportedOperation: 400,
  },
  // Source: EventBridge Pipes API reference.
  pipes: {
    ...COMMON,
    AccessDeniedException: 403,
    ConflictException: 409,
    InternalException: 500,
    NotFoundException: 404,
    ServiceQuotaExceededException: 402,
    ThrottlingException: 429,
    ValidationException: 400,
  },
  // Source: Systems Manager API reference.
  ssm: {
    ...COMMON,
    AccessDeniedException: 400,
    InternalServerError: 500,
    InvalidKeyId: 400,
    ParameterNotFound: 400,
  },
};

/** Codes of every service, for a fault that strikes any call. */
export const CODES_OF_ANY: ErrorCodes = COMMON;

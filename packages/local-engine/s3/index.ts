/** S3: what the rest of the engine uses of it. */

export { operationOf as s3Operation, S3 } from './api.ts';
export { isBucketName } from './bucket-operations.ts';
export { s3Error } from './errors.ts';
export { s3Actions } from './required-actions.ts';
export { resourceTaggingApi } from './resource-tagging.ts';

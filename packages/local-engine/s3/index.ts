/** S3: what the rest of the engine uses of it. */
export { isBucketName } from './bucket-names.ts';
export { s3Actions } from './required-actions.ts';
export { resourceTaggingApi } from './resource-tagging.ts';
export { S3 } from './s3.ts';
export { s3Error } from './s3-errors.ts';
export { operationOf as s3Operation } from './s3-request.ts';

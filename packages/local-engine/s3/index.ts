/** S3: what the rest of the engine uses of it. */

import type { ServiceApi } from '../protocols/http.ts';
import { operationOf, type S3 } from './api.ts';
import { s3Error } from './errors.ts';
import { journalNames } from './operations.ts';

export { S3 } from './api.ts';
export { isBucketName } from './bucket-operations.ts';
export { s3Actions } from './required-actions.ts';
export { resourceTaggingApi } from './tags.ts';

export function s3Api({ s3 }: { readonly s3: S3 }): ServiceApi {
  return {
    operationOf,
    operations: journalNames(),
    handle: (_operation, request) => s3.handle(request),
    errorOf: (error, { requestId }) => s3Error(error, requestId),
    crossOrigin: (request) => s3.crossOrigin(request),
  };
}

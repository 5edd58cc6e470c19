import type { ApiRequest } from '../gateway/http.ts';

/** Settings of a bucket that are kept as the documents that clients put: query parameter to code of a missing one. */
export const SETTINGS: Readonly<Record<string, { readonly operation: string; readonly missing: string }>> = {
  tagging: { operation: 'Tagging', missing: 'NoSuchTagSet' },
  cors: { operation: 'Cors', missing: 'NoSuchCORSConfiguration' },
  policy: { operation: 'Policy', missing: 'NoSuchBucketPolicy' },
  publicAccessBlock: { operation: 'PublicAccessBlock', missing: 'NoSuchPublicAccessBlockConfiguration' },
  ownershipControls: { operation: 'OwnershipControls', missing: 'OwnershipControlsNotFoundError' },
};

/** What else may stand in the query of a bucket's request; anything else would be taken for the bucket itself. */
const BUCKET_PARAMETERS = new Set([
  'continuation-token',
  'delete',
  'delimiter',
  'encoding-type',
  'fetch-owner',
  'lifecycle',
  'list-type',
  'location',
  'marker',
  'max-keys',
  'prefix',
  'start-after',
  'uploads',
  'x-id',
]);

/** The first query parameter of a bucket's request that the engine does not know, such as `versioning`. */
export function unknownParameter({ url }: ApiRequest): string | undefined {
  const isKnown = (name: string) => BUCKET_PARAMETERS.has(name) || name in SETTINGS || /^x-amz-/i.test(name);
  return [...url.searchParams.keys()].find((name) => !isKnown(name));
}

/** What a request is about, path style: a bucket, a key in it, and a setting of the bucket, each as far as it names one. */
export function parseTarget({ url }: ApiRequest): { bucket: string; key: string; setting: string | undefined } {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(url.pathname) ?? [];
  return { bucket, key, setting: Object.keys(SETTINGS).find((name) => url.searchParams.has(name)) };
}

/** The IAM name of what a request asks for, as far as the engine tells operations apart. */
export function operationOf(request: ApiRequest): string {
  const { bucket, key, setting } = parseTarget(request);
  if (bucket === '') return 'ListAllMyBuckets';
  if (key !== '')
    return (
      { PUT: 'PutObject', GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[request.method] ?? 'PostObject'
    );
  const verb = { PUT: 'Put', GET: 'Get', DELETE: 'Delete' }[request.method] ?? 'Head';
  if (setting !== undefined) return `${verb}Bucket${SETTINGS[setting]?.operation}`;
  if (request.url.searchParams.has('lifecycle')) return `${verb}LifecycleConfiguration`;
  if (request.url.searchParams.has('location')) return 'GetBucketLocation';
  const unknown = unknownParameter(request);
  if (unknown !== undefined) return `${verb}Bucket?${unknown}`;
  return (
    { PUT: 'CreateBucket', GET: 'ListBucket', HEAD: 'HeadBucket', DELETE: 'DeleteBucket' }[request.method] ??
    'PostBucket'
  );
}

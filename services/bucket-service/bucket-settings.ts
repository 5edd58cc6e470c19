import { type BucketNameSettings, checkBucketNamePrefix } from './bucket-name.ts';

/** What one deployment decides about every bucket. */
export interface BucketSettings extends BucketNameSettings {
  /** Whether a bucket gets a CORS rule, so that a browser can reach its files. */
  readonly cors: boolean;
  /** Whether everyone may list a bucket. */
  readonly publicListing: boolean;
}

/** The environment variables that hold them. */
export const BUCKET_VARIABLES = [
  'AWS_REGION',
  'BUCKET_ACCOUNT_ID',
  'BUCKET_CORS',
  'BUCKET_NAMESPACE',
  'BUCKET_NAME_PREFIX',
  'BUCKET_PUBLIC_LISTING',
] as const;

/**
 * Reads the settings out of those variables.
 *
 * @throws {Error} naming the variable, what is allowed and what was received
 */
export function bucketSettings(variables: Readonly<Record<(typeof BUCKET_VARIABLES)[number], string>>): BucketSettings {
  const settings: BucketSettings = {
    prefix: variables.BUCKET_NAME_PREFIX,
    namespace: oneOf(['account-regional', 'global'], 'BUCKET_NAMESPACE', variables.BUCKET_NAMESPACE),
    accountId: variables.BUCKET_ACCOUNT_ID,
    region: variables.AWS_REGION,
    cors: oneOf(['true', 'false'], 'BUCKET_CORS', variables.BUCKET_CORS) === 'true',
    publicListing: oneOf(['true', 'false'], 'BUCKET_PUBLIC_LISTING', variables.BUCKET_PUBLIC_LISTING) === 'true',
  };
  if (!/^\d{12}$/.test(settings.accountId)) {
    throw new Error(`BUCKET_ACCOUNT_ID must be 12 digits; got ${JSON.stringify(settings.accountId)}`);
  }
  checkBucketNamePrefix(settings);
  return settings;
}

function oneOf<const TValue extends string>(allowed: readonly TValue[], name: string, value: string): TValue {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`${name} must be ${allowed.join(' or ')}; got ${JSON.stringify(value)}`);
  return found;
}

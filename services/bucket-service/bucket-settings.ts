import { type BucketLifecycle, readLifecycle } from './bucket-lifecycle.ts';
import { type BucketNameSettings, checkBucketNamePrefix } from './bucket-name.ts';
import type { BucketTag } from './bucket-tags.ts';
import { readStageTags } from './stage-tags.ts';

/** What one deployment decides about every bucket. */
export interface BucketSettings extends BucketNameSettings {
  /** Whether a bucket gets a CORS rule, so that a browser can reach its files. */
  readonly cors: boolean;
  /** Whether everyone may list a bucket. */
  readonly publicListing: boolean;
  /** Whether a bucket refuses requests over plain http. */
  readonly tlsOnly: boolean;
  /** What a bucket is tagged with beside what tells of its registration. */
  readonly tags: readonly BucketTag[];
  readonly lifecycle: BucketLifecycle;
}

/** The environment variables that hold them. */
export const BUCKET_VARIABLES = [
  'AWS_REGION',
  'BUCKET_ACCOUNT_ID',
  'BUCKET_CORS',
  'BUCKET_LIFECYCLE',
  'BUCKET_NAMESPACE',
  'BUCKET_NAME_PREFIX',
  'BUCKET_PUBLIC_LISTING',
  'BUCKET_TAGS',
  'BUCKET_TLS_ONLY',
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
    cors: flag('BUCKET_CORS', variables.BUCKET_CORS),
    publicListing: flag('BUCKET_PUBLIC_LISTING', variables.BUCKET_PUBLIC_LISTING),
    tlsOnly: flag('BUCKET_TLS_ONLY', variables.BUCKET_TLS_ONLY),
    tags: named('BUCKET_TAGS', () => readStageTags(variables.BUCKET_TAGS)),
    lifecycle: named('BUCKET_LIFECYCLE', () => readLifecycle(variables.BUCKET_LIFECYCLE)),
  };
  if (!/^\d{12}$/.test(settings.accountId)) {
    throw new Error(`BUCKET_ACCOUNT_ID must be 12 digits; got ${JSON.stringify(settings.accountId)}`);
  }
  checkBucketNamePrefix(settings);
  return settings;
}

function flag(name: string, value: string): boolean {
  return oneOf(['true', 'false'], name, value) === 'true';
}

/** Puts the variable's name before what is wrong with its value. */
function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${name} ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function oneOf<const TValue extends string>(allowed: readonly TValue[], name: string, value: string): TValue {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`${name} must be ${allowed.join(' or ')}; got ${JSON.stringify(value)}`);
  return found;
}

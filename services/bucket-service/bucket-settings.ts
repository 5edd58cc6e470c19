import type { Field } from '../shared/field.ts';
import { type BucketLifecycle, bucketLifecycleField, lifecycleConflict } from './bucket-lifecycle.ts';
import { BUCKET_NAMESPACES, type BucketNameSettings, bucketNamePrefixProblem } from './bucket-name.ts';
import { type StageTags, stageTagsField } from './bucket-tags.ts';

/** What one deployment decides about every bucket. */
export interface BucketSettings extends BucketNameSettings {
  /** Whether a bucket gets a CORS rule, so that a browser can reach its files. */
  readonly cors: boolean;
  /** Whether everyone may list a bucket. */
  readonly publicListing: boolean;
  /** Whether a bucket refuses requests over plain http. */
  readonly tlsOnly: boolean;
  /** Tags that every bucket gets, besides those of its registration. */
  readonly tags: StageTags;
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

export type BucketVariables = Readonly<Record<(typeof BUCKET_VARIABLES)[number], string>>;

/** Writes the settings into those variables. Lambda itself sets `AWS_REGION`. */
export function bucketVariables(settings: BucketSettings): Omit<BucketVariables, 'AWS_REGION'> {
  return {
    BUCKET_NAME_PREFIX: settings.prefix,
    BUCKET_NAMESPACE: settings.namespace,
    BUCKET_ACCOUNT_ID: settings.accountId,
    BUCKET_CORS: String(settings.cors),
    BUCKET_PUBLIC_LISTING: String(settings.publicListing),
    BUCKET_TLS_ONLY: String(settings.tlsOnly),
    BUCKET_TAGS: JSON.stringify(settings.tags),
    BUCKET_LIFECYCLE: JSON.stringify(settings.lifecycle),
  };
}

/**
 * Reads the settings out of those variables.
 *
 * @throws {Error} naming the variable, what is allowed and what was received
 */
export function bucketSettings(variables: BucketVariables): BucketSettings {
  const refuse = (name: keyof BucketVariables, problem: string): never => {
    throw new Error(`${name} ${problem}; got ${JSON.stringify(variables[name])}`);
  };
  const oneOf = <const TValue extends string>(allowed: readonly TValue[], name: keyof BucketVariables): TValue =>
    allowed.find((candidate) => candidate === variables[name]) ?? refuse(name, `must be ${allowed.join(' or ')}`);
  const flag = (name: keyof BucketVariables) => oneOf(['true', 'false'], name) === 'true';
  const object = <TValue>({ accepts, allowed }: Field<TValue>, name: keyof BucketVariables): TValue => {
    const value = parse(variables[name]);
    return accepts(value) ? (value as TValue) : refuse(name, `must be the JSON of ${allowed}`);
  };

  const settings: BucketSettings = {
    prefix: variables.BUCKET_NAME_PREFIX,
    namespace: oneOf(BUCKET_NAMESPACES, 'BUCKET_NAMESPACE'),
    accountId: variables.BUCKET_ACCOUNT_ID,
    region: variables.AWS_REGION,
    cors: flag('BUCKET_CORS'),
    publicListing: flag('BUCKET_PUBLIC_LISTING'),
    tlsOnly: flag('BUCKET_TLS_ONLY'),
    tags: object(stageTagsField, 'BUCKET_TAGS'),
    lifecycle: object(bucketLifecycleField, 'BUCKET_LIFECYCLE'),
  };
  if (!/^\d{12}$/.test(settings.accountId)) refuse('BUCKET_ACCOUNT_ID', 'must be 12 digits');
  const prefixProblem = bucketNamePrefixProblem(settings);
  if (prefixProblem !== undefined) refuse('BUCKET_NAME_PREFIX', prefixProblem);
  const conflict = lifecycleConflict(settings.lifecycle);
  if (conflict !== undefined) refuse('BUCKET_LIFECYCLE', conflict);
  return settings;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

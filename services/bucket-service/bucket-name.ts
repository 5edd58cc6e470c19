import { PermanentError } from '../shared/errors.ts';
import { SHORTEST_HASH, userSlug } from './user-slug.ts';

/** Whose names they are: `global` ones belong to whoever came first, `account-regional` ones to one account and Region. */
export type BucketNamespace = 'account-regional' | 'global';

/** All that a bucket name depends on, besides the registration. */
export interface BucketNameSettings {
  /** How every name begins, such as `siu`. */
  readonly prefix: string;
  readonly namespace: BucketNamespace;
  /** 12 digits. */
  readonly accountId: string;
  /** Such as `ap-northeast-1`. */
  readonly region: string;
}

export interface Registration {
  readonly userId: string;
  /** Whole seconds since the Unix epoch, UTC. */
  readonly registeredAt: number;
}

/** The rules of S3 (user guide, bucket naming rules). */
const LONGEST_NAME = 63;
const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

const LAST_SECOND_OF_9999 = 253_402_300_799;

/**
 * Names a user's bucket: `{prefix}{slug}-{registeredAt as yyyymmddHHMMSS, UTC}`, in the account-regional namespace
 * followed by `-{account}-{region}-an`. The same registration always gives the same name, so a retry or a replay
 * finds the bucket that is there; a different one always gives a different name. Never longer than 63.
 *
 * @throws {PermanentError} for a `registeredAt` that is no whole second of the years 1970 to 9999
 */
export function bucketName({ userId, registeredAt }: Registration, settings: BucketNameSettings): string {
  if (!Number.isInteger(registeredAt) || registeredAt < 0 || registeredAt > LAST_SECOND_OF_9999) {
    throw new PermanentError(`registeredAt must be a whole second of the years 1970 to 9999, got ${registeredAt}`, {
      hint: 'correct what wrote this event: the time is in seconds, not milliseconds',
      userId,
    });
  }
  const slug = userSlug(userId, slugRoom(settings));
  return `${settings.prefix}${slug}-${timeText(registeredAt)}${nameEnding(settings)}`;
}

/** What a bucket name of ours says of its registration. */
export interface BucketNameParts {
  /** All that is before the time: of one user, always the same. */
  readonly stem: string;
  /** Whole seconds since the Unix epoch, UTC. */
  readonly registeredAt: number;
}

/**
 * Reads a name of the form that {@link bucketName} makes with these settings.
 *
 * @returns undefined for a name of any other form
 */
export function readBucketName(name: string, settings: BucketNameSettings): BucketNameParts | undefined {
  const ending = nameEnding(settings);
  if (!name.startsWith(settings.prefix) || !name.endsWith(ending)) return undefined;
  const [, stem, time = ''] = /^(.+)-(\d{14})$/.exec(name.slice(0, name.length - ending.length)) ?? [];
  const registeredAt = Date.parse(time.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z')) / 1000;
  if (stem === undefined || stem === settings.prefix || timeText(registeredAt) !== time) return undefined;
  return { stem, registeredAt };
}

/** Whether S3 accepts a bucket name in that namespace. */
export function isLegalBucketName(name: string, namespace: BucketNamespace): boolean {
  return (
    name.length <= LONGEST_NAME &&
    /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix)) &&
    (namespace === 'account-regional' ? /.-\d{12}-[a-z0-9-]+-an$/.test(name) : !name.endsWith('-an'))
  );
}

/**
 * Refuses a prefix under which some user's bucket name would be illegal or ambiguous.
 *
 * @throws {Error} saying what is allowed and what was received
 */
export function checkBucketNamePrefix(settings: BucketNameSettings): void {
  const { prefix, namespace, region } = settings;
  const got = `got ${JSON.stringify(prefix)}`;
  if (!/^[a-z0-9][a-z0-9-]*$/.test(prefix)) {
    throw new Error(
      `the bucket name prefix must be lower-case letters, digits and hyphens, not a hyphen first; ${got}`,
    );
  }
  // A prefix that only begins a reserved one counts: the user's id might complete it.
  const reserved = RESERVED_PREFIXES.find((taken) => taken.startsWith(prefix) || prefix.startsWith(taken));
  if (reserved) throw new Error(`the bucket name prefix must not begin as the reserved "${reserved}" does; ${got}`);

  const longest = prefix.length + slugRoom(settings) - SHORTEST_HASH;
  if (prefix.length > longest) {
    throw new Error(
      `the bucket name prefix must have at most ${longest} characters, so that a name of the ${namespace} namespace fits into ${LONGEST_NAME} in ${region}; ${got}`,
    );
  }
}

/** Such as `20240430062715`; empty for no time at all. */
function timeText(seconds: number): string {
  return Number.isNaN(seconds) ? '' : new Date(seconds * 1000).toISOString().replaceAll(/\D/g, '').slice(0, 14);
}

function slugRoom(settings: BucketNameSettings): number {
  return LONGEST_NAME - settings.prefix.length - '-yyyymmddHHMMSS'.length - nameEnding(settings).length;
}

function nameEnding({ namespace, accountId, region }: BucketNameSettings): string {
  return namespace === 'account-regional' ? `-${accountId}-${region}-an` : '';
}

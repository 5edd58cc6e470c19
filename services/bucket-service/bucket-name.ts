import { createHash } from 'node:crypto';
import { PermanentError } from '../shared/errors.ts';
import { type Field, text } from '../shared/field.ts';

/** `global` names belong to the account that took them first, `account-regional` ones to one account and Region. */
export const BUCKET_NAMESPACES = ['account-regional', 'global'] as const;
export type BucketNamespace = (typeof BUCKET_NAMESPACES)[number];

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

/** S3 user guide, bucket naming rules. */
const LONGEST_NAME = 63;
/** Between the slug and the time. */
const SEPARATOR = '-';
const TIME_DIGITS = 'yyyymmddHHMMSS'.length;
const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];

/** No Region has a longer name, apart from one in an isolated partition. */
const LONGEST_REGION = 'ap-northeast-1';

/**
 * Characters of hash in a slug: 13 hold 66 bits. Where the room is smaller the hash is shorter, down to 10 (51 bits).
 * Ids that share a hash share a name only if they also register within the same second. At 300 registrations a
 * second, without a pause, the shortest hash makes that happen once in some 1,800 years.
 */
const LONGEST_HASH = 13;
const SHORTEST_HASH = 10;

const LAST_SECOND_OF_9999 = 253_402_300_799;

/**
 * Names a user's bucket: `{prefix}{slug}-{registeredAt as yyyymmddHHMMSS, UTC}`, in the account-regional namespace
 * followed by `-{account}-{region}-an`. The same registration always gives the same name, so a retry or a replay
 * finds the bucket that is there; a different one always gives a different name. Never longer than 63.
 *
 * @throws {PermanentError} for a `registeredAt` that is not a whole second of the years 1970 to 9999
 */
export function bucketName({ userId, registeredAt }: Registration, settings: BucketNameSettings): string {
  if (!Number.isInteger(registeredAt) || registeredAt < 0 || registeredAt > LAST_SECOND_OF_9999) {
    throw new PermanentError(`registeredAt must be a whole second of the years 1970 to 9999, got ${registeredAt}`, {
      hint: 'fix the producer of this event: the time is in seconds, not milliseconds',
      userId,
    });
  }
  return `${bucketStem(userId, settings)}${SEPARATOR}${timeText(registeredAt)}${nameEnding(settings)}`;
}

/** What a bucket name says about its registration. */
export interface BucketNameParts {
  /** The part before the time: always the same for one user. */
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
  const base = name.slice(0, name.length - ending.length);
  const time = base.slice(-TIME_DIGITS);
  const stem = base.slice(0, -TIME_DIGITS - SEPARATOR.length);
  if (base !== `${stem}${SEPARATOR}${time}` || stem === settings.prefix) return undefined;
  const registeredAt = Date.parse(time.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z')) / 1000;
  if (timeText(registeredAt) !== time) return undefined;
  return { stem, registeredAt };
}

/** When the user registered, if the bucket's name is of a registration of this user. Whole seconds, UTC. */
export function registrationIn(name: string, userId: string, settings: BucketNameSettings): number | undefined {
  const registeredAt = readBucketName(name, settings)?.registeredAt;
  const isTheirs = registeredAt !== undefined && bucketName({ userId, registeredAt }, settings) === name;
  return isTheirs ? registeredAt : undefined;
}

/** How all bucket names of a user begin, before the time. Names of other users may begin so too. */
export function bucketStem(userId: string, settings: BucketNameSettings): string {
  return `${settings.prefix}${userSlug(userId, slugRoom(settings))}`;
}

/** The bucket's name in a URI such as `s3://NAME`; undefined for any other text. */
export function bucketOfUri(uri: string): string | undefined {
  return /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/.exec(uri)?.[1];
}

/** How a stage may say that bucket names begin. No hyphen, so that the prefix cannot end a reserved one. */
export const bucketNamePrefixField: Field<string> = text(
  'siu',
  /^[a-z0-9]{1,8}$/,
  `a text of 1 to 8 lower-case letters and digits, at most ${longestPrefix({ namespace: 'account-regional' })} in the account-regional namespace`,
);

/**
 * Says why some user's bucket name would be illegal with this prefix, in words that follow its name.
 *
 * @param settings without a Region, the names must fit in every Region
 * @returns undefined for a good prefix
 */
export function bucketNamePrefixProblem(
  settings: Pick<BucketNameSettings, 'prefix' | 'namespace'> & { readonly region?: string },
): string | undefined {
  const { prefix, namespace, region = 'every Region' } = settings;
  if (!bucketNamePrefixField.accepts(prefix)) return `must be ${bucketNamePrefixField.allowed}`;
  // The beginning of a reserved prefix is refused too: a user's id could complete it.
  if (RESERVED_PREFIXES.some((reserved) => reserved.startsWith(prefix))) {
    return `must not begin a prefix that S3 reserves (${RESERVED_PREFIXES.join(', ')})`;
  }
  const longest = longestPrefix(settings);
  if (prefix.length <= longest) return undefined;
  return `must have at most ${longest} characters in the ${namespace} namespace, so that names fit in ${region}`;
}

/** The prefix that leaves just enough room for the shortest hash. */
function longestPrefix({
  namespace,
  region = LONGEST_REGION,
}: Pick<BucketNameSettings, 'namespace'> & { region?: string }): number {
  return slugRoom({ prefix: '', namespace, region, accountId: '123456789012' }) - SHORTEST_HASH;
}

/** The names of all users' buckets, present and future, for an ARN in a policy: `*` stands for any text. */
export function bucketNamePattern(settings: BucketNameSettings): string {
  return `${settings.prefix}*${nameEnding(settings)}`;
}

/** @param partition such as `aws` */
export function bucketArn(partition: string, name: string): string {
  return `arn:${partition}:s3:::${name}`;
}

/** Such as `20240430062715`; empty for NaN. */
function timeText(seconds: number): string {
  return Number.isNaN(seconds)
    ? ''
    : new Date(seconds * 1000).toISOString().replaceAll(/\D/g, '').slice(0, TIME_DIGITS);
}

function slugRoom(settings: BucketNameSettings): number {
  return LONGEST_NAME - settings.prefix.length - SEPARATOR.length - TIME_DIGITS - nameEnding(settings).length;
}

function nameEnding({ namespace, accountId, region }: BucketNameSettings): string {
  return namespace === 'account-regional' ? `-${accountId}-${region}-an` : '';
}

/**
 * The part of a bucket name that identifies the user: the id itself where it is legal and fits, otherwise its legal characters
 * and a hash of the whole id. Two ids never share a slug: an id that ends the way a hashed slug ends is hashed too, so that
 * no id is the slug of another.
 *
 * @param userId any text
 * @param room the most characters that the slug may have, at least 10
 * @returns lower-case letters, digits and hyphens, at most `room`
 */
function userSlug(userId: string, room: number): string {
  const hashLength = Math.min(LONGEST_HASH, room);
  if (isUsableAsIs(userId, room) && !endsLikeAHash(userId, hashLength)) return userId;

  const hash = hashOf(userId, hashLength);
  const legible = userId
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '')
    .replace(/^-+/, '')
    .slice(0, Math.max(0, room - hashLength - 1))
    .replace(/-+$/, '');
  return legible ? `${legible}-${hash}` : hash;
}

/**
 * Dots are legal in a bucket name, but not here: S3's certificate covers one label before `s3.REGION.amazonaws.com`,
 * so a bucket with a dotted name cannot be reached over HTTPS by the address that is published for it.
 */
function isUsableAsIs(userId: string, room: number): boolean {
  return userId.length <= room && /^[a-z0-9-]+$/.test(userId);
}

function endsLikeAHash(userId: string, hashLength: number): boolean {
  return new RegExp(`(^|-)[a-z][a-z0-9]{${hashLength - 1}}$`).test(userId);
}

/**
 * SHA-256 in base 36. It begins with a letter, so that ids made of digits only (numbers, times) never look like one.
 * Over UTF-16, not UTF-8: UTF-8 has no form for a lone surrogate, and would make ids equal that are not.
 */
function hashOf(userId: string, length: number): string {
  const digest = BigInt(`0x${createHash('sha256').update(userId, 'utf16le').digest('hex')}`);
  const letter = (10n + (digest % 26n)).toString(36);
  const rest = (digest / 26n) % 36n ** BigInt(length - 1);
  return letter + rest.toString(36).padStart(length - 1, '0');
}

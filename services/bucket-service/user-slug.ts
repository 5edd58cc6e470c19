import { createHash } from 'node:crypto';

/**
 * Characters of hash in a slug: 13 hold 66 bits. Where the room is smaller the hash is shorter, down to 10 (51 bits).
 * Ids that share a hash share a name only if they also register within the same second. At 300 registrations a
 * second, without a pause, the shortest hash makes that happen once in some 1,800 years.
 */
const LONGEST_HASH = 13;
export const SHORTEST_HASH = 10;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Turns a user id into the part of a bucket name that stands for the user.
 *
 * The id itself where it is legal and fits; otherwise what is legible of it, and a hash of all of it. Two ids never
 * share a slug: an id that ends the way a hashed slug ends is hashed too, so no id can pass for another one's slug.
 *
 * @param userId any text
 * @param room the most characters that the slug may have, at least 10
 * @returns lower-case letters, digits and hyphens, at most `room`
 */
export function userSlug(userId: string, room: number): string {
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
 * Over UTF-16 rather than UTF-8: UTF-8 has no form for a lone surrogate, and would make ids equal that are not.
 */
function hashOf(userId: string, length: number): string {
  const digest = BigInt(`0x${createHash('sha256').update(userId, 'utf16le').digest('hex')}`);
  const letter = LETTERS.charAt(Number(digest % 26n));
  const rest = (digest / 26n) % 36n ** BigInt(length - 1);
  return letter + rest.toString(36).padStart(length - 1, '0');
}

import type { BucketTag } from './bucket-tags.ts';

/** Keys of the tags that every bucket gets from its registration; a stage cannot give them another value. */
export const OWN_TAG_KEYS = ['app', 'userIdSha256', 'registeredAt', 'correlationId'] as const;

/** S3 user guide, bucket tags: 50 tags a bucket, AWS's own not counted. */
const MOST_STAGE_TAGS = 50 - OWN_TAG_KEYS.length;

/** Letters, digits and spaces of any script, and a few signs; `aws:` is AWS's own (S3 user guide, bucket tags). */
const LEGAL_KEY = /^(?!aws:)[\p{L}\p{N}\p{Z}+\-=._:/@]{1,128}$/iu;
const LEGAL_VALUE = /^[\p{L}\p{N}\p{Z}+\-=._:/@]{0,256}$/u;

/**
 * The tags that a stage adds to every bucket, out of a JSON object such as `{"cost-center":"4711"}`.
 *
 * @throws {Error} saying what is allowed and what was received
 */
export function readStageTags(json: string): BucketTag[] {
  const tags = parse(json);
  if (tags === undefined || !areLegalTags(tags)) {
    throw new Error(
      `must be a JSON object of at most ${MOST_STAGE_TAGS} tags that S3 allows, none of them ${OWN_TAG_KEYS.join(', ')}; got ${json}`,
    );
  }
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function areLegalTags(tags: object): tags is Record<string, string> {
  const entries = Object.entries(tags);
  return (
    !Array.isArray(tags) &&
    entries.length <= MOST_STAGE_TAGS &&
    entries.every(([key, value]) => LEGAL_KEY.test(key) && typeof value === 'string' && LEGAL_VALUE.test(value)) &&
    !OWN_TAG_KEYS.some((own) => own in tags)
  );
}

function parse(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

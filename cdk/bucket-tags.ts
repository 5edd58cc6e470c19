import { type Field, isObject } from './field.ts';

/** Tags by their key, such as `{"cost-center": "4711"}`. */
export type BucketTags = Readonly<Record<string, string>>;

/** Those that bucket-service sets itself. */
const OWN_KEYS = ['app', 'userIdSha256', 'registeredAt', 'correlationId'];

/** S3 user guide, bucket tags: 50 a bucket. */
const MOST_TAGS = 50 - OWN_KEYS.length;

/** They travel in an environment variable, and all those of a function together have 4 KB (Lambda quotas). */
const MOST_BYTES = 2048;

/** Letters, digits and spaces of any script, and a few signs; `aws:` is AWS's own (S3 user guide, bucket tags). */
const LEGAL_KEY = /^(?!aws:)[\p{L}\p{N}\p{Z}+\-=._:/@]{1,128}$/iu;
const LEGAL_VALUE = /^[\p{L}\p{N}\p{Z}+\-=._:/@]{0,256}$/u;

export const bucketTagsField: Field<BucketTags> = {
  default: {},
  allowed:
    `an object of at most ${MOST_TAGS} tags, ${MOST_BYTES} bytes of JSON in all: keys of 1 to 128 and values of 0 to 256 ` +
    `letters, digits, spaces and + - = . _ : / @, no key beginning with aws: or being ${OWN_KEYS.join(', ')}`,
  accepts: (value) =>
    isObject(value) &&
    Object.keys(value).length <= MOST_TAGS &&
    Buffer.byteLength(JSON.stringify(value)) <= MOST_BYTES &&
    Object.entries(value).every(
      ([key, text]) =>
        LEGAL_KEY.test(key) && !OWN_KEYS.includes(key) && typeof text === 'string' && LEGAL_VALUE.test(text),
    ),
};

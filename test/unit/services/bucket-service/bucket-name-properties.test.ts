import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BucketNameSettings,
  bucketName,
  bucketNamePrefixProblem,
} from '../../../../services/bucket-service/bucket-name.ts';
import { isLegalBucketName } from '../../../support/legal-bucket-name.ts';
import { REGISTERED_AT } from '../registrations.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.stringMatching(/^[a-z0-9-]{1,70}$/),
  fc.stringMatching(/^[A-Za-z0-9._@+-]{1,30}$/),
  fc.constantFrom('홍길동 🪣', '"quoted"', "o'brien", 'a\\b\nc', 'n--a', '-an', '-s3alias', '-', '--', '.', ' ', ''),
  fc.constantFrom('a', 'é', '가', '🪣', '-').map((character) => character.repeat(2048)),
  // Lone surrogates: no text can be written with them, but JSON can carry them.
  fc
    .array(fc.constantFrom('\ud800', '\ud801', '\udc00', '\ufffd', 'a'), { maxLength: 5 })
    .map((units) => units.join('')),
);
const second = fc.oneof(fc.integer({ min: 0, max: 253_402_300_799 }), fc.constant(REGISTERED_AT));
const settings: fc.Arbitrary<BucketNameSettings> = fc
  .record({
    prefix: fc.oneof(fc.constant('siu'), fc.stringMatching(/^[a-z0-9]{1,8}$/)),
    namespace: fc.constantFrom('account-regional' as const, 'global' as const),
    accountId: fc.stringMatching(/^\d{12}$/),
    region: fc.constantFrom('us-east-1', 'eu-central-1', 'ap-northeast-1', 'us-gov-west-1', 'us-isof-south-1'),
  })
  .filter((candidate) => bucketNamePrefixProblem(candidate) === undefined);

/** The part of a name that stands for the user. */
function slugOf(name: string, { prefix, namespace, accountId, region }: BucketNameSettings): string {
  const ending = namespace === 'account-regional' ? `-${accountId}-${region}-an` : '';
  return name.slice(prefix.length, name.length - ending.length - '-yyyymmddHHMMSS'.length);
}

/** Ids that are likely to be taken for another one. */
function lookAlikes(userId: string, under: BucketNameSettings): string[] {
  const slug = slugOf(bucketName({ userId, registeredAt: REGISTERED_AT }, under), under);
  return [
    slug,
    `${slug}-20240430062715`,
    `-${slug}`,
    slug.toUpperCase(),
    slug.slice(slug.lastIndexOf('-') + 1),
    userId.toUpperCase(),
    userId.toLowerCase(),
    userId.trim(),
    userId.slice(0, 13),
    userId.slice(0, -1),
    userId.normalize('NFD'),
    userId.toWellFormed(),
    userId.replaceAll('.', ''),
    `${userId} `,
    `${userId}\u0000`,
  ];
}

describe('bucket names, whatever the user id', () => {
  it('are always legal', () => {
    fc.assert(
      fc.property(text, second, settings, (userId, registeredAt, under) => {
        const name = bucketName({ userId, registeredAt }, under);
        expect([name, isLegalBucketName(name, under.namespace)]).toEqual([name, true]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are the same for the same registration', () => {
    fc.assert(
      fc.property(text, second, settings, (userId, registeredAt, under) => {
        expect(bucketName({ userId, registeredAt }, under)).toBe(bucketName({ userId, registeredAt }, under));
      }),
    );
  });

  it('differ for different registrations', () => {
    fc.assert(
      fc.property(text, second, text, second, settings, (userId, registeredAt, otherId, otherTime, under) => {
        fc.pre(userId !== otherId || registeredAt !== otherTime);
        const name = bucketName({ userId, registeredAt }, under);
        expect(name).not.toBe(bucketName({ userId: otherId, registeredAt: otherTime }, under));
      }),
      { numRuns: 2000 },
    );
  });

  it('differ for ids made to be mistaken for one another, registered in the same second', () => {
    fc.assert(
      fc.property(text, settings, (userId, under) => {
        const ids = new Set([userId, ...lookAlikes(userId, under)]);
        for (const lookAlike of lookAlikes(userId, under))
          for (const next of lookAlikes(lookAlike, under)) ids.add(next);
        const names = [...ids].map((id) => bucketName({ userId: id, registeredAt: REGISTERED_AT }, under));
        expect(new Set(names).size).toBe(ids.size);
      }),
      { numRuns: 300 },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketName, readBucketName } from '../../../../services/bucket-service/bucket-name.ts';
import { REGISTERED_AT } from '../registrations.ts';
import { settings } from './settings.ts';

const PLACES = [settings(), settings({ namespace: 'global' }), settings({ prefix: 'a-b', region: 'us-east-1' })];

describe('what a bucket name says', () => {
  it.each(PLACES)('given any registration, is its time, and what all names of the user share: %j', (place) => {
    const seconds = fc.integer({ min: 0, max: 253_402_300_799 });
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), seconds, seconds, (userId, registeredAt, other) => {
        const read = readBucketName(bucketName({ userId, registeredAt }, place), place);
        expect(read?.registeredAt).toBe(registeredAt);
        expect(readBucketName(bucketName({ userId, registeredAt: other }, place), place)?.stem).toBe(read?.stem);
      }),
    );
  });

  it('is nothing for a name of another form', () => {
    const name = bucketName({ userId: 'test4', registeredAt: REGISTERED_AT }, settings());
    const others = [
      name.replace('siu', 'other'),
      name.replace('123456789012', '210987654321'),
      name.replace('-an', ''),
      name.replace('20240430062715', '20240431062715'),
      name.replace('20240430062715', '2024043006271'),
      name.replace('20240430062715', '00000000000000'),
      name.replace('test4', ''),
      `${name}x`,
      '',
    ];
    for (const other of others) expect([other, readBucketName(other, settings())]).toEqual([other, undefined]);
  });

  it('is not cut short by an id that ends as a time does', () => {
    const userId = 'a-20200101000000';
    const place = settings({ namespace: 'global' });
    const name = bucketName({ userId, registeredAt: REGISTERED_AT }, place);
    expect(readBucketName(name, place)).toEqual({ stem: `siu${userId}`, registeredAt: REGISTERED_AT });
  });
});

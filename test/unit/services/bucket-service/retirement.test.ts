import { expect, it } from '@jest/globals';
import { bucketName } from '../../../../services/bucket-service/bucket-name.ts';
import { asFirstRegistered } from '../../../../services/bucket-service/restored-registration.ts';
import { isToBeEmptied, planRetirement, readRetirement } from '../../../../services/bucket-service/retirement.ts';
import { REGISTERED_AT, registration } from '../registrations.ts';
import { settings } from './settings.ts';

const at = (text: string) => Date.parse(text) / 1000;

it.each([
  ['2026-11-29T00:00:00Z', 1, '2026-11-30'],
  ['2026-11-29T00:00:01Z', 1, '2026-12-01'],
  ['2026-11-29T23:59:59Z', 1, '2026-12-01'],
  ['2026-11-29T06:00:00Z', 30, '2026-12-30'],
  ['2028-02-28T12:00:00Z', 365, '2029-02-28'],
])(
  'a bucket that is retired at %s for %i days is emptied from %s on: all of the days, and midnight',
  (now, days, day) => {
    const retirement = planRetirement(at(now), days);
    expect(retirement).toEqual({ retiredAt: at(now), emptiedFrom: day });
    expect(at(`${day}T00:00:00Z`) - at(now)).toBeGreaterThanOrEqual(days * 86_400);
    expect(at(`${day}T00:00:00Z`) - at(now)).toBeLessThan((days + 1) * 86_400);
  },
);

it('a bucket that is kept has no such day', () => {
  expect(planRetirement(REGISTERED_AT, undefined)).toEqual({ retiredAt: REGISTERED_AT });
  expect(readRetirement([{ Key: 'retiredAt', Value: String(REGISTERED_AT) }])).toStrictEqual({
    retiredAt: REGISTERED_AT,
  });
});

it('a bucket with other rules alone is not to be emptied', () => {
  expect(isToBeEmptied([{ ID: 'user-bucket-pipeline', Status: 'Enabled' }])).toBe(false);
});

it('a bucket without the tag is not retired', () => {
  expect(readRetirement([{ Key: 'emptiedFrom', Value: '2026-12-30' }])).toBeUndefined();
});

const BEFORE = REGISTERED_AT - 86_400;
const uri = (userId: string) => `s3://${bucketName({ userId, registeredAt: BEFORE }, settings())}`;

it('a row that was put back keeps its bucket: the registration has the time of the first one', () => {
  const registered = registration();
  const restored = asFirstRegistered(registered, { uri: uri(registered.data.userId) }, settings());
  expect(restored).toEqual({ ...registered, data: { ...registered.data, registeredAt: BEFORE } });
});

it.each([
  ['no row', undefined],
  ['a row without bucket', {}],
  ['a row that names the bucket of another user', { uri: uri('somebody-else') }],
  ['a row that names anything else', { uri: 's3://photos' }],
])('with %s, the registration is a new one', (_, row) => {
  const registered = registration();
  expect(asFirstRegistered(registered, row, settings())).toBe(registered);
});

import { describe, expect, it } from '@jest/globals';
import { retirementSettings, retirementVariables } from '../../../../services/bucket-retirer/retirement-settings.ts';
import { SETTINGS } from './world.ts';

const { emptyAfterDays: _, ...KEEPING } = SETTINGS;
const AWS_REGION = SETTINGS.region;

describe('the settings of a retirement', () => {
  it.each([
    ['that empties buckets', SETTINGS],
    ['that empties them after many days', { ...SETTINGS, emptyAfterDays: 365 }],
    ['that keeps them', KEEPING],
    ['with names that all accounts share', { ...KEEPING, namespace: 'global' as const }],
  ])('of a stage %s come out of the variables as they went in', (_stage, settings) => {
    expect(retirementSettings({ ...retirementVariables(settings), AWS_REGION })).toEqual(settings);
  });

  it('stand in variables that a person can read', () => {
    expect(retirementVariables(SETTINGS)).toEqual({
      BUCKET_NAME_PREFIX: 'siu',
      BUCKET_NAMESPACE: 'account-regional',
      BUCKET_ACCOUNT_ID: '123456789012',
      EMPTY_RETIRED_AFTER_DAYS: '30',
    });
    expect(retirementVariables(KEEPING)).toMatchObject({ EMPTY_RETIRED_AFTER_DAYS: 'never' });
  });

  it.each([
    ['BUCKET_ACCOUNT_ID', '12345678901', 'BUCKET_ACCOUNT_ID must be 12 digits; got "12345678901"'],
    ['BUCKET_ACCOUNT_ID', '1234567890123', 'must be 12 digits'],
    ['BUCKET_ACCOUNT_ID', 'x123456789012', 'must be 12 digits'],
    ['BUCKET_ACCOUNT_ID', 'abcdefghijkl', 'must be 12 digits'],
    ['BUCKET_NAMESPACE', 'private', 'BUCKET_NAMESPACE must be account-regional or global; got "private"'],
    // No bucket is emptied at once.
    ...['0', '-1', '1.5', '030', '1e3', '30 days', 'NEVER', ''].map(
      (days) =>
        [
          'EMPTY_RETIRED_AFTER_DAYS',
          days,
          `EMPTY_RETIRED_AFTER_DAYS must be never, or a whole number of days from 1 on; got "${days}"`,
        ] as const,
    ),
  ])('given %s=%s, are refused', (name, value, problem) => {
    const variables = { ...retirementVariables(SETTINGS), AWS_REGION, [name]: value };
    expect(() => retirementSettings(variables)).toThrow(problem);
  });
});

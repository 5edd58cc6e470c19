import { describe, expect, it } from '@jest/globals';
import { registrationWait } from '../../../../services/uri-recorder/registration-wait.ts';
import { createdBucket } from '../registrations.ts';

const created = createdBucket();
const registeredAt = created.data.registeredAt * 1000;
const replayed = { ...created, metadata: { ...created.metadata, replayName: 'after-the-bug' } };

describe('the wait from a registration to the URI', () => {
  it('is the time since the registration, in milliseconds', () => {
    expect(registrationWait(created, 'recorded', registeredAt + 1234)).toBe(1234);
  });

  it('is never less than nothing, however clocks differ', () => {
    expect(registrationWait(created, 'recorded', registeredAt - 5)).toBe(0);
  });

  it.each([
    ['that was recorded before', created, 'recorded-before'],
    ['of a user who is gone', created, 'row-gone'],
    ['that came of a replay', replayed, 'recorded'],
  ])('is nobody’s for a URI %s', (_case, event, outcome) => {
    expect(registrationWait(event, outcome, registeredAt + 1234)).toBeUndefined();
  });
});

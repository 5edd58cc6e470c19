import { describe, expect, it } from '@jest/globals';
import { describeServiceFailure, readServiceFailure } from '../../../../services/shared/service-failure.ts';
import { networkError, serviceError } from '../service-errors.ts';

describe('an error of an AWS service', () => {
  it.each([
    ['throttling with a status of 400', serviceError('ThrottlingException', 400), true],
    ['too many requests', serviceError('Whatever', 429), true],
    ['an internal error', serviceError('InternalError', 500), true],
    ['slow down', serviceError('SlowDown', 503), true],
    ['credentials that expired under way', serviceError('ExpiredToken', 400), true],
    ['a connection that was refused', networkError('ECONNREFUSED'), true],
    ['a request that got no answer in time', Object.assign(new Error('timed out'), { name: 'TimeoutError' }), true],
    ['a missing permission', serviceError('AccessDenied', 403), false],
    ['an invalid request', serviceError('ValidationException', 400), false],
  ])('given %s, tells whether it may pass', (_case, error, transient) => {
    expect(readServiceFailure(error).transient).toBe(transient);
  });

  it('is described by code, status and message', () => {
    expect(describeServiceFailure(readServiceFailure(serviceError('AccessDenied', 403)))).toBe(
      'AccessDenied (403): AccessDenied happened',
    );
    expect(describeServiceFailure(readServiceFailure(networkError('ECONNRESET')))).toBe(
      'ECONNRESET: connect ECONNRESET 127.0.0.1:4566',
    );
  });

  it.each([undefined, null, 'a text', 7])('given %p instead of an error, still says something', (thrown) => {
    expect(readServiceFailure(thrown)).toEqual({ code: 'Unknown', message: String(thrown), transient: true });
  });
});

import { describe, expect, it } from '@jest/globals';
import { isThrottlingError, isTransientError } from '@smithy/core/retry';
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

  it.each([
    'BandwidthLimitExceeded',
    'LimitExceededException',
    'PriorRequestNotComplete',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'SlowDown',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
    'TransactionInProgressException',
    'RequestTimeout',
    'RequestTimeoutException',
    'AccessDeniedException',
    'ValidationException',
    'ResourceNotFoundException',
  ])('given %s with a status of 400, may pass where the SDK would try again', (code) => {
    const error = serviceError(code, 400) as Error & { $fault: 'client' };
    const isRetried = isThrottlingError(error as never) || isTransientError(error as never);
    expect(readServiceFailure(error).transient).toBe(isRetried);
  });

  it.each(['ExpiredToken', 'ExpiredTokenException', 'RequestTimeTooSkewed'])(
    'given %s, may pass: the next call has new credentials, or another time',
    (code) => {
      expect(readServiceFailure(serviceError(code, 400)).transient).toBe(true);
    },
  );

  it('that was answered has the name of the service, whatever code it has besides', () => {
    expect(readServiceFailure(serviceError('AccessDenied', 403, { code: 'ERR_X' })).code).toBe('AccessDenied');
  });

  it('that was not answered, and has a number as its code, has its name', () => {
    expect(readServiceFailure(Object.assign(new Error('no'), { name: 'TimeoutError', code: 23 })).code).toBe(
      'TimeoutError',
    );
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

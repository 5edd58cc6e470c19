/** A failed call of an AWS service. */
export interface ServiceFailure {
  /** The service's error code, such as `AccessDenied`; for a network error the name that Node.js gives it. */
  readonly code: string;
  readonly message: string;
  /** HTTP status. Absent where no answer arrived at all. */
  readonly status?: number;
  /** Whether the same request may succeed later. */
  readonly transient: boolean;
}

/**
 * Codes of transient failures with a 4xx status: throttling, a request that took too long, and credentials that expired during
 * the call. The AWS SDK itself retries the same ones, apart from the last group.
 */
const TRANSIENT_CODES = new Set([
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
  'RequestTimeTooSkewed',
  'ExpiredToken',
  'ExpiredTokenException',
]);

/**
 * Reads an error that an AWS SDK client threw, by its shape and not its class, so that code that decides needs no SDK.
 */
export function readServiceFailure(error: unknown): ServiceFailure {
  const { name, code, message, $metadata } = (error ?? {}) as {
    name?: unknown;
    code?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: unknown };
  };
  const status = typeof $metadata?.httpStatusCode === 'number' ? $metadata.httpStatusCode : undefined;
  const networkCode = typeof code === 'string' && status === undefined ? code : undefined;
  const failure = {
    code: networkCode ?? (typeof name === 'string' ? name : 'Unknown'),
    message: typeof message === 'string' ? message : String(error),
  };
  // Without a status there was no answer, so the failure may pass.
  if (status === undefined) return { ...failure, transient: true };
  return { ...failure, status, transient: status >= 500 || status === 429 || TRANSIENT_CODES.has(failure.code) };
}

/** One line for an error message: `AccessDenied (403): not authorized`. */
export function describeServiceFailure({ code, message, status }: ServiceFailure): string {
  return `${code}${status === undefined ? '' : ` (${status})`}: ${message}`;
}

/** What an AWS service, or the way to it, answered instead of success. */
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
 * Codes that say "later" with a 4xx status: throttling, a request that took too long, and credentials that ran out
 * under way. The same ones that the AWS SDK retries by itself, plus the last group.
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
 * Reads an error that an AWS SDK client threw. Looks at its shape rather than its class, so that deciding what to do
 * about it needs no SDK.
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
  // Without a status nothing came back, so nothing is known to be final.
  if (status === undefined) return { ...failure, transient: true };
  return { ...failure, status, transient: status >= 500 || status === 429 || TRANSIENT_CODES.has(failure.code) };
}

/** One line for an error message: `AccessDenied (403): not authorized`. */
export function describeServiceFailure({ code, message, status }: ServiceFailure): string {
  return `${code}${status === undefined ? '' : ` (${status})`}: ${message}`;
}

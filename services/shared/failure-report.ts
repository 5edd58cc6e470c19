import { describeValidationErrors, type ValidationError } from '../../schemas/event-contract.ts';
import { PermanentError, RetryableError } from './errors.ts';

/** What a log line says about an event that could not be handled. */
export interface FailureReport {
  /** What was wrong. */
  readonly problem: string;
  /** What a person can do about it, where that is known. */
  readonly hint?: string;
  /** Whether another delivery may succeed. Absent where the failure is not understood. */
  readonly retryable?: boolean;
  /** What happens to the event next. */
  readonly next: string;
  /** The cause of a PermanentError or RetryableError; any other error itself. */
  readonly error?: LoggedError | string;
}

/**
 * The fields of an error that are logged, and no others: an error of an AWS client or a library may hold the row or the event, and
 * with it personal data.
 */
export interface LoggedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Of Node.js, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** Of an AWS service that answered. */
  readonly status?: number;
  /** For AWS support. */
  readonly requestId?: string;
  readonly cause?: LoggedError | string;
}

/** The most causes of causes that are logged. */
const DEEPEST_CAUSE = 5;

const NEXT_RETRY =
  'SQS delivers the event again after the visibility timeout; once the receive limit is reached it goes to the dead-letter queue';
const NEXT_SAME_FAILURE =
  'SQS delivers the event again, and it fails in the same way, until the receive limit moves it to the dead-letter queue; once the cause is fixed, redrive it';

/** Describes an error for the log line of its event. */
export function reportFailure(error: unknown): FailureReport {
  if (error instanceof PermanentError || error instanceof RetryableError) {
    const { message, hint, retryable, cause } = error;
    return {
      problem: message,
      hint,
      retryable,
      next: retryable ? NEXT_RETRY : NEXT_SAME_FAILURE,
      ...loggedAs('error', cause),
    };
  }
  const problem = error instanceof Error ? error.message : String(error);
  return { problem, next: NEXT_RETRY, ...loggedAs('error', error) };
}

function loggedAs<Name extends 'error' | 'cause'>(
  field: Name,
  error: unknown,
  depth = 0,
): { readonly [_ in Name]?: LoggedError | string } {
  const logged = error === undefined ? undefined : toLogged(error, depth);
  return logged === undefined ? {} : ({ [field]: logged } as { readonly [_ in Name]: LoggedError | string });
}

function toLogged(error: unknown, depth: number): LoggedError | string | undefined {
  if (!(error instanceof Error)) return String(error);
  if (depth > DEEPEST_CAUSE) return undefined;
  const { name, message, stack, cause } = error;
  const { code, $metadata } = error as {
    code?: unknown;
    $metadata?: { httpStatusCode?: unknown; requestId?: unknown };
  };
  const { httpStatusCode: status, requestId } = $metadata ?? {};
  return {
    name,
    message,
    ...(stack !== undefined && { stack }),
    ...(typeof code === 'string' && { code }),
    ...(typeof status === 'number' && { status }),
    ...(typeof requestId === 'string' && { requestId }),
    ...loggedAs('cause', cause, depth + 1),
  };
}

/**
 * Turns the error of @middy/validator into one that names each invalid field; returns any other error unchanged.
 *
 * @param expected what the event should have been, such as `UserRegistered v1`
 */
export function nameViolations(error: unknown, expected: string): unknown {
  const cause = error instanceof Error ? (error.cause as { package?: unknown; data?: unknown } | undefined) : undefined;
  if (cause?.package !== '@middy/validator') return error;
  const violations = describeValidationErrors(cause.data as ValidationError[] | null);
  return new PermanentError(`not a valid ${expected} event: ${violations}`, {
    hint: 'fix the producer, or the rule that let this event through, or delete the event',
  });
}

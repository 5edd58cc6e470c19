import { visible } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Target } from './target.ts';

interface AwsError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: unknown;
}

/** Errors of a connection, by their code in Node.js. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'ETIMEDOUT']);

/** Error codes of a call that its caller is not allowed; each service has its own. */
const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'NotAuthorized',
  'UnauthorizedOperation',
]);

/** As IAM words what is missing: `… is not authorized to perform: pipes:DescribePipe on resource: …`. */
const ACTION = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/;

/** Error codes for credentials that are wrong, or that were right once. */
const INVALID_CREDENTIALS = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
]);

/**
 * What a failed AWS call means to the user, in one line. Anything that is no failure of a call is returned as it came.
 */
export function explainAwsError(error: unknown, target: Target): unknown {
  if (!(error instanceof Error) || error instanceof CommandFailure) return error;
  const { code = '', name, message, $metadata, $response } = error as AwsError;
  const isLocal = 'endpoint' in target;
  const place = isLocal ? target.endpoint : 'AWS';
  const failure = (text: string) => new CommandFailure(visible(text), { cause: error });

  if (UNREACHABLE.has(code) || name === 'TimeoutError') {
    if (isLocal && code === 'ECONNREFUSED') {
      return failure(`no local engine at ${place}; start one with npm start, or name a deployed stack with --stack`);
    }
    return failure(`${place} cannot be reached: ${message}`);
  }
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return failure(`no AWS credentials: ${oneLine(message)}; log in, as by aws sso login, or set AWS_PROFILE`);
  }
  if (message === 'Region is missing') {
    return failure('no AWS Region: set AWS_REGION, or a region in your AWS profile');
  }
  if (isDenied(error)) {
    const mend = 'allow it for these credentials, or use others, as by setting AWS_PROFILE';
    return failure(`${name}: ${oneLine(message)}; ${mend}`);
  }
  if (isOfCredentials(error)) {
    return failure(`AWS does not take these credentials: ${oneLine(message)}; log in again, or set AWS_PROFILE`);
  }
  if (isAnswerOfSomethingElse(error)) return failure(`what answers at ${place} is not AWS and not the local engine`);
  if ($metadata !== undefined || $response !== undefined) return failure(`${name}: ${oneLine(message)}`);
  return error;
}

/** Whether a call failed because its caller is not allowed to make it. */
export function isDenied(error: unknown): error is Error {
  return error instanceof Error && DENIED.has(error.name);
}

/** Whether a call failed because its caller's credentials are wrong, or are so by now. */
export function isOfCredentials(error: unknown): error is Error {
  return error instanceof Error && INVALID_CREDENTIALS.has(error.name);
}

/** The IAM action that a refused call lacks, such as `pipes:DescribePipe`; undefined where AWS does not name it. */
export function deniedAction({ message }: Error): string | undefined {
  return ACTION.exec(message)?.[1];
}

/** Another server's page or JSON: the SDK cannot parse it, or finds no AWS error code in it. */
function isAnswerOfSomethingElse({ name, message, $metadata }: AwsError): boolean {
  return message.includes('Deserialization error') || (name === 'UnknownError' && $metadata !== undefined);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

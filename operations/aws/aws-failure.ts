import { visible } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Target } from './target.ts';

interface AwsError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: unknown;
}

/** Where a Region is set. */
export const REGION_HINT = 'AWS_REGION, or a region in your AWS profile';

/** Codes of Node.js for failed connections. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'ETIMEDOUT']);

/** Error names for a call that the caller is not allowed to make; each service has its own. */
const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'NotAuthorized',
  'UnauthorizedOperation',
]);

/** IAM's message for a missing permission: `… is not authorized to perform: pipes:DescribePipe on resource: …`. */
const ACTION = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/;

/** Error names for wrong or expired credentials. */
const INVALID_CREDENTIALS = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
]);

/** Error names for a signature of another time or of another secret. Source: IAM user guide, troubleshooting signed requests. */
const BAD_SIGNATURE = new Set([
  'InvalidSignatureException',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** A failed AWS call as a CommandFailure with one line for the user. Any other error is returned unchanged. */
export function explainAwsError(error: unknown, target: Target): unknown {
  if (!(error instanceof Error) || error instanceof CommandFailure) return error;
  const { code = '', name, message, $metadata, $response } = error as AwsError;
  const isLocal = 'endpoint' in target;
  const place = isLocal ? target.endpoint : 'AWS';
  const failure = (text: string) => new CommandFailure(visible(text), { cause: error });

  if (UNREACHABLE.has(code) || name === 'TimeoutError') {
    if (isLocal && code === 'ECONNREFUSED') {
      return failure(
        `no local engine at ${place}; start one with npm start, or name the port of another with --port, or a deployed stack with --stack`,
      );
    }
    const hint =
      !isLocal && code === 'ENOTFOUND' ? `; check the network, and that the Region exists: ${REGION_HINT}` : '';
    return failure(`${place} cannot be reached: ${message}${hint}`);
  }
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return failure(
      `no AWS credentials: ${oneLine(message)}; log in, for example with aws sso login, or set AWS_PROFILE`,
    );
  }
  if (message === 'Region is missing') {
    return failure(`no AWS Region: set ${REGION_HINT}`);
  }
  // The SDK's own check of a name that cannot be part of a host's name.
  if (message.startsWith('Region not accepted: ')) {
    return failure(`${oneLine(message)}; set ${REGION_HINT}, to a name such as eu-west-1`);
  }
  if (isDenied(error)) {
    const hint = 'grant the permission to these credentials, or use others, for example with AWS_PROFILE';
    return failure(`${name}: ${oneLine(message)}; ${hint}`);
  }
  if (BAD_SIGNATURE.has(name)) {
    const hint = "check this machine's clock and its date, then the secret access key";
    return failure(`AWS does not accept the signature: ${oneLine(message)}; ${hint}`);
  }
  if (isOfCredentials(error)) {
    return failure(`AWS does not accept these credentials: ${oneLine(message)}; log in again, or set AWS_PROFILE`);
  }
  if (isAnswerOfSomethingElse(error)) return failure(`the server at ${place} is neither AWS nor the local engine`);
  if ($metadata !== undefined || $response !== undefined) return failure(`${name}: ${oneLine(message)}`);
  return error;
}

/** Whether a call failed because the caller is not allowed to make it. */
export function isDenied(error: unknown): error is Error {
  return error instanceof Error && DENIED.has(error.name);
}

/** Whether a call failed because the credentials are wrong or expired. */
export function isOfCredentials(error: unknown): error is Error {
  return error instanceof Error && INVALID_CREDENTIALS.has(error.name);
}

/** The missing IAM action of a refused call, such as `pipes:DescribePipe`; undefined where AWS does not name it. */
export function deniedAction({ message }: Error): string | undefined {
  return ACTION.exec(message)?.[1];
}

/** An answer of another server: the SDK cannot parse it, or finds no AWS error code in it. */
function isAnswerOfSomethingElse({ name, message, $metadata }: AwsError): boolean {
  return message.includes('Deserialization error') || (name === 'UnknownError' && $metadata !== undefined);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Error names and codes with which the services say that something does not exist. */
const NOT_FOUND = new Set([
  'NotFoundException',
  'ResourceNotFoundException',
  // SQS: of its JSON protocol, and of its query protocol.
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
]);

/** Whether a call failed because what it asks about does not exist. */
export function isNotFound(error: unknown): error is Error {
  return error instanceof Error && NOT_FOUND.has(error.name);
}

/** The answer of a call; undefined if what it asks about does not exist. */
export async function ifFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whether CloudFormation has no stack of that name; it has no error code of its own for it. */
export function isStackNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist');
}

/**
 * What to do about a resource of the stack that was deleted by hand. CloudFormation still believes that it exists, and does
 * nothing about it when the template has not changed.
 */
export const RECREATE_HINT =
  'recreate it with its name, as in the template (a deployment does not, because CloudFormation believes that it exists)';

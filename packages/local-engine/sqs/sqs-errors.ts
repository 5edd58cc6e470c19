import { AwsError } from '../core/aws-error.ts';
import { detailedQueryErrors, type ErrorFormat, queryCompatibleErrors } from '../protocols/error-formats.ts';
import { SQS_NAMESPACE } from './sqs-query.ts';

const PREFIX = 'AWS.SimpleQueueService.';

/**
 * Codes that errors have in the older query protocol, in the header `x-amzn-query-error` beside JSON, and in the entries of
 * batches, where these differ. Source: SQS API reference of 2012-11-05, errors of each action; recorded on AWS.
 */
const QUERY_CODES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'BatchEntryIdsNotDistinct',
      'BatchRequestTooLong',
      'EmptyBatchRequest',
      'InvalidBatchEntryId',
      'MessageNotInflight',
      'PurgeQueueInProgress',
      'QueueDeletedRecently',
      'TooManyEntriesInBatchRequest',
      'UnsupportedOperation',
    ].map((code) => [code, `${PREFIX}${code}`]),
  ),
  AccessDeniedException: 'AccessDenied',
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
  QueueDoesNotExist: `${PREFIX}NonExistentQueue`,
  QueueNameExists: 'QueueAlreadyExists',
};

const NO_SUCH_QUEUE = 'The specified queue does not exist';

const formatted = queryCompatibleErrors(QUERY_CODES, detailedQueryErrors(SQS_NAMESPACE));

/** In the protocol that was asked in, with the names that errors have there. Source: recorded on AWS. */
export const sqsErrors: ErrorFormat = (error, failed) => {
  const { code, message, status, details } = error;
  const isQuery = failed.headers['x-amz-target'] === undefined;
  if (!isQuery) {
    return formatted(new AwsError(code, message, status, { __type: `com.amazonaws.sqs#${code}`, ...details }), failed);
  }
  const words = code === 'QueueDoesNotExist' ? `${NO_SUCH_QUEUE} for this wsdl version.` : message;
  return formatted(new AwsError(code, words, status, details), failed);
};

/** The code of an error in an entry of a batch. */
export function entryCodeOf(code: string): string {
  return QUERY_CODES[code] ?? code;
}

/** What SQS says of a queue that is not there. */
export function noSuchQueue(): AwsError {
  return new AwsError('QueueDoesNotExist', `${NO_SUCH_QUEUE}.`);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

/** @param reason a sentence */
export function invalidValue(value: unknown, parameter: string, reason: string): AwsError {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return invalidParameter(`Value ${text} for parameter ${parameter} is invalid. Reason: ${reason}`);
}

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The request must contain the parameter ${name}.`);
}

export function unsupported(message: string): AwsError {
  return new AwsError('UnsupportedOperation', message);
}

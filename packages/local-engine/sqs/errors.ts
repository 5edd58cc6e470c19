import { AwsError } from '../core/aws-error.ts';
import { detailedQueryErrors, type ErrorFormat, queryCompatibleErrors } from '../protocols/http.ts';

/** Of SQS's answers in the query protocol. Source: SQS API reference of 2012-11-05. */
export const SQS_NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';

const PREFIX = 'AWS.SimpleQueueService.';

/**
 * Error codes of the older query protocol, by those of JSON, where they differ. The header `x-amzn-query-error` of JSON
 * answers and the entries of batches have them too.
 * Source: SQS API reference of 2012-11-05, errors of each action; recorded on AWS.
 */
const QUERY_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
  QueueDoesNotExist: `${PREFIX}NonExistentQueue`,
  QueueNameExists: 'QueueAlreadyExists',
  ...Object.fromEntries(
    (
      'BatchEntryIdsNotDistinct BatchRequestTooLong EmptyBatchRequest InvalidBatchEntryId MessageNotInflight ' +
      'PurgeQueueInProgress QueueDeletedRecently TooManyEntriesInBatchRequest UnsupportedOperation'
    )
      .split(' ')
      .map((code) => [code, `${PREFIX}${code}`]),
  ),
};

const formatted = queryCompatibleErrors(QUERY_CODES, detailedQueryErrors(SQS_NAMESPACE));

/** In the protocol of the request, with the names that errors have there. Source: recorded on AWS. */
export const sqsErrors: ErrorFormat = (error, failed) => {
  const { code, message, status, details } = error;
  if (failed.headers['x-amz-target'] !== undefined) {
    return formatted(new AwsError(code, message, status, { __type: `com.amazonaws.sqs#${code}`, ...details }), failed);
  }
  const inQuery = code === 'QueueDoesNotExist' ? message.replace(/\.$/, ' for this wsdl version.') : message;
  return formatted(new AwsError(code, inQuery, status, details), failed);
};

/** The code of an error in an entry of a batch. */
export function entryCodeOf(code: string): string {
  return QUERY_CODES[code] ?? code;
}

export function noSuchQueue(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
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

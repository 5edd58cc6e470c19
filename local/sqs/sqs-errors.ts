import { AwsError } from '../aws-error.ts';

const PREFIX = 'AWS.SimpleQueueService.';

/**
 * Codes that errors have in the older query protocol, and in the header `x-amzn-query-error` beside JSON, where these
 * differ. Source: SQS API reference of 2012-11-05, errors of each action.
 */
export const SQS_QUERY_CODES: Readonly<Record<string, string>> = {
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
  QueueDoesNotExist: `${PREFIX}NonExistentQueue`,
  QueueNameExists: 'QueueAlreadyExists',
};

/** What SQS says of a queue that is not there. */
export function noSuchQueue(queue: string): AwsError {
  return new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${queue}`);
}

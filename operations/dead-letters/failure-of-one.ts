import { readServiceFailure } from '../../services/shared/service-failure.ts';
import { isDenied, isOfCredentials } from '../aws/aws-failure.ts';

/** Error codes that say that no message can be sent or deleted. */
const OF_ALL = new Set(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']);

/**
 * What a failed call says of the letter that it was made for, so that the others are gone through all the same; undefined where
 * every other one would fail too: without connection, permission or queue.
 */
export function failureOfOne(error: unknown): string | undefined {
  const { code, message, status } = readServiceFailure(error);
  if (status === undefined || isDenied(error) || isOfCredentials(error) || OF_ALL.has(code)) return undefined;
  return `${code}: ${message}`;
}

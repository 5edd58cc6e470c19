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

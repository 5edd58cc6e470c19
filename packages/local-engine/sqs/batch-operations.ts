import { AwsError } from '../core/aws-error.ts';
import type { Operation } from '../protocols/json-protocol.ts';
import { type SentMessage, sizeOf } from './message.ts';
import { changeVisibility, checkSize, deleteMessage, send, sentMessageOf } from './message-operations.ts';
import { type QueueLookup, queueOf } from './queue-lookup.ts';
import { entryCodeOf, missingParameter } from './sqs-errors.ts';
import { type Members, mapsOf, textOf } from './sqs-request.ts';

/** Source: SQS developer guide, message quotas. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 1_048_576;

/** An entry of a batch, with its outcome so far. */
interface Entry<T> {
  readonly id: string;
  readonly members: Members;
  readonly outcome: { readonly done: T } | { readonly refused: AwsError };
}

/** What clients do with several messages at once. Source: SQS API reference; error texts as recorded on AWS. */
export function batchOperations(lookup: QueueLookup): Readonly<Record<string, Operation>> {
  return {
    SendMessageBatch: (request) => {
      const queue = queueOf(lookup, request);
      const read = entriesOf(request, 'SendMessageBatch', 'MessageBody', sentMessageOf);
      checkTotal(read);
      const sent = read.map((entry) =>
        next(entry, (message) => {
          checkSize(message, queue);
          return send(lookup, queue, message, entry.members);
        }),
      );
      return answerOf(sent);
    },
    DeleteMessageBatch: (request) => {
      const queue = queueOf(lookup, request);
      const deleted = entriesOf(request, 'DeleteMessageBatch', 'ReceiptHandle', (members) => {
        deleteMessage(lookup, queue, members);
        return {};
      });
      return answerOf(deleted);
    },
    ChangeMessageVisibilityBatch: (request) => {
      const queue = queueOf(lookup, request);
      const changed = entriesOf(request, 'ChangeMessageVisibilityBatch', 'ReceiptHandle', (members) => {
        changeVisibility(lookup, queue, members);
        return {};
      });
      return answerOf(changed);
    },
  };
}

/**
 * The entries of a batch, with what `read` makes of each.
 * @param required a member that each entry must have
 * @throws AwsError for what makes SQS refuse the whole batch
 */
function entriesOf<T>(
  request: Members,
  operation: string,
  required: string,
  read: (members: Members) => T,
): Entry<T>[] {
  const entries = mapsOf(request, 'Entries');
  const name = `${operation}RequestEntry`;
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', `There should be at least one ${name} in the request.`);
  }
  if (entries.length > MOST_ENTRIES) {
    const message = `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`;
    throw new AwsError('TooManyEntriesInBatchRequest', message);
  }
  const ids = new Set<string>();
  const identified = entries.map((members, index) => {
    for (const member of ['Id', required]) {
      if (textOf(members, member) === undefined) throw missingParameter(`${name}.${index + 1}.${member}`);
    }
    const id = idOf(members);
    if (ids.has(id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    ids.add(id);
    return { id, members };
  });
  return identified.map(({ id, members }) => ({ id, members, outcome: attempt(() => read(members)) }));
}

function idOf(members: Members): string {
  const id = textOf(members, 'Id') ?? '';
  if (/^[\w-]{1,80}$/.test(id)) return id;
  const message =
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
  throw new AwsError('InvalidBatchEntryId', message);
}

/** The limit of the batch does not depend on the queue: recorded on AWS. @throws AwsError for a batch that is too long */
function checkTotal(entries: readonly Entry<SentMessage>[]): void {
  const sizes = entries.map(({ outcome }) => ('done' in outcome ? sizeOf(outcome.done) : 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= MOST_BYTES) return;
  const message = `Batch requests cannot be longer than ${MOST_BYTES} bytes. You have sent ${total} bytes.`;
  throw new AwsError('BatchRequestTooLong', message);
}

/** Goes on with an entry that nothing has refused yet. */
function next<T, U>(entry: Entry<T>, run: (done: T) => U): Entry<U> {
  const { outcome } = entry;
  return { ...entry, outcome: 'done' in outcome ? attempt(() => run(outcome.done)) : outcome };
}

function attempt<T>(run: () => T): Entry<T>['outcome'] {
  try {
    return { done: run() };
  } catch (error) {
    if (error instanceof AwsError) return { refused: error };
    throw error;
  }
}

/** A list without entries is left out: recorded on AWS. */
function answerOf(entries: readonly Entry<object>[]): object {
  const successful = entries.flatMap(({ id, outcome }) => ('done' in outcome ? [{ Id: id, ...outcome.done }] : []));
  const failed = entries.flatMap(({ id, outcome }) => {
    if (!('refused' in outcome)) return [];
    const { code, message, status } = outcome.refused;
    return [{ Id: id, SenderFault: status < 500, Code: entryCodeOf(code), Message: message }];
  });
  return {
    ...(successful.length > 0 && { Successful: successful }),
    ...(failed.length > 0 && { Failed: failed }),
  };
}

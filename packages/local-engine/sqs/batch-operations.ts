import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Operation } from '../protocols/json-protocol.ts';
import { entryCodeOf, missingParameter } from './errors.ts';
import { sizeOf } from './message.ts';
import { changeVisibility, checkSize, deleteMessage, send, sentMessageOf } from './message-operations.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { type Members, mapsOf, queueOf, textOf } from './request.ts';

/** Source: SQS developer guide, message quotas. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 1_048_576;

/** What one entry of a batch does, once the whole batch is accepted. */
interface Step {
  /** How much it counts for the size of the batch. @default 0 */
  readonly bytes?: number;
  /** @returns its part of the answer @throws AwsError */
  readonly run: () => object;
}

type Outcome<T> = { readonly done: T } | { readonly error: AwsError };

/** Operations on several messages at once. Source: SQS API reference; error texts as recorded on AWS. */
export function batchOperations(props: { queues: Queues; clock: Clock }): Readonly<Record<string, Operation>> {
  const { queues, clock } = props;
  const batch =
    (operation: string, required: string, read: (queue: Queue, members: Members) => Step): Operation =>
    (request) => {
      const queue = queueOf(queues, request);
      const entries = entriesIn(request, `${operation}RequestEntry`, required);
      const steps = entries.map(({ id, members }) => ({ id, step: attempt(() => read(queue, members)) }));
      checkTotal(steps.map(({ step }) => ('done' in step ? (step.done.bytes ?? 0) : 0)));
      return answerOf(steps.map(({ id, step }) => ({ id, outcome: 'done' in step ? attempt(step.done.run) : step })));
    };
  return {
    SendMessageBatch: batch('SendMessageBatch', 'MessageBody', (queue, members) => {
      const message = sentMessageOf(members);
      const run = () => {
        checkSize(message, queue);
        return send(queues, queue, message, members);
      };
      return { bytes: sizeOf(message), run };
    }),
    DeleteMessageBatch: batch('DeleteMessageBatch', 'ReceiptHandle', (queue, members) => ({
      run: () => deleteMessage(queues, queue, members),
    })),
    ChangeMessageVisibilityBatch: batch('ChangeMessageVisibilityBatch', 'ReceiptHandle', (queue, members) => ({
      run: () => changeVisibility(queues, clock, queue, members),
    })),
  };
}

/**
 * The entries of a batch with their ids.
 * @param name of an entry's type
 * @param required a member that each entry must have
 * @throws AwsError where SQS refuses the whole batch
 */
function entriesIn(request: Members, name: string, required: string): { id: string; members: Members }[] {
  const entries = mapsOf(request, 'Entries');
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', `There should be at least one ${name} in the request.`);
  }
  if (entries.length > MOST_ENTRIES) {
    const message = `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`;
    throw new AwsError('TooManyEntriesInBatchRequest', message);
  }
  const ids = new Set<string>();
  return entries.map((members, index) => {
    for (const member of ['Id', required]) {
      if (textOf(members, member) === undefined) throw missingParameter(`${name}.${index + 1}.${member}`);
    }
    const id = textOf(members, 'Id') ?? '';
    if (!/^[\w-]{1,80}$/.test(id)) {
      const message =
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
      throw new AwsError('InvalidBatchEntryId', message);
    }
    if (ids.has(id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    ids.add(id);
    return { id, members };
  });
}

/** The limit of the batch does not depend on the queue: recorded on AWS. @throws AwsError for a batch that is too long */
function checkTotal(sizes: readonly number[]): void {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= MOST_BYTES) return;
  const message = `Batch requests cannot be longer than ${MOST_BYTES} bytes. You have sent ${total} bytes.`;
  throw new AwsError('BatchRequestTooLong', message);
}

function attempt<T>(run: () => T): Outcome<T> {
  try {
    return { done: run() };
  } catch (error) {
    if (error instanceof AwsError) return { error };
    throw error;
  }
}

/** A list without entries is left out: recorded on AWS. */
function answerOf(entries: readonly { readonly id: string; readonly outcome: Outcome<object> }[]): object {
  const successful = entries.flatMap(({ id, outcome }) => ('done' in outcome ? [{ Id: id, ...outcome.done }] : []));
  const failed = entries.flatMap(({ id, outcome }) => {
    if (!('error' in outcome)) return [];
    const { code, message, status } = outcome.error;
    return [{ Id: id, SenderFault: status < 500, Code: entryCodeOf(code), Message: message }];
  });
  return {
    ...(successful.length > 0 && { Successful: successful }),
    ...(failed.length > 0 && { Failed: failed }),
  };
}

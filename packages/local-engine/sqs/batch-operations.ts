import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Operation } from '../protocols/json-protocol.ts';
import { entryCodeOf, missingParameter } from './errors.ts';
import { sizeOf } from './message.ts';
import { changeVisibility, checkSize, deleteMessage, send, sentMessageOf } from './message-operations.ts';
import { listOf, type Members, textOf } from './protocol.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

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

/** Operations on several messages at once. Source: SQS API reference; error texts as recorded on AWS. */
export function batchOperations(props: { queues: Queues; clock: Clock }): Readonly<Record<string, Operation>> {
  const { queues, clock } = props;
  const batch =
    (operation: string, required: string, read: (queue: Queue, members: Members) => Step): Operation =>
    (request) => {
      const queue = queues.of(request);
      const entries = entriesIn(request, `${operation}RequestEntry`, required);
      const steps = entries.map(({ id, members }) => ({ id, ...stepOf(() => read(queue, members)) }));
      checkTotal(steps.reduce((sum, { bytes = 0 }) => sum + bytes, 0));
      return answerOf(steps);
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
  const entries = listOf<Members>(request, 'Entries');
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
function checkTotal(total: number): void {
  if (total <= MOST_BYTES) return;
  const message = `Batch requests cannot be longer than ${MOST_BYTES} bytes. You have sent ${total} bytes.`;
  throw new AwsError('BatchRequestTooLong', message);
}

/** An entry that cannot be read fails in its turn. */
function stepOf(read: () => Step): Step {
  try {
    return read();
  } catch (error) {
    return {
      run: () => {
        throw error;
      },
    };
  }
}

/** Runs the steps. A list without entries is left out of the answer: recorded on AWS. */
function answerOf(steps: readonly (Step & { readonly id: string })[]): object {
  const [Successful, Failed]: [object[], object[]] = [[], []];
  for (const { id: Id, run } of steps) {
    try {
      Successful.push({ Id, ...run() });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, message: Message, status } = error;
      Failed.push({ Id, SenderFault: status < 500, Code: entryCodeOf(code), Message });
    }
  }
  return { ...(Successful.length > 0 && { Successful }), ...(Failed.length > 0 && { Failed }) };
}

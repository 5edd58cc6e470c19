import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { requireDepth } from '../deployed/queues.ts';
import { type ReceivedMessage, receiveLetters } from './receive-letters.ts';

/** How many messages a queue holds, as `deployed/queues.ts` counts them: `visible` is its `waiting`. */
export interface QueueDepth {
  readonly visible: number;
  /** Received by somebody, and not deleted yet. */
  readonly inFlight: number;
}

/** The most messages of one receive or one batch of changes. */
export const BATCH_SIZE = 10;

/** SQS asks all its servers only when it may wait; a receive without waiting finds nothing now and then. */
const WAIT_SECONDS = 1;

const BATCHES_IN_FLIGHT = 8;

/** What is done with the queue of dead letters. */
export interface LetterQueue {
  depth(): Promise<QueueDepth>;
  /** @param most up to {@link BATCH_SIZE} */
  receive(most: number, hiddenSeconds: number): Promise<ReceivedMessage[]>;
  delete(receiptHandle: string): Promise<void>;
  /**
   * Hides received messages for that many seconds from now; 0 shows them to everybody at once. Leaves out those whose
   * time is over already: they are visible, or somebody else's by now.
   */
  hide(receiptHandles: readonly string[], seconds: number): Promise<void>;
}

/** A queue of the stack, through SQS's API. */
export class SqsLetterQueue implements LetterQueue {
  readonly #sqs: SQSClient;
  readonly #url: string;

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  /** @throws CommandFailure if the queue is gone */
  async depth(): Promise<QueueDepth> {
    const { waiting, inFlight } = await requireDepth(this.#sqs, this.#url);
    return { visible: waiting, inFlight };
  }

  receive(most: number, hiddenSeconds: number): Promise<ReceivedMessage[]> {
    return receiveLetters(this.#sqs, {
      QueueUrl: this.#url,
      MaxNumberOfMessages: most,
      VisibilityTimeout: hiddenSeconds,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
  }

  async delete(receiptHandle: string): Promise<void> {
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: receiptHandle }));
  }

  async hide(receiptHandles: readonly string[], seconds: number): Promise<void> {
    await pMap(
      inBatches(receiptHandles),
      async (batch) => {
        const Entries = batch.map((ReceiptHandle, index) => {
          return { Id: String(index), ReceiptHandle, VisibilityTimeout: seconds };
        });
        // The answer names entries that could not be changed: their time is over.
        await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries }));
      },
      { concurrency: BATCHES_IN_FLIGHT },
    );
  }

  /** Sends a message with that body and nothing else. */
  async send(body: string): Promise<void> {
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: body }));
  }
}

function* inBatches(handles: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < handles.length; start += BATCH_SIZE) yield handles.slice(start, start + BATCH_SIZE);
}

import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  QueueDoesNotExist,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { forEachInFlight } from '../aws/in-flight.ts';
import { PUT_BACK } from '../aws/put-back.ts';
import { CommandFailure } from '../messages/errors.ts';
import { type ReceivedMessage, receiveLetters } from './receive-letters.ts';

/** How many messages a queue holds; SQS says so approximately, and up to a minute late. */
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
    try {
      const { Attributes: counts = {} } = await this.#sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: this.#url,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateNumberOfMessagesDelayed',
          ],
        }),
      );
      return {
        visible: Number(counts.ApproximateNumberOfMessages ?? 0),
        inFlight:
          Number(counts.ApproximateNumberOfMessagesNotVisible ?? 0) +
          Number(counts.ApproximateNumberOfMessagesDelayed ?? 0),
      };
    } catch (cause) {
      if (!(cause instanceof QueueDoesNotExist)) throw cause;
      const name = this.#url.split('/').at(-1);
      throw new CommandFailure(`the queue ${name} is gone: ${PUT_BACK}`, {
        cause,
      });
    }
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
    await forEachInFlight(inBatches(receiptHandles), BATCHES_IN_FLIGHT, async (batch) => {
      const Entries = batch.map((ReceiptHandle, index) => {
        return { Id: String(index), ReceiptHandle, VisibilityTimeout: seconds };
      });
      // The answer names entries that could not be changed: their time is over.
      await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries }));
    });
  }

  /** Sends a message with that body and nothing else. */
  async send(body: string): Promise<void> {
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: body }));
  }
}

function* inBatches(handles: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < handles.length; start += BATCH_SIZE) yield handles.slice(start, start + BATCH_SIZE);
}

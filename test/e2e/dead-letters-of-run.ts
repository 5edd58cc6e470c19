import { type Message, SQSClient } from '@aws-sdk/client-sqs';
import { BATCH_SIZE, SqsMessageQueue } from '../../operations/dead-letters/index.ts';
import type { PipelineUnderTest } from './pipeline-under-test.ts';

/** A dead letter that this run has caused: the event that no function could handle. */
export interface OwnDeadLetter {
  readonly detail: { readonly metadata: { readonly eventId: string } };
}

const HIDDEN_SECONDS = 30;

/** Takes the dead letters of this run out of queues, and leaves those of others. */
export class DeadLettersOfRun {
  readonly #pipeline: PipelineUnderTest;

  constructor(pipeline: PipelineUnderTest) {
    this.#pipeline = pipeline;
  }

  /** Removes this run's dead letters from a queue, and returns them. Those of others are hidden meanwhile, also if that fails. */
  async take(queueUrl: string): Promise<OwnDeadLetter[]> {
    const queue = new SqsMessageQueue(this.#pipeline.on.clients.of(SQSClient), queueUrl);
    const taken: OwnDeadLetter[] = [];
    const others: string[] = [];
    try {
      for (;;) {
        const messages = await queue.receive(BATCH_SIZE, HIDDEN_SECONDS);
        if (messages.length === 0) return taken;
        for (const { Body, ReceiptHandle = '' } of messages) {
          const own = this.#ofRun(Body);
          if (own === undefined) {
            others.push(ReceiptHandle);
            continue;
          }
          await queue.delete(ReceiptHandle);
          taken.push(own);
        }
      }
    } finally {
      await queue.hide(others, 0);
    }
  }

  /** Removes what this run has left in any dead-letter queue of the stack: others may subscribe to the same event. */
  async takeAll(): Promise<void> {
    const urls = Object.entries(this.#pipeline.on.stack.outputs).filter(([key]) => key.endsWith('DlqUrl'));
    const sqs = this.#pipeline.on.clients.of(SQSClient);
    for (const [, url] of urls) {
      const { waiting } = await new SqsMessageQueue(sqs, url).depth();
      if (waiting > 0) await this.take(url);
    }
  }

  #ofRun(body: Message['Body'] = ''): OwnDeadLetter | undefined {
    if (!body.includes(this.#pipeline.userId(''))) return undefined;
    return JSON.parse(body);
  }
}

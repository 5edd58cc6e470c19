import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { newName } from '../../operations/deployed/archive.ts';
import type { OnStack } from '../../operations/deployed/stack.ts';
import { TEMPORARY_PREFIX } from '../../operations/deployed/temporary-names.ts';
import { QueueReader } from '../../operations/events/queue-reader.ts';
import type { Envelope } from '../../operations/events/session.ts';
import { TemporaryQueue } from '../../operations/events/temporary-queue.ts';

/** An event of the pipeline as scenarios look at it. */
export interface SeenEvent extends Envelope {
  readonly detail: {
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

/** Nobody in the pipeline subscribes to it. */
const PROBE = { Source: 'e2e', DetailType: 'Probe' };

/** What the watch needs of the pipeline. */
interface WatchedPipeline {
  readonly on: OnStack;
  output(key: string): string;
  put(event: Pick<PutEventsRequestEntry, 'Source' | 'DetailType' | 'Detail'>): Promise<void>;
  until<Found>(what: string, find: () => Promise<Found | undefined>): Promise<Found>;
}

/** A rule and a queue of the run's own, through which it sees the events of its users. */
export class EventWatch {
  readonly #pipeline: WatchedPipeline;
  readonly #prefix: string;
  readonly #seen: SeenEvent[] = [];
  #queue: TemporaryQueue | undefined;

  /** @param prefix how the ids of its users begin */
  constructor(pipeline: WatchedPipeline, prefix: string) {
    this.#pipeline = pipeline;
    this.#prefix = prefix;
  }

  /** Makes them, and waits until they are in effect, which on AWS takes a while: until an event of its own comes through. */
  async open(): Promise<void> {
    const { on } = this.#pipeline;
    this.#queue = new TemporaryQueue(on.clients, {
      name: newName(TEMPORARY_PREFIX, Date.now(), Math.random()),
      busArn: this.#pipeline.output('EventBusArn'),
      busName: this.#pipeline.output('EventBusName'),
      pattern: JSON.stringify({ detail: { data: { userId: [{ prefix: this.#prefix }] } } }),
    });
    await this.#queue.open(Date.now());
    await this.#pipeline.until('the temporary rule to be in effect', async () => {
      await this.#pipeline.put({ ...PROBE, Detail: JSON.stringify({ data: { userId: this.#prefix } }) });
      await this.#read();
      return this.#seen.find((event) => event['detail-type'] === PROBE.DetailType);
    });
  }

  /** Waits for that many events of a type about a user, and gives all that there are by then. */
  async events(detailType: string, userId: string, count = 1): Promise<SeenEvent[]> {
    return this.#pipeline.until(`${count} ${detailType} of ${userId}`, async () => {
      await this.#read();
      const found = this.#seen.filter(
        (event) => event['detail-type'] === detailType && event.detail.data.userId === userId,
      );
      return found.length >= count ? found : undefined;
    });
  }

  /** Removes both. */
  async close(): Promise<void> {
    await this.#queue?.close();
  }

  async #read(): Promise<void> {
    if (this.#queue === undefined) throw new Error('The watch is not open.');
    const reader = new QueueReader(this.#pipeline.on.clients.of(SQSClient), this.#queue.url);
    const received = await reader.next(1, new AbortController().signal);
    this.#seen.push(...received.map(({ event }) => event as SeenEvent));
  }
}

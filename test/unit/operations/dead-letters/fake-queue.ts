import { type DeadLetter, type QueueOwner, readDeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import type { MessageQueue, ReceivedMessage } from '../../../../operations/dead-letters/message-queue.ts';
import type { QueueDepth } from '../../../../operations/deployed/queue-depth.ts';

interface Waiting {
  readonly id: string;
  readonly body: string;
  visibleFrom: number;
  handle: string;
  receives: number;
}

/** A queue as SQS has them: a message may be deleted and hidden by its newest handle alone. */
export class FakeQueue implements MessageQueue {
  /** What was done, such as `receive`, `delete a`, `hide a 0`. */
  readonly calls: string[] = [];
  /** Milliseconds. */
  time = 0;
  /** Receives that find nothing although there is something. */
  emptyReceives = 0;
  /** Why messages cannot be read, by their ids. */
  readonly unreadable = new Map<string, string>();
  /** Called before each call; what it throws the call fails with. */
  beforeCall: (call: string) => void = () => {};
  #waiting: Waiting[] = [];
  #handles = 0;

  constructor(messages: Readonly<Record<string, string>> = {}) {
    for (const [id, body] of Object.entries(messages)) this.add(id, body);
  }

  add(id: string, body: string): void {
    this.#waiting.push({ id, body, visibleFrom: 0, handle: '', receives: 0 });
  }

  /** As {@link add}, to be received next: SQS keeps no order. */
  addFirst(id: string, body: string): void {
    this.add(id, body);
    this.#waiting.unshift(...this.#waiting.splice(-1));
  }

  /** Ids of all messages, and of those that anybody could receive now. */
  get ids(): string[] {
    return this.#waiting.map(({ id }) => id).sort();
  }

  get bodies(): string[] {
    return this.#waiting.map(({ body }) => body);
  }

  get visibleIds(): string[] {
    return this.#visible()
      .map(({ id }) => id)
      .sort();
  }

  readonly now = () => this.time;

  async depth(): Promise<QueueDepth> {
    this.#call('depth');
    const waiting = this.#visible().length;
    return { waiting, inFlight: this.#waiting.length - waiting };
  }

  async receive(most: number, hiddenSeconds: number): Promise<ReceivedMessage[]> {
    this.#call('receive');
    if (this.emptyReceives > 0) {
      this.emptyReceives -= 1;
      return [];
    }
    return this.#visible()
      .slice(0, most)
      .map((waiting) => {
        waiting.visibleFrom = this.time + hiddenSeconds * 1000;
        waiting.handle = `handle-${++this.#handles}`;
        waiting.receives += 1;
        const unreadable = this.unreadable.get(waiting.id);
        return {
          ...(unreadable !== undefined && { unreadable }),
          MessageId: waiting.id,
          ReceiptHandle: waiting.handle,
          Body: waiting.body,
          Attributes: { ApproximateReceiveCount: String(waiting.receives), SentTimestamp: '1714458435000' },
        };
      });
  }

  async delete(receiptHandle: string): Promise<void> {
    const waiting = this.#byHandle(receiptHandle);
    this.#call(`delete ${waiting?.id}`);
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
  }

  async hide(receiptHandles: readonly string[], seconds: number): Promise<void> {
    for (const handle of receiptHandles) {
      const waiting = this.#byHandle(handle);
      this.#call(`hide ${waiting?.id} ${seconds}`);
      if (waiting !== undefined) waiting.visibleFrom = this.time + seconds * 1000;
    }
  }

  /** Lets SQS deliver a message a second time while somebody has it. */
  deliverAgain(id: string): void {
    for (const waiting of this.#waiting) if (waiting.id === id) waiting.visibleFrom = 0;
  }

  #visible(): Waiting[] {
    return this.#waiting.filter(({ visibleFrom }) => visibleFrom <= this.time);
  }

  #byHandle(receiptHandle: string): Waiting | undefined {
    return this.#waiting.find(({ handle }) => handle === receiptHandle);
  }

  #call(call: string): void {
    this.beforeCall(call);
    this.calls.push(call);
  }
}

/** Messages `m01`, `m02` and so on, with the bodies that `bodyOf` makes. */
export function messages(count: number, bodyOf: (id: string) => string = (id) => id): Record<string, string> {
  const ids = Array.from({ length: count }, (_, index) => `m${String(index + 1).padStart(2, '0')}`);
  return Object.fromEntries(ids.map((id) => [id, bodyOf(id)]));
}

/** A body as a subscriber's dead-letter queue holds it. */
export function eventBody(eventId: string, more: object = {}): string {
  return JSON.stringify({
    version: '0',
    id: `bus-${eventId}`,
    'detail-type': 'UserRegistered',
    source: 'users-table',
    detail: {
      metadata: { schemaVersion: 1, eventId, correlationId: eventId },
      data: { userId: `user-${eventId}`, registeredAt: 1714458435 },
    },
    ...more,
  });
}

/** A body as the pipe's dead-letter queue holds it. */
export function pipeBody(start: string, end = start): string {
  return JSON.stringify({
    context: { partnerResourceArn: 'arn:aws:pipes:eu-west-1:123456789012:pipe/p', condition: 'RetryAttemptsExhausted' },
    version: '1.0',
    timestamp: '2026-11-22T09:00:00.000Z',
    DDBStreamBatchInfo: {
      shardId: 'shardId-1',
      startSequenceNumber: start,
      endSequenceNumber: end,
      approximateArrivalOfFirstRecord: '2026-11-22T08:00:00.000Z',
      approximateArrivalOfLastRecord: '2026-11-22T08:00:00.000Z',
      batchSize: 1,
      streamArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/users/stream/2026-11-22T00:00:00.000',
    },
  });
}

const SENT_AT = Date.parse('2026-11-22T09:00:00Z');

function deadLetter(id: string, body: string, owner: QueueOwner, attributes: Readonly<Record<string, string>> = {}) {
  const typed = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  return readDeadLetter(
    {
      MessageId: id,
      ReceiptHandle: `handle-of-${id}`,
      Body: body,
      Attributes: { SentTimestamp: String(SENT_AT), ApproximateReceiveCount: '6' },
      MessageAttributes: Object.fromEntries(typed),
    },
    owner,
  );
}

/** Dead letters of each kind. */
export function handlerFailure(id: string, more: object = {}): DeadLetter {
  return deadLetter(id, eventBody(id, more), 'subscriber');
}

export function deliveryFailure(id: string, code = 'NO_RESOURCE'): DeadLetter {
  const attributes = { RULE_ARN: 'arn:rule', ERROR_CODE: code, ERROR_MESSAGE: 'no queue', RETRY_ATTEMPTS: '0' };
  return deadLetter(id, eventBody(id), 'subscriber', attributes);
}

export function pipeFailure(id: string): DeadLetter {
  return deadLetter(id, pipeBody('111', '222'), 'pipe');
}

export function foreignMessage(id: string, body = 'hello'): DeadLetter {
  return deadLetter(id, body, 'subscriber');
}

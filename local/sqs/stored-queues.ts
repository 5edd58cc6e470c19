import type { StatementSync } from 'node:sqlite';
import type { FauxqsPersistence, QueuePersistence, SqsMessage, SqsQueue } from '../fauxqs-stores.ts';
import type { Storage } from '../storage.ts';

/**
 * The row is new, or takes over what the template says now. Unlike fauxqs's own REPLACE, that leaves the messages alone,
 * which would be deleted with the row.
 */
const KEEP_QUEUE = `
  INSERT INTO sqs_queues (name, url, arn, attributes, tags, created_timestamp, last_modified_timestamp)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET
    url = excluded.url, arn = excluded.arn, attributes = excluded.attributes,
    last_modified_timestamp = iif(attributes = excluded.attributes, last_modified_timestamp, excluded.last_modified_timestamp)
  RETURNING created_timestamp, last_modified_timestamp
`;

/** In the data folder: what fauxqs writes of its queues and their messages, and what the engine does otherwise. */
export class StoredQueues implements QueuePersistence {
  readonly #storage: Storage;
  readonly #fauxqs: FauxqsPersistence;
  readonly #keepQueue: StatementSync;
  readonly #release: StatementSync;
  readonly #count: StatementSync;
  readonly #bringForward: StatementSync;
  #notesReceives = true;
  #deletesQueues = true;

  constructor(storage: Storage, fauxqs: FauxqsPersistence) {
    const { db } = storage;
    this.#storage = storage;
    this.#fauxqs = fauxqs;
    this.#keepQueue = db.prepare(KEEP_QUEUE);
    this.#release = db.prepare(
      'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
    );
    this.#count = db.prepare(
      `UPDATE sqs_messages SET approximate_receive_count = max(approximate_receive_count, ?),
       approximate_first_receive_timestamp = coalesce(approximate_first_receive_timestamp, ?) WHERE message_id = ?`,
    );
    this.#bringForward = db.prepare(
      'UPDATE sqs_messages SET visibility_deadline = visibility_deadline - ?, delay_until = delay_until - ?',
    );
  }

  /** Puts into a queue that was just made the messages that the folder has for it. */
  load(queue: SqsQueue): void {
    this.#fauxqs.loadSqsMessages(queue);
    this.#storage.changed();
  }

  /**
   * Runs `receive`, whose messages stay in the folder as if nobody had received them: after a crash they are there again,
   * and that receive does not count.
   */
  withoutNotice<T>(receive: () => T): T {
    this.#notesReceives = false;
    try {
      return receive();
    } finally {
      this.#notesReceives = true;
    }
  }

  /**
   * Notes a receive after all.
   * @param inFlight how long it lasts; undefined if it has ended
   */
  noteReceive(
    { messageId, approximateFirstReceiveTimestamp }: SqsMessage,
    receives: number,
    inFlight: { readonly receiptHandle: string; readonly visibilityDeadline: number } | undefined,
  ): void {
    const firstReceivedAt = approximateFirstReceiveTimestamp ?? null;
    if (inFlight) {
      const { receiptHandle, visibilityDeadline } = inFlight;
      this.updateMessageInflight(messageId, receiptHandle, visibilityDeadline, receives, firstReceivedAt);
    } else {
      this.#count.run(receives, firstReceivedAt, messageId);
      this.#storage.changed();
    }
  }

  /** Runs `remove`, which removes a queue here and not in the folder. */
  keeping(remove: () => void): void {
    this.#deletesQueues = false;
    try {
      remove();
    } finally {
      this.#deletesQueues = true;
    }
  }

  /** Brings every deadline nearer by so many milliseconds. */
  bringDeadlinesForward(ms: number): void {
    this.#bringForward.run(ms, ms);
    this.#storage.changed();
  }

  insertQueue(queue: SqsQueue): void {
    const { name, url, arn, attributes, tags, createdTimestamp, lastModifiedTimestamp } = queue;
    const kept = this.#keepQueue.get(
      name,
      url,
      arn,
      JSON.stringify(attributes),
      JSON.stringify(Object.fromEntries(tags)),
      createdTimestamp,
      lastModifiedTimestamp,
    ) as { created_timestamp: number; last_modified_timestamp: number };
    Object.assign(queue, {
      createdTimestamp: kept.created_timestamp,
      lastModifiedTimestamp: kept.last_modified_timestamp,
    });
    this.#storage.changed();
  }

  deleteQueue(name: string): void {
    if (!this.#deletesQueues) return;
    this.#fauxqs.deleteQueue(name);
    this.#storage.changed();
  }

  updateQueueAttributes(name: string, attributes: Record<string, string>, lastModified: number): void {
    this.#fauxqs.updateQueueAttributes(name, attributes, lastModified);
    this.#storage.changed();
  }

  updateQueueSequenceCounter(name: string, counter: number): void {
    this.#fauxqs.updateQueueSequenceCounter(name, counter);
    this.#storage.changed();
  }

  insertMessage(queueName: string, message: SqsMessage): void {
    this.#fauxqs.insertMessage(queueName, message);
    this.#storage.changed();
  }

  deleteMessage(messageId: string): void {
    this.#fauxqs.deleteMessage(messageId);
    this.#storage.changed();
  }

  updateMessageInflight(
    messageId: string,
    receiptHandle: string | null,
    visibilityDeadline: number | null,
    receives: number,
    firstReceivedAt: number | null,
  ): void {
    if (!this.#notesReceives) return;
    this.#fauxqs.updateMessageInflight(messageId, receiptHandle, visibilityDeadline, receives, firstReceivedAt);
    this.#storage.changed();
  }

  /** fauxqs's own would take the count away, which its table does not allow. */
  updateMessageReady(messageId: string): void {
    this.#release.run(messageId);
    this.#storage.changed();
  }

  deleteQueueMessages(queueName: string): void {
    this.#fauxqs.deleteQueueMessages(queueName);
    this.#storage.changed();
  }
}

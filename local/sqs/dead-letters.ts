import type { StatementSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { SqsMessage, SqsQueue } from '../fauxqs-stores.ts';
import type { Storage } from '../storage.ts';

/** How a message came to its dead-letter queue. */
export interface DeadLetterOrigin {
  /** The queue whose redrive policy moved it. */
  readonly sourceArn: string;
  /** Unix epoch milliseconds. */
  readonly movedAt: number;
}

/** fauxqs keeps no note of it; the row goes with that of the message. */
const TABLE = `
  CREATE TABLE IF NOT EXISTS dead_letters (
    message_id TEXT PRIMARY KEY REFERENCES sqs_messages (message_id) ON DELETE CASCADE,
    source_arn TEXT NOT NULL,
    moved_at INTEGER NOT NULL
  )
`;

/**
 * Where each dead letter came from. A message that was sent to a dead-letter queue directly, as EventBridge does with what
 * it cannot deliver, has no origin.
 */
export class DeadLetters {
  readonly #clock: Clock;
  readonly #storage: Storage;
  readonly #origins = new WeakMap<SqsMessage, DeadLetterOrigin>();
  /** Undefined in memory, where messages are not in the database. */
  readonly #statements: { readonly insert: StatementSync; readonly ofQueue: StatementSync } | undefined;

  constructor(clock: Clock, storage: Storage) {
    this.#clock = clock;
    this.#storage = storage;
    if (!storage.fauxqs) return;
    storage.db.exec(TABLE);
    this.#statements = {
      insert: storage.db.prepare('INSERT INTO dead_letters (message_id, source_arn, moved_at) VALUES (?, ?, ?)'),
      ofQueue: storage.db.prepare(
        `SELECT message_id AS id, source_arn AS sourceArn, moved_at AS movedAt
         FROM dead_letters JOIN sqs_messages USING (message_id) WHERE queue_name = ?`,
      ),
    };
  }

  /** Undefined for a message that no redrive policy has moved. */
  originOf(message: SqsMessage): DeadLetterOrigin | undefined {
    return this.#origins.get(message);
  }

  /** Notes that a message was moved just now, after it was written to its new queue. */
  note(message: SqsMessage, sourceArn: string): void {
    const origin = { sourceArn, movedAt: this.#clock.now() };
    this.#origins.set(message, origin);
    this.#statements?.insert.run(message.messageId, sourceArn, origin.movedAt);
    this.#storage.changed();
  }

  /** Finds again what the data folder knows of the messages of a queue. */
  load({ name, messages, inflightMessages }: SqsQueue): void {
    if (!this.#statements) return;
    const inflight = Array.from(inflightMessages.values(), ({ message }) => message);
    const byId = new Map([...messages, ...inflight].map((message) => [message.messageId, message]));
    const rows = this.#statements.ofQueue.all(name) as unknown as (DeadLetterOrigin & { id: string })[];
    for (const { id, sourceArn, movedAt } of rows) {
      const message = byId.get(id);
      if (message) this.#origins.set(message, { sourceArn, movedAt });
    }
  }
}

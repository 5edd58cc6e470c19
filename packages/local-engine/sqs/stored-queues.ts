import type { SQLOutputValue } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';
import { type Message, md5 } from './message.ts';
import type { Queue, QueuedMessage, QueueIdentity } from './queue.ts';
import type { QueueAttributes } from './queue-attributes.ts';

/** A message that a client has received has a receipt and a time. One that a function has received has neither: it is visible again. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS queues (
    name TEXT PRIMARY KEY,
    made_by_client INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    tags TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS queue_messages (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    trace_header TEXT,
    group_id TEXT,
    sent_at INTEGER NOT NULL,
    receives INTEGER NOT NULL,
    first_received_at INTEGER,
    source_arn TEXT,
    moved_at INTEGER,
    visible_at INTEGER,
    receipt_id TEXT,
    received_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS messages_of_queue ON queue_messages (queue);
`;

/** Adds a queue, or updates its attributes to those of the template; its messages stay. */
const KEEP_QUEUE = `
  INSERT INTO queues (name, made_by_client, attributes, tags, created_at, modified_at) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET
    attributes = excluded.attributes,
    modified_at = iif(attributes = excluded.attributes, modified_at, excluded.modified_at)
  RETURNING created_at AS createdAt, modified_at AS modifiedAt
`;

const INSERT = `
  INSERT INTO queue_messages (queue, message_id, body, attributes, trace_header, group_id, sent_at, receives,
    first_received_at, source_arn, moved_at, visible_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
`;

const RECEIVED = `
  UPDATE queue_messages SET receives = max(receives, ?), first_received_at = ?, visible_at = ?, receipt_id = ?, received_at = ?
  WHERE id = ?
`;

const COUNTED = 'UPDATE queue_messages SET receives = max(receives, ?), first_received_at = ? WHERE id = ?';

type Row = Record<string, SQLOutputValue>;

/** A queue that a client has made. */
export interface StoredQueue {
  readonly name: string;
  readonly attributes: QueueAttributes;
  readonly tags: Readonly<Record<string, string>>;
}

/** Queues and their messages in the data folder. */
export class StoredQueues {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.db.exec(TABLES);
  }

  /** The queues that clients have made. */
  madeByClients(): StoredQueue[] {
    const rows = this.#storage.prepared('SELECT name, attributes, tags FROM queues WHERE made_by_client').all();
    return rows.map(({ name, attributes, tags }) => ({
      name: String(name),
      attributes: JSON.parse(String(attributes)),
      tags: JSON.parse(String(tags)),
    }));
  }

  /** Keeps a new queue, and adds the messages that the folder has for it. */
  keep(queue: Queue, { isByClient }: { isByClient: boolean }): void {
    const { name, attributes, tags, createdAt, modifiedAt } = queue;
    const texts = [JSON.stringify(attributes), JSON.stringify(tags)];
    const known = this.#storage.prepared(KEEP_QUEUE).get(name, Number(isByClient), ...texts, createdAt, modifiedAt);
    Object.assign(queue, known);
    for (const row of this.#storage.prepared('SELECT * FROM queue_messages WHERE queue = ? ORDER BY id').all(name)) {
      const queued = queue.add(messageOf(row), numberOf(row, 'visible_at'), receiptOf(row));
      queued.row = Number(row.id);
    }
    this.#storage.changed();
  }

  update({ name, attributes, tags, modifiedAt }: Queue): void {
    const values = [JSON.stringify(attributes), JSON.stringify(tags), modifiedAt, name];
    this.#storage.run('UPDATE queues SET attributes = ?, tags = ?, modified_at = ? WHERE name = ?', ...values);
  }

  /** Removes a queue with its messages. */
  remove({ name }: QueueIdentity): void {
    this.#storage.run('DELETE FROM queues WHERE name = ?', name);
    this.purge({ name });
  }

  /** Removes all messages of a queue. */
  purge({ name }: Pick<QueueIdentity, 'name'>): void {
    this.#storage.run('DELETE FROM queue_messages WHERE queue = ?', name);
  }

  /** @param visibleAt the end of its delay */
  add(queue: QueueIdentity, queued: QueuedMessage, visibleAt?: number): void {
    const { messageId, body, attributes, traceHeader, groupId, sentAt, receives, firstReceivedAt, origin } =
      queued.message;
    const content = [messageId, body, JSON.stringify(attributes), traceHeader ?? null, groupId ?? null];
    const history = [sentAt, receives, firstReceivedAt ?? null, origin?.sourceArn ?? null, origin?.movedAt ?? null];
    queued.row = this.#storage.run(INSERT, queue.name, ...content, ...history, visibleAt ?? null);
  }

  delete({ row }: QueuedMessage): void {
    this.#storage.run('DELETE FROM queue_messages WHERE id = ?', row ?? null);
  }

  /** Keeps a receive, or its new end: after a restart the message is hidden until then. */
  hidden({ row, message, receipt }: QueuedMessage, receives: number, visibleAt: number): void {
    const ofReceipt = [receipt?.id ?? null, receipt?.at ?? null];
    const values = [receives, message.firstReceivedAt ?? null, visibleAt, ...ofReceipt, row ?? null];
    this.#storage.run(RECEIVED, ...values);
  }

  /** Keeps how often a message was received, and nothing else. */
  counted({ row, message }: QueuedMessage, receives: number): void {
    this.#storage.run(COUNTED, receives, message.firstReceivedAt ?? null, row ?? null);
  }
}

function messageOf(row: Row): Message {
  const body = String(row.body);
  return {
    messageId: String(row.message_id),
    body,
    attributes: JSON.parse(String(row.attributes)),
    ...(row.trace_header !== null && { traceHeader: String(row.trace_header) }),
    ...(row.group_id !== null && { groupId: String(row.group_id) }),
    md5OfBody: md5(body),
    sentAt: numberOf(row, 'sent_at') ?? 0,
    receives: numberOf(row, 'receives') ?? 0,
    firstReceivedAt: numberOf(row, 'first_received_at'),
    origin:
      row.source_arn === null
        ? undefined
        : { sourceArn: String(row.source_arn), movedAt: numberOf(row, 'moved_at') ?? 0 },
  };
}

function receiptOf(row: Row): QueuedMessage['receipt'] {
  return row.receipt_id === null ? undefined : { id: String(row.receipt_id), at: numberOf(row, 'received_at') ?? 0 };
}

function numberOf(row: Row, column: string): number | undefined {
  const { [column]: value } = row;
  return value === null ? undefined : Number(value);
}

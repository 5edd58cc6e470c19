import type { DatabaseSync } from 'node:sqlite';
import type { buildApp } from 'fauxqs';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
export type SqsStore = Stores['sqsStore'];
export type S3Store = Stores['s3Store'];
export type SqsQueue = ReturnType<SqsStore['createQueue']>;
export type SqsMessage = SqsQueue['messages'][number];

/** What queues tell of their changes. Times of messages are in Unix epoch milliseconds, those of queues in seconds. */
export interface QueuePersistence {
  insertQueue(queue: SqsQueue): void;
  deleteQueue(name: string): void;
  updateQueueAttributes(name: string, attributes: Record<string, string>, lastModified: number): void;
  updateQueueSequenceCounter(name: string, counter: number): void;
  insertMessage(queueName: string, message: SqsMessage): void;
  deleteMessage(messageId: string): void;
  updateMessageInflight(
    messageId: string,
    receiptHandle: string | null,
    visibilityDeadline: number | null,
    receiveCount: number,
    firstReceiveTimestamp: number | null,
  ): void;
  updateMessageReady(messageId: string): void;
  deleteQueueMessages(queueName: string): void;
}

/** What writes the stores' contents to SQLite, as far as the engine needs to see into it. */
export interface FauxqsPersistence extends QueuePersistence {
  readonly db: DatabaseSync;
  loadSqsMessages(queue: SqsQueue): void;
  loadS3(store: S3Store): void;
  close(): void;
}

type SqsStoreClass = (new () => SqsStore) & {
  createMessage(body: string, attributes?: SqsMessage['messageAttributes'], delaySeconds?: number): SqsMessage;
};

/**
 * fauxqs's stores. Its package exports only the whole server, which creates every queue under an account of its own and
 * keeps the stores to itself; the engine needs the stores, to name queues by their real ARNs and to be told of arrivals.
 */
const inPackage = (file: string): string => new URL(file, import.meta.resolve('fauxqs')).href;

export const { SqsStore }: { SqsStore: SqsStoreClass } = await import(inPackage('./sqs/sqsStore.js'));
export const { S3Store }: { S3Store: new () => S3Store } = await import(inPackage('./s3/s3Store.js'));
export const { SnsStore }: { SnsStore: new () => Stores['snsStore'] } = await import(inPackage('./sns/snsStore.js'));
export const { PersistenceManager }: { PersistenceManager: new (folder: string) => FauxqsPersistence } = await import(
  inPackage('./persistence.js')
);

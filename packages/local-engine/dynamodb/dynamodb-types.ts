/** A DynamoDB item in its typed JSON form: attribute name to `{ S: … }`, `{ N: … }` and so on. */
export type Item = Readonly<Record<string, AttributeValue>>;
export type AttributeValue = Readonly<Record<string, unknown>>;

type Callback<T = void> = (error: Error | null, value?: T) => void;

/** What dynalite keeps the items of one table in: asynchronous, with a lock for each key. */
export interface ItemStore {
  get(key: string, done: Callback<Item>): void;
  put(key: string, item: Item, done: Callback): void;
  del(key: string, done: Callback): void;
  batch(puts: readonly { type: 'put'; key: string; value: Item }[], done: Callback): void;
}

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/**
 * One record of a table's stream, as GetRecords and pipes give it.
 * Source: DynamoDB API reference, `Record`; a real one carries eventVersion 1.1.
 */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    /** Unix epoch seconds, rounded down. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber: string;
    /** Bytes. */
    readonly SizeBytes: number;
    readonly StreamViewType: StreamViewType;
  };
}

/** A DynamoDB item in its typed JSON form: attribute name to `{ S: … }`, `{ N: … }` and so on. */
export type Item = Readonly<Record<string, AttributeValue>>;
export type AttributeValue = Readonly<Record<string, unknown>>;

type Callback<T = void> = (error: Error | null, value?: T) => void;

/** dynalite's store for the items of one table: asynchronous, with a lock for each key. */
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

const SETS = new Set(['SS', 'NS', 'BS']);

/**
 * Whether two items have the same attributes. A write that does not change an item makes no stream record.
 * Sets have no order. Source: DynamoDB developer guide, Streams.
 */
export function sameItem(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameValue(a[name], b[name]));
}

function sameValue(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const type = Object.keys(a)[0];
  if (type === undefined || !(type in b)) return false;
  const left = a[type];
  const right = b[type];
  if (type === 'M') return sameItem(left as Item, right as Item);
  if (type === 'L') return sameList(left as AttributeValue[], right as AttributeValue[]);
  if (SETS.has(type)) return sameSet(left as string[], right as string[]);
  return left === right;
}

function sameList(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  return a.length === b.length && a.every((value, index) => sameValue(value, b[index]));
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const members = new Set(b);
  return a.length === members.size && a.every((member) => members.has(member));
}

/** A write to an item: its old and its new image, undefined if there is none. */
export interface ItemChange {
  /** The item's key in the store. */
  readonly key: string;
  readonly oldImage: Item | undefined;
  readonly newImage: Item | undefined;
}

/**
 * The item store of a table, which calls `changed` for each write, in the same turn. dynalite locks the key around each read and
 * write, so the old image is the one that the condition was checked against.
 */
export function captureChanges(items: ItemStore, changed: (change: ItemChange) => void): ItemStore {
  const write = (key: string, newImage: Item | undefined, done: (error: Error | null) => void): void => {
    items.get(key, (readError, found) => {
      if (readError && readError.name !== 'NotFoundError') return done(readError);
      const oldImage = readError ? undefined : found;
      const written = (writeError: Error | null) => {
        if (!writeError) changed({ key, oldImage, newImage });
        done(writeError);
      };
      if (newImage === undefined) items.del(key, written);
      else items.put(key, newImage, written);
    });
  };
  const capturing: ItemStore = Object.create(items);
  capturing.put = (key, item, done) => write(key, item, done);
  capturing.del = (key, done) => write(key, undefined, done);
  return capturing;
}

/** Those of the named attributes that the item has. */
export function pickAttributes(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}

/** A DynamoDB item in its typed JSON form: attribute name to `{ S: … }`, `{ N: … }` and so on. */
export type Item = Readonly<Record<string, AttributeValue>>;
export type AttributeValue = Readonly<Record<string, unknown>>;

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

/** Those of the named attributes that the item has. */
export function pickAttributes(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}

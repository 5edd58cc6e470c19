import type { AttributeValue, Item } from './dynamodb-types.ts';

const SETS = new Set(['SS', 'NS', 'BS']);

/**
 * Whether two items hold the same attributes. A write that leaves an item as it was makes no stream record.
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

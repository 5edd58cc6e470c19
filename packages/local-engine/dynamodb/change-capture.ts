import type { Item, ItemStore } from './dynamodb-types.ts';

/** A write to an item: what it was before and is now, undefined where there is none. */
export interface ItemChange {
  /** The item's key in the store. */
  readonly key: string;
  readonly oldImage: Item | undefined;
  readonly newImage: Item | undefined;
}

/**
 * The item store of a table, with its writes told to `changed` in the turn in which they are done. dynalite holds its lock on
 * the key around each read and write, so the old image is the one that the condition was judged on.
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

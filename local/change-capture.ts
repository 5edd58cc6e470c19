import db from 'dynalite/db/index.js';
import type { DynamoDbStream } from './dynamodb-stream.ts';
import type { Item, ItemStore } from './dynamodb-types.ts';

/**
 * The item store of a table, with its writes captured into the table's stream. dynalite holds its lock on the key around
 * each read and write, so the old image is the one that the condition was judged on.
 */
export function captureChanges(items: ItemStore, stream: DynamoDbStream, keyNames: readonly string[]): ItemStore {
  const write = (key: string, newImage: Item | undefined, done: (error: Error | null) => void): void => {
    items.get(key, (readError, found) => {
      if (readError && readError.name !== 'NotFoundError') return done(readError);
      const oldImage = readError ? undefined : found;
      const written = (writeError: Error | null) => {
        const image = newImage ?? oldImage;
        if (!writeError && image !== undefined) {
          const keys = pickAttributes(image, keyNames);
          const sizeBytes = [keys, oldImage ?? {}, newImage ?? {}].reduce((sum, item) => sum + db.itemSize(item), 0);
          stream.append({ keys, oldImage, newImage, sizeBytes });
        }
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

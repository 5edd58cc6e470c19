import { createHash } from 'node:crypto';
import type { StreamItem } from './answers.ts';

/**
 * A stream of states, each as a whole, when it has changed. An item's id is of its content: a browser that connects again
 * with the last id gets whatever it has missed, and nothing twice.
 * @param lastId the id of the last item that the browser got
 */
export async function* snapshots<T extends object>(
  states: AsyncIterable<T>,
  lastId: string | readonly string[] | undefined,
): AsyncGenerator<StreamItem> {
  let last = lastId;
  for await (const state of states) {
    const id = createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 16);
    if (id === last) continue;
    last = id;
    yield { id, data: state };
  }
}

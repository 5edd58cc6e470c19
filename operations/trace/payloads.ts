import type { JournalEntry } from '../journal/journal.ts';
import { parseObject } from '../messages/json-fields.ts';

/** What a stream record, an event or a message contains, by its id. */
export type Payloads = ReadonlyMap<string, unknown>;

/** The payloads of a journal's entries. The same id never stands for two of them. */
export function payloadsIn(entries: readonly JournalEntry[]): Payloads {
  const found = new Map<string, unknown>();
  for (const entry of entries) {
    const [id, payload] = payloadOf(entry);
    if (typeof id === 'string') found.set(id, payload);
  }
  return found;
}

function payloadOf(entry: JournalEntry): readonly [id?: unknown, payload?: unknown] {
  switch (entry.hop) {
    case 'stream-record':
      return [
        entry.eventId,
        {
          eventName: entry.eventName,
          keys: entry.keys,
          ...(entry.newImage !== undefined && { newImage: entry.newImage }),
        },
      ];
    case 'event':
      return [entry.eventId, { source: entry.source, 'detail-type': entry.detailType, detail: entry.detail }];
    case 'message':
    case 'redriven-to-dlq': {
      const body = String(entry.body);
      return [entry.messageId, parseObject(body) ?? body];
    }
    default:
      return [];
  }
}

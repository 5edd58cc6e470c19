import type { JournalEntry } from '../../../packages/local-engine/index.ts';

/** The body of a message with an event, so far as promises read it. */
export interface MessageBody {
  readonly id?: string;
  readonly 'detail-type'?: string;
  readonly 'replay-name'?: string;
  /** Absent for a message that holds no event, such as a dead letter of the pipe. */
  readonly detail?: unknown;
}

const parsed = new WeakMap<JournalEntry, MessageBody>();

/** The body of a message, by its entry in the journal. Several promises read each, so it is parsed once. */
export function bodyOf(entry: JournalEntry): MessageBody {
  const known = parsed.get(entry);
  if (known !== undefined) return known;
  const body = JSON.parse(String(entry.body)) as MessageBody;
  parsed.set(entry, body);
  return body;
}

import type { JournalEntry } from '../../../packages/local-engine/index.ts';

/** The text of a field of a log line, which is JSON. */
const FIELDS = { service: /"service":"([^"]*)"/, eventId: /"eventId":"([^"]*)"/, message: /"message":"([^"]*)"/ };

/** What subscribers say that they have handled, as `uri-recorder EVENT_ID`: their log has a line about it that is no failure. */
export function handledIn(entries: readonly JournalEntry[]): ReadonlySet<string> {
  const handled = new Set<string>();
  for (const { hop, line } of entries) {
    if (hop !== 'log') continue;
    const text = String(line);
    const [service, eventId, message] = [FIELDS.service, FIELDS.eventId, FIELDS.message].map(
      (field) => field.exec(text)?.[1],
    );
    if (eventId !== undefined && message !== 'event not handled') handled.add(`${service} ${eventId}`);
  }
  return handled;
}

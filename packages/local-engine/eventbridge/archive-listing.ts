import type { Archive, ArchivePosition } from './archive.ts';
import type { BusEvent } from './bus-event.ts';
import type { Bus } from './buses.ts';
import { replayedEvent } from './replay.ts';

export interface ArchiveListingRequest {
  /** Unix epoch milliseconds of the events' own times, inclusive. @default - from the first event */
  readonly from?: number;
  /** Unix epoch milliseconds, exclusive. @default - up to the last event, which is included */
  readonly to?: number;
  /** `next` of the page before. @default - from the beginning */
  readonly after?: string;
  /** Events in a page, at most. */
  readonly limit: number;
}

export interface ArchiveListing {
  readonly events: readonly ArchivedLine[];
  /** Where the next page begins; absent on the last. */
  readonly next?: string;
}

/** An archived event as a log line. */
interface ArchivedLine {
  /** Unix epoch milliseconds of the event's own time. */
  readonly timestamp: number;
  /**
   * JSON: `id` (a replay emits the event with another one), `source`, `detailType`, `time`, and `rules`, the names of those that
   * would match it when replayed.
   */
  readonly message: string;
  /** Its position: as `after` it lists what stands behind it. */
  readonly id: string;
}

/** The form of an {@link ArchivedLine.id}. */
export const ARCHIVE_POSITION = /^-?\d{1,15}\.\d{1,15}$/;

/** Patterns see that an event is replayed, but not yet by which replay. AWS allows no such name. */
const ANY_REPLAY = '(any replay)';

/**
 * What a replay of these times would emit, in its order, and which enabled rules of the bus would match it. A rule whose
 * pattern names a certain replay is not among them.
 */
export function listArchive(archive: Archive, bus: Bus, request: ArchiveListingRequest): ArchiveListing {
  const { from, to, after, limit } = request;
  const window = {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(after !== undefined && { after: parsePosition(after) }),
  };
  const page = archive.page(window, limit);
  const rules = [...bus.rules.values()].filter(({ isEnabled }) => isEnabled);
  const events = page.map((archived): ArchivedLine => {
    const original = JSON.parse(archived.body) as BusEvent;
    const { id, source, 'detail-type': detailType, time } = original;
    const event = replayedEvent(original, ANY_REPLAY, id);
    const matching = rules.filter(({ matches }) => matches(event)).map(({ name }) => name);
    const message = JSON.stringify({ id, source, detailType, time, rules: matching });
    return { timestamp: archived.time, message, id: formatPosition(archived) };
  });
  const last = page.length === limit ? page.at(-1) : undefined;
  return { events, ...(last && { next: formatPosition(last) }) };
}

function formatPosition({ minute, sequence }: ArchivePosition): string {
  return `${minute}.${sequence}`;
}

function parsePosition(text: string): ArchivePosition {
  if (!ARCHIVE_POSITION.test(text)) throw new Error(`${text} is not a position in an archive.`);
  const [minute, sequence] = text.split('.').map(Number);
  return { minute: minute as number, sequence: sequence as number };
}

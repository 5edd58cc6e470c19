import type { BusEvent } from './bus-event.ts';
import type { Clock } from './clock.ts';
import type { EventMatcher } from './event-pattern.ts';

export interface ArchiveProps {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  /** What it keeps. @default everything but replayed events */
  readonly matches?: EventMatcher;
  /** Days; 0 keeps events for ever. */
  readonly retentionDays: number;
  readonly clock: Clock;
}

export interface ArchivedEvent {
  /** Unix epoch milliseconds of the event's own time. */
  readonly time: number;
  /** Unix epoch milliseconds of its arrival, from which its retention counts. */
  readonly archivedAt: number;
  /** The envelope as JSON text. */
  readonly body: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * An archive: it keeps the events that it matches, as they came. Replayed events are never archived again.
 * Source: EventBridge user guide, eb-archive.
 */
export class Archive {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly retentionDays: number;
  readonly #props: ArchiveProps;
  #events: ArchivedEvent[] = [];
  #bytes = 0;

  constructor(props: ArchiveProps) {
    this.#props = props;
    this.name = props.name;
    this.arn = props.arn;
    this.busArn = props.busArn;
    this.retentionDays = props.retentionDays;
  }

  /** Keeps the event if it is to be kept; says whether it did. */
  offer(event: BusEvent, body: string): boolean {
    if (event['replay-name'] !== undefined) return false;
    if (this.#props.matches && !this.#props.matches(event)) return false;
    this.#expire();
    this.#events.push({ time: Date.parse(event.time), archivedAt: this.#props.clock.now(), body });
    this.#bytes += Buffer.byteLength(body);
    return true;
  }

  get events(): readonly ArchivedEvent[] {
    this.#expire();
    return this.#events;
  }

  get sizeBytes(): number {
    return this.#bytes;
  }

  /** Drops what is past retention; the events stand in the order of their arrival. */
  #expire(): void {
    if (this.retentionDays === 0) return;
    const horizon = this.#props.clock.now() - this.retentionDays * DAY_MS;
    const oldest = this.#events[0];
    if (oldest === undefined || oldest.archivedAt >= horizon) return;
    const kept = this.#events.filter((event) => event.archivedAt >= horizon);
    this.#events = kept;
    this.#bytes = kept.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  }
}

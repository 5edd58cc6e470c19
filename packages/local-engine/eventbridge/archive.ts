import type { Clock } from '../core/clock.ts';
import type { ArchivedEvent, ArchivedEvents, ArchiveTotals, ArchiveWindow } from './archived-events.ts';
import type { BusEvent } from './bus-event.ts';
import { compileEventPattern, type EventMatcher } from './event-pattern/event-pattern.ts';

export interface ArchiveProps {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly description?: string;
  /** What it keeps. @default everything but replayed events */
  readonly pattern?: unknown;
  /** Days; 0 keeps events for ever. */
  readonly retentionDays: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * An archive: it keeps the events that it matches, as they came. Replayed events are never archived again.
 * Source: EventBridge user guide, eb-archive.
 */
export class Archive {
  readonly props: ArchiveProps;
  readonly #events: ArchivedEvents;
  readonly #clock: Clock;
  readonly #matches: EventMatcher | undefined;
  /** No event is older than this, in Unix epoch milliseconds of arrival. */
  #oldest: number;

  /** @throws InvalidEventPatternError */
  constructor(props: ArchiveProps, events: ArchivedEvents, clock: Clock) {
    this.props = props;
    this.#events = events;
    this.#clock = clock;
    this.#matches = props.pattern === undefined ? undefined : compileEventPattern(props.pattern);
    events.create(props.name, clock.now());
    this.#oldest = events.oldest(props.name) ?? clock.now();
  }

  /** Keeps the event if it is to be kept; says whether it did. */
  offer(event: BusEvent, body: string): boolean {
    if (event['replay-name'] !== undefined) return false;
    if (this.#matches && !this.#matches(event)) return false;
    this.#expire();
    this.#events.append(this.props.name, { time: Date.parse(event.time), archivedAt: this.#clock.now(), body });
    return true;
  }

  /** Up to `limit` events of a window, in the order in which a replay takes them: minute by minute, as they arrived. */
  page(window: ArchiveWindow, limit: number): readonly ArchivedEvent[] {
    this.#expire();
    return this.#events.page(this.props.name, window, limit);
  }

  get totals(): ArchiveTotals {
    this.#expire();
    return this.#events.totals(this.props.name);
  }

  /** Drops what is past retention, which counts from an event's arrival. */
  #expire(): void {
    const { name, retentionDays } = this.props;
    if (retentionDays === 0) return;
    const horizon = this.#clock.now() - retentionDays * DAY_MS;
    if (this.#oldest >= horizon) return;
    this.#events.expire(name, horizon);
    this.#oldest = this.#events.oldest(name) ?? this.#clock.now();
  }
}

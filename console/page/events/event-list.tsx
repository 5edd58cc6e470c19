import { useSignal } from '@preact/signals';
import type { EventView } from '../../contract/events.ts';
import { adjust } from '../address.ts';
import { Time } from '../parts.tsx';

/** Of a row, in pixels; the style sheet has the same. */
const ROW = 30;

/** Of the list, in pixels. */
const HEIGHT = 420;

/** Rows above and below what is seen, so that scrolling shows no gap. */
const SPARE = 6;

interface EventListProps {
  /** The latest first. */
  readonly events: readonly EventView[];
  readonly chosen: string | undefined;
}

/** A long list, of which only the rows that are seen exist. */
export function EventList({ events, chosen }: EventListProps) {
  const top = useSignal(0);
  const first = Math.max(0, Math.floor(top.value / ROW) - SPARE);
  const seen = events.slice(first, first + Math.ceil(HEIGHT / ROW) + 2 * SPARE);
  return (
    <div class="event-list">
      <div class="event-row head" aria-hidden="true">
        <span>Time</span>
        <span>Type</span>
        <span>User</span>
        <span>Source</span>
        <span>Event id</span>
      </div>
      <div
        class="scroll"
        style={{ maxHeight: `${HEIGHT}px` }}
        onScroll={({ currentTarget }) => {
          top.value = currentTarget.scrollTop;
        }}
      >
        <ol style={{ height: `${events.length * ROW}px`, paddingTop: `${first * ROW}px` }}>
          {seen.map((event) => (
            <Row key={event.id} event={event} isChosen={event.id === chosen} />
          ))}
        </ol>
      </div>
    </div>
  );
}

function Row({ event, isChosen }: { readonly event: EventView; readonly isChosen: boolean }) {
  const { id, at, type, source, userId, replay } = event;
  return (
    <li>
      <button
        type="button"
        class="opens event-row"
        data-step={id}
        aria-expanded={isChosen}
        onClick={() => adjust({ event: isChosen ? undefined : id })}
      >
        <span class="number">
          <Time at={at} />
        </span>
        <span class="type">
          {type} {replay !== undefined && <span class="badge">replay {replay}</span>}
        </span>
        <span class="id">{userId}</span>
        <span>{source}</span>
        <span class="id">{id}</span>
      </button>
    </li>
  );
}

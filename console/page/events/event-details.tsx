import type { EventView, VerdictView } from '../../contract/events.ts';
import { adjust, userAddress } from '../address.ts';
import { Copy, Time } from '../parts.tsx';

interface EventDetailsProps {
  readonly event: EventView;
  readonly verdicts: readonly VerdictView[];
}

/** An event: which rules matched it, why the others did not, and its detail. */
export function EventDetails({ event, verdicts }: EventDetailsProps) {
  const { id, at, type, userId, detail } = event;
  return (
    <section class="event-details" aria-labelledby="event-title">
      <div class="heading">
        <h2 id="event-title">
          {type} <span class="id">{id}</span>
        </h2>
        <span class="quiet">
          <Time at={at} />
        </span>
        {userId !== undefined && <a href={userAddress(userId)}>What happened to this user</a>}
        <button type="button" class="small" onClick={() => adjust({ send: id, sample: undefined })}>
          Copy as a new event
        </button>
      </div>
      <ul class="verdicts">
        {verdicts.map(({ subscriber, isMatched, reason }) => (
          <li key={subscriber}>
            <span class={isMatched ? 'verdict done' : 'quiet'}>
              <span aria-hidden="true">{isMatched ? '✓' : '–'}</span> {subscriber}
            </span>{' '}
            {isMatched ? 'matches' : `does not match: ${reason ?? 'reason unknown'}`}
          </li>
        ))}
      </ul>
      <div class="payload">
        <div class="heading">
          <h3>Detail</h3>
          <Copy text={detail} what="JSON" />
        </div>
        <pre>{detail}</pre>
      </div>
    </section>
  );
}

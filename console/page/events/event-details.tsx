import type { EventView, VerdictView } from '../../contract/events.ts';
import { adjust, userAddress } from '../address.ts';
import { Payload, StateMark, Time } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { Problem } from '../states.tsx';
import { TriedRules } from './send/tried-event.tsx';
import { useTry } from './send/use-try.ts';

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
      {info.value?.place === 'aws' ? <RulesNow event={event} /> : <Verdicts verdicts={verdicts} />}
      <Payload title="Detail" text={detail} what="JSON" />
    </section>
  );
}

/** What the rules decided, by the engine's journal. */
function Verdicts({ verdicts }: Pick<EventDetailsProps, 'verdicts'>) {
  return (
    <ul class="verdicts">
      {verdicts.map(({ subscriber, isMatched, reason }) => (
        <li key={subscriber}>
          <StateMark standing={isMatched ? 'done' : 'quiet'}>{subscriber}</StateMark>{' '}
          {isMatched ? 'matches' : `does not match: ${reason ?? 'reason unknown'}`}
        </li>
      ))}
    </ul>
  );
}

/** AWS does not say what its rules decided: the event is tried on them as they are now. */
function RulesNow({ event: { type, source, replay, detail } }: Pick<EventDetailsProps, 'event'>) {
  const { answer: tried, problem } = useTry(
    asJson({ 'detail-type': type, source, 'replay-name': replay }, detail),
    'it-is',
  );
  return (
    <>
      <p class="quiet">AWS does not say what its rules decided. This is what they decide as they are now:</p>
      {problem !== undefined && <Problem text={problem} />}
      {tried !== undefined && <TriedRules rules={tried.rules} />}
    </>
  );
}

/** Undefined for a detail that is cut. */
function asJson(envelope: object, detail: string): string | undefined {
  try {
    return JSON.stringify({ ...envelope, detail: JSON.parse(detail) });
  } catch {
    return undefined;
  }
}

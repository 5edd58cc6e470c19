import { useEffect, useMemo } from 'preact/hooks';
import type { EventNews } from '../../contract/events.ts';
import { address, adjust } from '../address.ts';
import { Command, LiveState, Problem, Skeleton } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { useLive } from '../server.ts';
import { count } from '../texts.ts';
import { EventDetails } from './event-details.tsx';
import { EventList } from './event-list.tsx';
import { EventLog } from './event-log.ts';
import { NEW, SendPanel } from './send/send-panel.tsx';

/** The events of the bus as they come. On AWS, watching a bus needs a rule and a queue, which the command makes and removes. */
export function EventsView() {
  useEffect(() => {
    document.title = 'Events · Console';
  }, []);
  const { place, stack = '' } = info.value ?? {};
  return place === 'aws' ? <OnAws stack={stack} /> : <Tail />;
}

function OnAws({ stack }: { readonly stack: string }) {
  return (
    <>
      <div class="heading">
        <h1>Events</h1>
        <SendLink />
      </div>
      {address.value.query.has('send') && <SendPanel find={() => undefined} />}
      <div class="notice">
        <p>AWS has no call to watch a bus. The command makes a temporary rule and queue for it, and removes them:</p>
        <Command text={`npx pipeline events --follow --stack ${stack}`} />
      </div>
    </>
  );
}

function Tail() {
  const log = useMemo(() => new EventLog(), []);
  const live = useLive<EventNews>('/api/events', (news) => log.add(news));
  const { data, state, problem } = live.value;
  const { query } = address.value;
  const filter = { type: query.get('type') ?? '', user: query.get('user') ?? '', text: query.get('text') ?? '' };
  const events = log.matching(filter);
  const chosen = log.find(query.get('event') ?? '');
  return (
    <>
      <div class="heading">
        <h1>Events</h1>
        <LiveState live={live.value} />
        <SendLink />
      </div>
      {query.has('send') && <SendPanel find={(id) => log.find(id)} />}
      {state === 'stale' && problem !== undefined && <Problem text={problem} />}
      {data === undefined && state === 'loading' && <Skeleton lines={8} />}
      {data !== undefined && (
        <>
          <Filters log={log} />
          {log.hasGap.value && (
            <p class="notice">
              More events came than can be shown here; some are left out. The archive has all of them.
            </p>
          )}
          {events.length === 0 ? (
            <p class="notice">No such event has come yet.</p>
          ) : (
            <EventList events={events} chosen={chosen?.id} />
          )}
          {chosen !== undefined && <EventDetails event={chosen} verdicts={log.verdictsOf(chosen.id)} />}
          <p class="source">
            {count(events.length, 'event')}. Read from the engine's journal, which makes no rule on the bus.
          </p>
        </>
      )}
    </>
  );
}

function SendLink() {
  return (
    <button type="button" class="small" onClick={() => adjust({ send: NEW, sample: undefined })}>
      Send an event
    </button>
  );
}

/** The filters are in the address, so that it can be shared and loaded again. */
function Filters({ log }: { readonly log: EventLog }) {
  const { query } = address.value;
  const set = (name: string) => (event: { readonly currentTarget: HTMLInputElement | HTMLSelectElement }) =>
    adjust({ [name]: event.currentTarget.value });
  const type = query.get('type') ?? '';
  const types = log.types.value.includes(type) || type === '' ? log.types.value : [type, ...log.types.value];
  return (
    <form class="filter-bar" onSubmit={(event) => event.preventDefault()}>
      <label>
        Type{' '}
        <select value={type} onChange={set('type')}>
          <option value="">all</option>
          {types.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        User <input value={query.get('user') ?? ''} onInput={set('user')} autoComplete="off" spellcheck={false} />
      </label>
      <label>
        Text <input value={query.get('text') ?? ''} onInput={set('text')} autoComplete="off" spellcheck={false} />
      </label>
      <button type="button" aria-pressed={log.isPaused.value} onClick={() => log.pause(!log.isPaused.value)}>
        {log.isPaused.value ? `Continue (${log.waiting.value} more)` : 'Pause'}
      </button>
    </form>
  );
}

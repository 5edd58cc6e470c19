import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { EventNews } from '../../contract/events.ts';
import { address, adjust } from '../address.ts';
import { JobCard, jobsOf, startJob } from '../jobs.tsx';
import { Command, LiveState, Problem, Skeleton } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { type RequestFailed, useLive } from '../server.ts';
import { count } from '../texts.ts';
import { EventDetails } from './event-details.tsx';
import { EventList } from './event-list.tsx';
import { EventLog } from './event-log.ts';
import { NEW, SendPanel } from './send/send-panel.tsx';

/** The events of the bus as they come. */
export function EventsView() {
  useEffect(() => {
    document.title = 'Events · Console';
  }, []);
  return info.value?.place === 'aws' ? (
    <OnAws />
  ) : (
    <Tail source="Read from the engine's journal, which makes no rule on the bus." />
  );
}

/** Watching a bus on AWS needs a temporary rule and queue: a job makes and removes them. */
function OnAws() {
  const [job] = jobsOf('watch-events');
  const { query } = address.value;
  if (job !== undefined) {
    return (
      <Tail source="Delivered by a temporary rule and queue of this console, since it was told to watch.">
        <JobCard job={job} />
        {job.endedAt !== undefined && <WatchButton text="Watch again" />}
      </Tail>
    );
  }
  return (
    <>
      <div class="heading">
        <h1>Events</h1>
        <SendLink />
      </div>
      {query.has('send') && <SendPanel find={() => undefined} />}
      <div class="notice">
        <p>
          AWS has no call to watch a bus. It takes a temporary rule and queue, which are removed when you stop, when no
          page shows the events for five minutes, and when the console ends. SQS charges for the calls that read the
          queue.
        </p>
        {info.value?.isWritable === true ? (
          <WatchButton text="Make them, and watch the bus" />
        ) : (
          <>
            <p>
              The console is read-only here. Start it with --write to watch the bus from this page, or use the command:
            </p>
            <Command text={`npx pipeline events --follow --stack ${info.value?.stack ?? ''}`} />
          </>
        )}
      </div>
    </>
  );
}

function WatchButton({ text }: { readonly text: string }) {
  const problem = useSignal<string | undefined>(undefined);
  const watch = () =>
    startJob('/api/events/watch', {}).catch((error: RequestFailed) => {
      problem.value = error.message;
    });
  return (
    <>
      <button type="button" class="primary" onClick={watch}>
        {text}
      </button>
      {problem.value !== undefined && <Problem text={problem.value} />}
    </>
  );
}

interface TailProps {
  /** Where the events come from, in a sentence. */
  readonly source: string;
  readonly children?: ComponentChildren;
}

function Tail({ source, children }: TailProps) {
  const log = useMemo(() => new EventLog(), []);
  const live = useLive<EventNews>('/api/events', (news) => log.add(news));
  const { data, state, problem } = live.value;
  const { query } = address.value;
  const filter = { type: query.get('type') ?? '', user: query.get('user') ?? '', text: query.get('text') ?? '' };
  const events = log.matching(filter);
  const chosen = log.find(query.get('event') ?? '');
  const send = query.get('send');
  // An event to copy is looked for when the list is there.
  const isSending = send === NEW || (send !== null && data !== undefined);
  return (
    <>
      <div class="heading">
        <h1>Events</h1>
        <LiveState live={live.value} />
        <SendLink />
      </div>
      {isSending && <SendPanel find={(id) => log.find(id)} />}
      {children}
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
            {count(events.length, 'event')}. {source}
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

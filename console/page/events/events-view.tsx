import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { EventNews } from '../../contract/events.ts';
import { ActionButton, isReadOnly, ReadOnly } from '../actions.tsx';
import { address, adjust } from '../address.ts';
import { Choice, TextField } from '../forms.tsx';
import { JobCard, jobsOf, startJob } from '../jobs.tsx';
import { info } from '../pipeline-info.ts';
import { useLive } from '../server.ts';
import { ViewHeading } from '../states.tsx';
import { count } from '../texts.ts';
import { EventDetails } from './event-details.tsx';
import { EventList } from './event-list.tsx';
import { EventLog } from './event-log.ts';
import { NEW, SendPanel } from './send/send-panel.tsx';

/** The events of the bus as they come. */
export function EventsView() {
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
      <ViewHeading title="Events">
        <SendLink />
      </ViewHeading>
      {query.has('send') && <SendPanel find={() => undefined} />}
      <div class="notice">
        <p>
          AWS has no call to watch a bus. It takes a temporary rule and queue, which are removed when you stop, when no
          page shows the events for five minutes, and when the console ends. SQS charges for the calls that read the
          queue.
        </p>
        {!isReadOnly() && <WatchButton text="Make them, and watch the bus" />}
      </div>
      {isReadOnly() && (
        <ReadOnly to="watch the bus" command={`npx pipeline events --follow --stack ${info.value?.stack ?? ''}`} />
      )}
    </>
  );
}

function WatchButton({ text }: { readonly text: string }) {
  return <ActionButton kind="primary" text={text} work={() => startJob('/api/events/watch', {})} />;
}

interface TailProps {
  /** Where the events come from, in a sentence. */
  readonly source: string;
  readonly children?: ComponentChildren;
}

function Tail({ source, children }: TailProps) {
  const log = useMemo(() => new EventLog(), []);
  const live = useLive<EventNews>('/api/events', (news) => log.add(news));
  const { data } = live.value;
  const { query } = address.value;
  const filter = { type: query.get('type') ?? '', user: query.get('user') ?? '', text: query.get('text') ?? '' };
  const events = log.matching(filter);
  const chosen = log.find(query.get('event') ?? '');
  const send = query.get('send');
  // An event to copy is looked for when the list is there.
  const isSending = send === NEW || (send !== null && data !== undefined);
  return (
    <>
      <ViewHeading title="Events" live={live.value}>
        <SendLink />
      </ViewHeading>
      {isSending && <SendPanel find={(id) => log.find(id)} />}
      {children}
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
  const text = (name: string) => query.get(name) ?? '';
  const set = (name: string) => (value: string) => adjust({ [name]: value });
  return (
    <form class="filter-bar" onSubmit={(event) => event.preventDefault()}>
      <Choice label="Type" value={text('type')} options={[['', 'all'], ...log.types.value]} onChoose={set('type')} />
      <TextField label="User" value={text('user')} onText={set('user')} />
      <TextField label="Text" value={text('text')} onText={set('text')} />
      <button type="button" aria-pressed={log.isPaused.value} onClick={() => log.pause(!log.isPaused.value)}>
        {log.isPaused.value ? `Continue (${log.waiting.value} more)` : 'Pause'}
      </button>
    </form>
  );
}

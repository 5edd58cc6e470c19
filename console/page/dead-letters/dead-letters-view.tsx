import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DeadLetterFilter, DeadLettersPage, DlqDepths } from '../../contract/dead-letters.ts';
import type { JobView } from '../../contract/jobs.ts';
import { address, adjust } from '../address.ts';
import { areJobsKnown, JobCard, jobsOf } from '../jobs.tsx';
import { SameCommand } from '../parts.tsx';
import { useLive } from '../server.ts';
import { AnswerProblem, AskedAt, ViewHeading } from '../states.tsx';
import { count, numberText } from '../texts.ts';
import { useAnswer } from '../use-answer.ts';
import { CauseSection } from './cause-section.tsx';
import { type Change, ChangeButtons, ChangeDialog } from './change-dialog.tsx';
import { EditDialog, type EditedMessage } from './edit-dialog.tsx';
import { Filters, filterIn, parametersOf } from './filters.tsx';

/**
 * The dead letters of all queues, by cause. To read them is to receive them for a moment, so they are read when the view opens,
 * after a change, and when someone asks; what is live is how many there are.
 */
export function DeadLettersView() {
  const { query } = address.value;
  const filter = filterIn(query);
  const reading = useAnswer<DeadLettersPage>(`/api/dead-letters?${parametersOf(filter)}`);
  const depths = useLive<DlqDepths>('/api/dead-letters/depths');
  const change = useSignal<Change | undefined>(undefined);
  const edited = useSignal<EditedMessage | undefined>(undefined);
  const jobs = [...jobsOf('redrive'), ...jobsOf('purge')].sort((a, b) => b.startedAt - a.startedAt);
  useEndOf(jobs, reading.again);
  const data = reading.answer;
  const selected = (query.get('selected') ?? '').split(',').filter((id) => id !== '');
  const begin = (next: Change) => {
    change.value = next;
  };
  return (
    <>
      <ViewHeading title="Dead letters" live={depths.value} lines={0} />
      <Filters key={parametersOf(filter)} filter={filter} queues={data?.queues.map(({ name }) => name) ?? []} />
      <AskedAt what="Read" at={data?.now} of={reading}>
        {data !== undefined && <WhatWasRead page={data} depths={depths.value.data} />}
      </AskedAt>
      <AnswerProblem of={reading} lines={6} canAskAgain={false} />
      {jobs.slice(0, MOST_JOBS).map((job) => (
        <JobCard key={job.id} job={job} />
      ))}
      {data !== undefined && (
        <>
          <Selection selected={selected} page={data} onChange={begin} />
          <All page={data} filter={filter} onChange={begin} />
          {data.groups.map((group) => (
            <CauseSection
              key={group.id}
              group={group}
              filter={filter}
              selected={selected}
              offset={depths.value.offset}
              onChange={begin}
              onEdit={(message) => {
                edited.value = message;
              }}
            />
          ))}
          {data.notes.map((note) => (
            <p key={note} class="notice">
              {note}
            </p>
          ))}
          <SameCommand text={data.command}>
            Messages of one queue are one group if their errors differ only in ids, numbers and times.
          </SameCommand>
        </>
      )}
      {edited.value !== undefined && (
        <EditDialog
          message={edited.value}
          onSent={reading.again}
          onClose={() => {
            edited.value = undefined;
          }}
        />
      )}
      {change.value !== undefined && data !== undefined && (
        <ChangeDialog
          change={change.value}
          rate={data.rate}
          onClose={() => {
            change.value = undefined;
          }}
        />
      )}
    </>
  );
}

/** The latest jobs that the view shows. */
const MOST_JOBS = 2;

/** Reads again when a job has ended; not for those that ended before the page was loaded. */
function useEndOf(jobs: readonly JobView[], again: () => void): void {
  const ids = jobs.filter(({ endedAt }) => endedAt !== undefined).map(({ id }) => id);
  const ended = areJobsKnown() ? ids.join(' ') : undefined;
  const seen = useSignal<string | undefined>(undefined);
  useEffect(() => {
    if (seen.value !== undefined && ended !== seen.value) {
      adjust({ selected: undefined });
      again();
    }
    seen.value = ended;
  }, [ended]);
}

/** How much was read, and whether the queues hold something else now. */
function WhatWasRead({ page, depths }: { readonly page: DeadLettersPage; readonly depths: DlqDepths | undefined }) {
  const all = (queues: DlqDepths['queues']) =>
    queues.reduce((sum, { waiting, inFlight }) => sum + waiting + inFlight, 0);
  const names = new Set(page.queues.map(({ name }) => name));
  const now = depths && all(depths.queues.filter(({ name }) => names.has(name)));
  const then = all(page.queues);
  return (
    <>
      {count(then, 'message')}.{' '}
      {now !== undefined && now !== then && (
        <strong>
          There {now === 1 ? 'is' : 'are'} {numberText(now)} now.
        </strong>
      )}{' '}
      {page.queues
        .filter(({ inFlight }) => inFlight > 0)
        .map(
          ({ name, inFlight }) =>
            `${numberText(inFlight)} of ${name} ${inFlight === 1 ? 'is' : 'are'} received by someone else. `,
        )}
      {page.queues
        .filter(({ looked, waiting }) => looked < waiting)
        .map(({ name, looked }) => `Of ${name} the first ${numberText(looked)} were read. `)}
    </>
  );
}

interface SelectionProps {
  readonly selected: readonly string[];
  readonly page: DeadLettersPage;
  onChange(change: Change): void;
}

/** What can be done with the messages that are selected. */
function Selection({ selected, page, onChange }: SelectionProps) {
  const known = new Set(page.groups.flatMap(({ messages }) => messages.map(({ messageId }) => messageId)));
  const messageId = selected.filter((id) => known.has(id));
  if (messageId.length === 0) return null;
  return (
    <section class="dlq-actions selection" aria-label="Selected messages">
      <strong>{count(messageId.length, 'message')} selected</strong>
      <ChangeButtons what="the selected messages" filter={{ messageId }} onChange={onChange} />
      <button type="button" onClick={() => adjust({ selected: undefined })}>
        Select none
      </button>
    </section>
  );
}

interface AllProps {
  readonly page: DeadLettersPage;
  readonly filter: DeadLetterFilter;
  onChange(change: Change): void;
}

/** What can be done with everything that the filter leaves, such as all messages of one user. */
function All({ page, filter, onChange }: AllProps) {
  const total = page.groups.reduce((sum, group) => sum + group.count, 0);
  const isFiltered = parametersOf(filter) !== '';
  if (total === 0) {
    return (
      <p class="notice">
        {isFiltered
          ? 'No dead letter is like that.'
          : 'There are no dead letters. Every event was delivered and handled.'}
      </p>
    );
  }
  return (
    <section class="dlq-actions" aria-label="All that are shown">
      <strong>
        {count(total, 'message')} of {count(page.groups.length, 'cause')}
      </strong>
      {page.groups.length > 1 && <ChangeButtons what="all that are shown" filter={filter} onChange={onChange} />}
    </section>
  );
}

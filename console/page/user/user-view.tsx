import type { OpenEndView, RegistrationView, UserPage } from '../../contract/user.ts';
import { addressOf } from '../address.ts';
import { Command, Copy, SameCommand, Since, StateMark, Time, VerdictMark } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { useLive } from '../server.ts';
import { Problem, ViewHeading } from '../states.tsx';
import { count, spanText } from '../texts.ts';
import { UserDetails } from './user-details.tsx';
import { Waterfall } from './waterfall.tsx';

/** A user: what is open, and the waterfall of each registration, live while it runs. */
export function UserView({ userId }: { readonly userId: string }) {
  const live = useLive<UserPage>(addressOf('/api/user', { id: userId }));
  const { data, offset } = live.value;
  return (
    <>
      <ViewHeading title={userId} name={<span class="id">{userId}</span>} live={live.value}>
        {data?.registrations[0] !== undefined && <VerdictMark verdict={data.registrations[0].verdict} />}
      </ViewHeading>
      {data !== undefined && <Known page={data} offset={offset} />}
    </>
  );
}

function Known({ page, offset }: { readonly page: UserPage; readonly offset: number }) {
  const { row, registrations, unread, command } = page;
  const isOpen = registrations.some(({ openEnds }) => openEnds.length > 0);
  return (
    <>
      <p class="row-state">
        {row.uri !== undefined ? (
          <>
            <span class="quiet">Bucket</span> <span class="id">{row.uri}</span> <Copy text={row.uri} what="URI" />
          </>
        ) : (
          <span class="quiet">{row.exists ? 'The row has no URI yet.' : 'This user has no row.'}</span>
        )}
      </p>
      {isOpen && (
        <section aria-labelledby="open-title" class="open-ends">
          <h2 id="open-title">Still open</h2>
          <ul>
            {registrations.flatMap(({ openEnds }) =>
              openEnds.map((end) => (
                <OpenEnd key={`${end.since} ${end.text}`} end={end} userId={page.userId} offset={offset} />
              )),
            )}
          </ul>
        </section>
      )}
      {registrations.map((registration, index) => (
        <Registration
          key={registration.correlationId ?? ''}
          registration={registration}
          number={registrations.length - index}
          offset={offset}
        />
      ))}
      {registrations.length === 0 && <NoTrace page={page} />}
      {row.exists && <UserDetails userId={page.userId} version={JSON.stringify(row)} />}
      {unread.map(({ subscriber, problem }) => (
        <Problem key={subscriber} text={`The log of ${subscriber} cannot be read: ${problem}`} />
      ))}
      <SameCommand text={command}>{sourceText(page)}</SameCommand>
    </>
  );
}

const KINDS: Readonly<Record<OpenEndView['kind'], string>> = {
  waiting: 'waits',
  'dead-letter': 'dead letter',
  lost: 'lost',
  dropped: 'dropped',
  unmatched: 'no rule',
};

interface OpenEndProps {
  readonly end: OpenEndView;
  readonly userId: string;
  readonly offset: number;
}

function OpenEnd({ end, userId, offset }: OpenEndProps) {
  return (
    <li class={end.kind === 'waiting' ? 'waiting' : 'failed'}>
      <StateMark standing={end.kind === 'waiting' ? 'waiting' : 'failed'}>{KINDS[end.kind]}</StateMark>
      <span>{end.text}</span>
      <span class="quiet">
        for <Since at={end.since} offset={offset} />, since <Time at={end.since} />
      </span>
      {end.kind === 'dead-letter' && <a href={addressOf('/dead-letters', { user: userId })}>Why, and redrive it</a>}
      {end.command !== undefined && <Command text={end.command} />}
    </li>
  );
}

interface RegistrationProps {
  readonly registration: RegistrationView;
  /** 1 for the first that is known. */
  readonly number: number;
  readonly offset: number;
}

function Registration({ registration, number, offset }: RegistrationProps) {
  const { kind, correlationId, verdict, summary, startedAt, lastAt, tracks } = registration;
  const title = `registration-${number}`;
  return (
    <section aria-labelledby={title} class="registration">
      <div class="heading">
        <h2 id={title}>
          {correlationId === undefined ? (
            'From before the journal begins'
          ) : (
            <>
              {kind} <span class="id">{correlationId}</span>
            </>
          )}
        </h2>
        <span class="quiet">
          <Time at={startedAt} /> · <span class="number">{spanText(lastAt - startedAt)}</span> ·{' '}
          {count(tracks.length, 'step')}
        </span>
      </div>
      <Waterfall tracks={tracks} number={number} offset={offset} isOpen={verdict === 'waiting'} />
      <p class="summary" role="status">
        <VerdictMark verdict={verdict} /> {verdict === 'done' ? '' : summary}
      </p>
    </section>
  );
}

function NoTrace({ page }: { readonly page: UserPage }) {
  const { userId, row, hasJournal } = page;
  return (
    <div class="notice">
      <p>
        There is no trace of this user{row.exists ? ', though the row exists' : ''}.{' '}
        {hasJournal ? 'The journal keeps the last 100,000 entries.' : 'The functions have logged nothing about them.'}
      </p>
      {!row.exists && info.value?.isWritable && (
        <p>
          <a href={addressOf('/register', { id: userId })}>Register this user</a>
        </p>
      )}
    </div>
  );
}

function sourceText({ hasJournal, logsOf }: UserPage): string {
  const logs = logsOf.length > 0 ? `the logs of ${logsOf.join(', ')}` : 'no log';
  if (hasJournal) return `Read from the engine's journal and ${logs}.`;
  return `Read from ${logs}. AWS has no API for what happens between functions.`;
}

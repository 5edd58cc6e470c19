import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { FindingGroupView, FixPreview, ReconcilePage, SurveyView } from '../../contract/health.ts';
import { userAddress } from '../address.ts';
import { isRunning, JobCard, jobsOf, startJob } from '../jobs.tsx';
import { Command, Problem, Time } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { type RequestFailed, read } from '../server.ts';
import { HealthMark } from './health-mark.tsx';

const KIND = 'reconcile';

/** Whether users, URIs and buckets fit together, and the events that fix what does not. */
export function Reconcile() {
  const page = useSignal<ReconcilePage | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const [job] = jobsOf(KIND);
  // A job that has ended has left its survey on the server.
  const ended = job?.endedAt;
  useEffect(() => {
    read<ReconcilePage>('/api/reconcile').then(
      (found) => {
        page.value = found;
      },
      ({ message }: RequestFailed) => {
        problem.value = message;
      },
    );
  }, [ended]);
  const start = (path: string, body: object) => {
    problem.value = undefined;
    void startJob(path, body).catch(({ message }: RequestFailed) => {
      problem.value = message;
    });
  };
  const { survey, command } = page.value ?? {};
  return (
    <section class="card reconcile" aria-label="Users and buckets" data-found={survey?.groups.length}>
      <h2>Users and buckets</h2>
      <p class="quiet">Compares all rows of the users table with all buckets. It reads much, and changes nothing.</p>
      <p>
        <button type="button" disabled={isRunning(KIND)} onClick={() => start('/api/reconcile', {})}>
          {survey === undefined ? 'Compare them' : 'Compare again'}
        </button>{' '}
        {command !== undefined && <Command text={command} />}
      </p>
      {problem.value !== undefined && <Problem text={problem.value} />}
      {survey !== undefined && (
        <Survey survey={survey} fix={() => start('/api/reconcile/fix', { survey: survey.id })} />
      )}
      {job !== undefined && <JobCard job={job} />}
    </section>
  );
}

function Survey({ survey, fix }: { readonly survey: SurveyView; fix(): void }) {
  const { at, read: what, summary, groups, notes, isFixed, fix: preview } = survey;
  return (
    <>
      <p role="status">
        <HealthMark status={groups.length === 0 ? 'ok' : 'problem'} word={groups.length === 0 ? 'well' : 'found'} />{' '}
        {summary}{' '}
        <span class="quiet">
          {what}, at <Time at={at} />.
        </span>
      </p>
      {groups.map((group) => (
        <Group key={group.title} group={group} />
      ))}
      {notes.map((note) => (
        <p key={note} class="notice">
          {note}
        </p>
      ))}
      {isFixed && <p class="quiet">Events were put since: compare again to see what is left.</p>}
      {!isFixed && preview !== undefined && <Fix preview={preview} fix={fix} />}
    </>
  );
}

function Group({ group: { title, kinds, others } }: { readonly group: FindingGroupView }) {
  return (
    <div class="group">
      <h3>{title}</h3>
      <ul class="findings">
        {kinds.map(({ text, count, examples }) => (
          <li key={text}>
            <p>{text}</p>
            <ul>
              {examples.map(({ userId, bucket, more }) => (
                <li key={`${userId} ${bucket}`}>
                  {userId !== undefined && (
                    <a class="id" href={userAddress(userId)}>
                      {userId}
                    </a>
                  )}{' '}
                  {bucket !== undefined && <span class="id quiet">{bucket}</span>} {more}
                </li>
              ))}
              {count > examples.length && <li class="quiet">and {count - examples.length} more</li>}
            </ul>
          </li>
        ))}
        {others > 0 && <li class="quiet">and {others} more of other kinds: see --json</li>}
      </ul>
    </div>
  );
}

function Fix({ preview: { question, command }, fix }: { readonly preview: FixPreview; fix(): void }) {
  if (info.value?.isWritable === false) {
    return (
      <div class="notice">
        <p>The console is read-only here. To fix it, start it with --write, or use the command:</p>
        <Command text={command} />
      </div>
    );
  }
  return (
    <div class="notice">
      <p>{question} The pipeline handles events as any others, and then all is compared again.</p>
      <p>
        <button type="button" class="primary" disabled={isRunning(KIND)} onClick={fix}>
          Fix it
        </button>{' '}
        <Command text={command} />
      </p>
    </div>
  );
}

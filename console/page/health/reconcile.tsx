import type { FindingGroupView, FixPreview, ReconcilePage, SurveyView } from '../../contract/health.ts';
import { ActionButton, isReadOnly, ReadOnly } from '../actions.tsx';
import { userAddress } from '../address.ts';
import { isRunning, JobCard, jobsOf, startJob } from '../jobs.tsx';
import { Command, Time } from '../parts.tsx';
import { Problem } from '../states.tsx';
import { useAnswer } from '../use-answer.ts';
import { HealthMark } from './health-mark.tsx';

const KIND = 'reconcile';

/** Whether users, URIs and buckets fit together, and the events that fix what does not. */
export function Reconcile() {
  const [job] = jobsOf(KIND);
  // A job that has ended has left its survey on the server.
  const page = useAnswer<ReconcilePage>('/api/reconcile', { version: job?.endedAt });
  const { survey, command } = page.answer ?? {};
  return (
    <section class="card reconcile" aria-label="Users and buckets" data-found={survey?.groups.length}>
      <h2>Users and buckets</h2>
      <p class="quiet">Compares all rows of the users table with all buckets. It reads much, and changes nothing.</p>
      <p>
        <ActionButton
          text={survey === undefined ? 'Compare them' : 'Compare again'}
          isDisabled={isRunning(KIND)}
          work={() => startJob('/api/reconcile', {})}
        />{' '}
        {command !== undefined && <Command text={command} />}
      </p>
      {page.problem !== undefined && <Problem text={page.problem} />}
      {survey !== undefined && <Survey survey={survey} />}
      {job !== undefined && <JobCard job={job} />}
    </section>
  );
}

function Survey({ survey }: { readonly survey: SurveyView }) {
  const { id, at, read: what, summary, groups, notes, isFixed, fix: preview } = survey;
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
      {!isFixed && preview !== undefined && <Fix preview={preview} survey={id} />}
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

function Fix({ preview: { question, command }, survey }: { readonly preview: FixPreview; readonly survey: string }) {
  if (isReadOnly()) return <ReadOnly to="fix it" command={command} />;
  return (
    <div class="notice">
      <p>{question} The pipeline handles these events like any other. Then users and buckets are compared again.</p>
      <p>
        <ActionButton
          kind="primary"
          text="Fix it"
          isDisabled={isRunning(KIND)}
          work={() => startJob('/api/reconcile/fix', { survey })}
        />{' '}
        <Command text={command} />
      </p>
    </div>
  );
}

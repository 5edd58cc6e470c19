import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { JOBS_STREAM, type JobsPage, type JobView, type StartedJob } from '../contract/jobs.ts';
import { ActionButton } from './actions.tsx';
import { Command, Since, type Standing, StateMark, Time } from './parts.tsx';
import { change, read, useLive } from './server.ts';
import { LiveState, Problem } from './states.tsx';
import { numberText, spanText } from './texts.ts';

/** The jobs of this run of the console, the newest first; undefined until the console has said which there are. */
const jobs = signal<readonly JobView[] | undefined>(undefined);

/** Whether some may change: only then the page follows them. */
const isFollowing = signal(false);

/** The job that was started last: what the server sent before it does not end the following. */
let started: string | undefined;

/** Starts a job, and shows it as it goes on. @returns its id @throws RequestFailed */
export async function startJob(path: string, body: object): Promise<string> {
  const { id } = await change<StartedJob>(path, body);
  started = id;
  isFollowing.value = true;
  return id;
}

/** The jobs of a kind, the newest first. */
export function jobsOf(kind: string): readonly JobView[] {
  return (jobs.value ?? []).filter((job) => job.kind === kind);
}

/** Whether the console has said which jobs there are: one that has ended by then ended before the page was loaded. */
export function areJobsKnown(): boolean {
  return jobs.value !== undefined;
}

/** Whether a job of that kind runs: another one cannot start meanwhile. */
export function isRunning(kind: string): boolean {
  return jobsOf(kind).some(hasNotEnded);
}

/** The jobs that run, on top of every view. */
export function RunningJobs() {
  useEffect(() => {
    void read<JobsPage>('/api/jobs').then(
      (found) => {
        jobs.value = found.jobs;
        isFollowing.value = found.jobs.some(hasNotEnded);
      },
      // The view says that the console does not answer.
      () => undefined,
    );
  }, []);
  return isFollowing.value ? <FollowedJobs /> : null;
}

function FollowedJobs() {
  const live = useLive<JobsPage>(JOBS_STREAM, (page) => {
    jobs.value = page.jobs;
    if (page.jobs.some(({ id }) => id === started)) started = undefined;
    isFollowing.value = started !== undefined || page.jobs.some(hasNotEnded);
  });
  const running = (jobs.value ?? []).filter(hasNotEnded);
  if (running.length === 0) return null;
  return (
    <section class="jobs" aria-label="Running jobs">
      {running.map((job) => (
        <div key={job.id} class="job-line">
          <span>{job.title}</span>
          <JobProgressBar job={job} offset={live.value.offset} />
          <StopButton job={job} />
          {live.value.state === 'stale' && <LiveState live={live.value} />}
        </div>
      ))}
    </section>
  );
}

function hasNotEnded({ endedAt }: JobView): boolean {
  return endedAt === undefined;
}

const STATES = { running: 'runs', stopping: 'stops', done: 'done', stopped: 'stopped', failed: 'failed' } as const;
const STANDINGS: Readonly<Record<JobView['state'], Standing>> = {
  running: 'waiting',
  stopping: 'waiting',
  done: 'done',
  stopped: 'quiet',
  failed: 'failed',
};

/** One job: how far it is, what came of it, and what is left to do. */
export function JobCard({ job }: { readonly job: JobView }) {
  const { state, title, startedAt, endedAt, lines, problem, command } = job;
  return (
    <section class="card job" aria-label={title} data-job={state}>
      <h2>{title}</h2>
      <p class="quiet">
        <span role="status">
          <StateMark standing={STANDINGS[state]} {...(state === 'stopped' && { mark: '■' })}>
            {STATES[state]}
          </StateMark>
        </span>{' '}
        since <Time at={startedAt} />
        {endedAt !== undefined && `, took ${spanText(endedAt - startedAt)}`}
      </p>
      <JobProgressBar job={job} offset={0} />
      {lines.length > 0 && (
        <ul class="lines">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {problem !== undefined && <Problem text={problem} />}
      <StopButton job={job} />
      <Command text={command} />
    </section>
  );
}

function JobProgressBar({ job, offset }: { readonly job: JobView; readonly offset: number }) {
  const { progress, title, startedAt, endedAt } = job;
  if (progress === undefined) return endedAt === undefined ? <Since at={startedAt} offset={offset} /> : null;
  const { done, total, unit } = progress;
  return (
    <span class="job-progress">
      {endedAt === undefined && (
        <progress aria-label={title} value={done} {...(total !== undefined && { max: total })} />
      )}
      <span class="number">
        {numberText(done)}
        {total !== undefined && ` of ${numberText(total)}`} {unit}
      </span>
    </span>
  );
}

function StopButton({ job: { id, title, state, endedAt } }: { readonly job: JobView }) {
  if (endedAt !== undefined) return null;
  const isStopping = state === 'stopping';
  return (
    <ActionButton
      text={isStopping ? 'Stopping …' : 'Stop'}
      busyText="Stopping …"
      label={`Stop: ${title}`}
      isDisabled={isStopping}
      work={() => change('/api/jobs/stop', { id })}
    />
  );
}

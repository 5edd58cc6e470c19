import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { JobsPage, JobView, StartedJob } from '../contract/jobs.ts';
import { Command, LiveState, Problem, Since, Time } from './parts.tsx';
import { change, type Live, type RequestFailed, read, useLive } from './server.ts';
import { numberText, spanText } from './texts.ts';

/** The jobs of this run of the console, the newest first. */
const jobs = signal<readonly JobView[]>([]);

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
  return jobs.value.filter((job) => job.kind === kind);
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
  const live = useLive<JobsPage>('/api/jobs/follow', (page) => {
    jobs.value = page.jobs;
    if (page.jobs.some(({ id }) => id === started)) started = undefined;
    isFollowing.value = started !== undefined || page.jobs.some(hasNotEnded);
  });
  const running = jobs.value.filter(hasNotEnded);
  if (running.length === 0) return null;
  return (
    <section class="jobs" aria-label="Running jobs">
      {running.map((job) => (
        <div key={job.id} class="job-line">
          <span>{job.title}</span>
          <JobProgressBar job={job} offset={live.value.offset} />
          <StopButton job={job} />
          <JobsLiveState live={live.value} />
        </div>
      ))}
    </section>
  );
}

function JobsLiveState({ live }: { readonly live: Live<unknown> }) {
  return live.state === 'stale' ? <LiveState live={live} /> : null;
}

function hasNotEnded({ endedAt }: JobView): boolean {
  return endedAt === undefined;
}

const STATES = { running: 'runs', stopping: 'stops', done: 'done', stopped: 'stopped', failed: 'failed' } as const;
const MARKS = { running: '…', stopping: '…', done: '✓', stopped: '■', failed: '✕' } as const;

/** One job: how far it is, what came of it, and what is left to do. */
export function JobCard({ job }: { readonly job: JobView }) {
  const { state, title, startedAt, endedAt, lines, problem, command } = job;
  return (
    <section class="card job" aria-label={title} data-job={state}>
      <h2>{title}</h2>
      <p class="quiet">
        <span class={`verdict ${state}`} role="status">
          <span aria-hidden="true">{MARKS[state]}</span> {STATES[state]}
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

function StopButton({ job }: { readonly job: JobView }) {
  const problem = useSignal<string | undefined>(undefined);
  if (job.endedAt !== undefined) return null;
  const stop = () =>
    change('/api/jobs/stop', { id: job.id }).catch((error: RequestFailed) => {
      problem.value = error.message;
    });
  return (
    <>
      <button type="button" onClick={stop} disabled={job.state === 'stopping'} aria-label={`Stop: ${job.title}`}>
        {job.state === 'stopping' ? 'Stopping …' : 'Stop'}
      </button>
      {problem.value !== undefined && <Problem text={problem.value} />}
    </>
  );
}

import { randomUUID } from 'node:crypto';
import { CommandFailure, UsageError } from '../../operations/messages/errors.ts';
import { SYSTEM_CLOCK } from '../../operations/time/waiting.ts';
import type { JobProgress, JobState, JobsPage, JobView, StartedJob } from '../contract/jobs.ts';
import { fieldText } from './body.ts';

/** Why the signal of a job is aborted when the console ends; otherwise someone has stopped the job. */
export const CONSOLE_ENDS = new Error('the console ends');

/** What a job was about was stopped, but not by stopping the job: it ends as if it had been. */
export class StoppedElsewhere extends Error {
  override readonly name = 'StoppedElsewhere';
}

/** What a job reports of itself. It replaces what the job reported before. */
export interface JobNews {
  readonly progress?: JobProgress;
  readonly lines?: readonly string[];
}

/** Work that has been checked, and is ready to start. */
export interface JobPlan {
  readonly kind: string;
  readonly title: string;
  readonly command: string;
  /**
   * Does the work. Ends early, without an error, once the signal is aborted.
   * @throws CommandFailure with what is left to do, StoppedElsewhere
   */
  run(signal: AbortSignal, report: (news: JobNews) => void): Promise<void>;
}

interface Job {
  view: JobView;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** Jobs that have ended are listed as long as no more than so many are newer. */
const MOST_LISTED = 50;

/** Pages get news of jobs that often, in milliseconds: four times a second. */
const NEWS_MS = 250;

/** The jobs of a run of the console. They go on when the page that started them is closed. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();
  readonly #onBug: (error: unknown) => void;
  #news = Promise.withResolvers<void>();
  #isClosed = false;

  /** @param onBug called for each unexpected error of a job */
  constructor(onBug: (error: unknown) => void) {
    this.#onBug = onBug;
  }

  /** @throws CommandFailure while another job of its kind runs, and once they are closed */
  start(plan: JobPlan): StartedJob {
    const { kind, title, command } = plan;
    // It was planned while the console ended: nobody would stop it.
    if (this.#isClosed) throw new CommandFailure('this was not started, because the console ends');
    const running = [...this.#jobs.values()].find(({ view }) => view.kind === kind && view.endedAt === undefined);
    if (running !== undefined) {
      throw new CommandFailure(
        `this was not started, because "${running.view.title}" still runs; wait for it, or stop it`,
      );
    }
    const id = randomUUID();
    const stop = new AbortController();
    const view: JobView = { id, kind, title, command, state: 'running', startedAt: Date.now(), lines: [] };
    // The job begins after it is listed, so that it can report.
    const ended = Promise.resolve().then(() => this.#run(id, plan, stop.signal));
    this.#jobs.set(id, { view, stop, ended });
    this.#forgetOld();
    this.#tell();
    return { id };
  }

  /** Tells a job to stop. It ends what it has begun. @throws UsageError if there is no such job */
  stop(id: unknown): void {
    const job = this.#jobs.get(fieldText(id));
    if (job === undefined) throw new UsageError('there is no such job; the console may have been started again');
    if (job.view.state === 'running') this.#change(job.view.id, { state: 'stopping' });
    job.stop.abort();
  }

  /** The newest first. */
  list(): Omit<JobsPage, 'now'> {
    return { jobs: [...this.#jobs.values()].map(({ view }) => view).reverse() };
  }

  /** The list each time that it has changed, and once at the start. */
  async *follow(signal: AbortSignal): AsyncGenerator<Omit<JobsPage, 'now'>> {
    const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!signal.aborted) {
      const news = this.#news.promise;
      yield this.list();
      await Promise.race([news, gone]);
      await SYSTEM_CLOCK.pause(NEWS_MS, signal);
    }
  }

  /** Stops all jobs, and waits until they have ended. None starts after it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { stop } of this.#jobs.values()) stop.abort(CONSOLE_ENDS);
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended));
  }

  async #run(id: string, plan: JobPlan, signal: AbortSignal): Promise<void> {
    let problem: string | undefined;
    try {
      await plan.run(signal, (news) => this.#change(id, news));
    } catch (error) {
      if (error instanceof StoppedElsewhere) return this.#end(id, 'stopped');
      const isExpected = error instanceof CommandFailure || error instanceof UsageError;
      if (!isExpected) this.#onBug(error);
      problem = error instanceof Error ? error.message : String(error);
    }
    this.#end(id, problem !== undefined ? 'failed' : signal.aborted ? 'stopped' : 'done', problem);
  }

  #end(id: string, state: JobState, problem?: string): void {
    this.#change(id, { state, endedAt: Date.now(), ...(problem !== undefined && { problem }) });
  }

  #change(id: string, changes: Partial<JobView>): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.view = { ...job.view, ...changes };
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #forgetOld(): void {
    const ended = [...this.#jobs].filter(([, { view }]) => view.endedAt !== undefined);
    for (const [id] of ended.slice(0, Math.max(0, this.#jobs.size - MOST_LISTED))) this.#jobs.delete(id);
  }
}

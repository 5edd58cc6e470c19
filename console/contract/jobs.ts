/** Work that goes on after the request that started it: a redrive, a replay. */
export interface JobView {
  readonly id: string;
  /** What sort of work it is, such as `redrive`: at most one of a kind runs at a time. */
  readonly kind: string;
  /** Such as `Redrive 12 messages of uri-recorder`. */
  readonly title: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly state: JobState;
  readonly progress?: JobProgress;
  /** What came of it so far, for people. */
  readonly lines: readonly string[];
  /** Why it failed, or what is left to do. */
  readonly problem?: string;
  /** The command that does the same. */
  readonly command: string;
}

/** `stopping`: it was told to stop, and ends what it has begun. `stopped`: it ended before all was done. */
export type JobState = 'running' | 'stopping' | 'done' | 'stopped' | 'failed';

export interface JobProgress {
  readonly done: number;
  /** Absent where it is not known before the end. */
  readonly total?: number;
  /** In the plural, such as `messages`. */
  readonly unit: string;
}

/** Where the jobs are followed. Its times are the console's, not the pipeline's. */
export const JOBS_STREAM = '/api/jobs/follow';

/** The jobs of this run of the console, the newest first. */
export interface JobsPage {
  readonly now: number;
  readonly jobs: readonly JobView[];
}

/** What starting a job gives. */
export interface StartedJob {
  readonly id: string;
}

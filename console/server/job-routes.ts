import type { JobsPage } from '../contract/jobs.ts';
import type { StreamItem } from './answers.ts';
import type { Body } from './body.ts';
import type { Asked, AskedStream } from './route.ts';
import { snapshots } from './snapshots.ts';

/** The jobs as they are now. */
export async function readJobs({ jobs }: Asked): Promise<JobsPage> {
  return { ...jobs.list(), now: Date.now() };
}

/** The jobs as they change. */
export async function* followJobs({ jobs, signal, lastId }: AskedStream): AsyncGenerator<StreamItem> {
  // Jobs have this machine's time, whatever the pipeline's is.
  for await (const { id, data } of snapshots(jobs.follow(signal), lastId))
    yield { id, data: { ...data, now: Date.now() } };
}

/** Tells a job to stop. @param body `id`, as starting it gave @throws UsageError if there is no such job */
export async function stopJob({ jobs }: Asked, { id }: Body): Promise<object> {
  jobs.stop(id);
  return {};
}

import { expect, jest, test } from '@jest/globals';
import { type JobNews, type JobPlan, Jobs, StoppedElsewhere } from '../../../console/server/jobs.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';

function planOf(run: JobPlan['run'], kind = 'redrive'): JobPlan {
  return { kind, title: `a ${kind}`, command: `npx pipeline ${kind}`, run };
}

/** Follows the jobs until the newest has ended. */
async function untilEnded(jobs: Jobs) {
  for await (const { jobs: listed } of jobs.follow(new AbortController().signal)) {
    if (listed[0]?.endedAt !== undefined) return listed[0];
  }
  throw new Error('The jobs ended before the newest one.');
}

async function untilAllEnded(jobs: Jobs): Promise<void> {
  while (jobs.list().jobs.some(({ endedAt }) => endedAt === undefined)) await new Promise(setImmediate);
}

function strict(): Jobs {
  return new Jobs((error) => {
    throw error;
  });
}

test('a job goes on after its start, and what it reports is listed', async () => {
  const jobs = strict();
  const half = Promise.withResolvers<void>();
  const { id } = jobs.start(
    planOf(async (_signal, report) => {
      report({ progress: { done: 1, total: 2, unit: 'messages' } });
      await half.promise;
      report({ progress: { done: 2, total: 2, unit: 'messages' }, lines: ['2 of 2 redriven'] });
    }),
  );
  await Promise.resolve();
  expect(jobs.list().jobs).toMatchObject([{ id, state: 'running', progress: { done: 1, total: 2, unit: 'messages' } }]);
  half.resolve();
  expect(await untilEnded(jobs)).toMatchObject({
    id,
    state: 'done',
    progress: { done: 2 },
    lines: ['2 of 2 redriven'],
    command: 'npx pipeline redrive',
  });
});

test('a job that is told to stop ends what it has begun, and is stopped', async () => {
  const jobs = strict();
  const { id } = jobs.start(
    planOf(async (signal, report) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      report({ lines: ['1 of 2 redriven'] });
    }),
  );
  await Promise.resolve();
  jobs.stop(id);
  expect(jobs.list().jobs[0]?.state).toBe('stopping');
  expect(await untilEnded(jobs)).toMatchObject({ state: 'stopped', lines: ['1 of 2 redriven'] });
});

test('what is left to do is a problem of the job, and an unexpected error is a bug as well', async () => {
  const bugs: unknown[] = [];
  const jobs = new Jobs((error) => bugs.push(error));
  jobs.start(planOf(() => Promise.reject(new CommandFailure('1 message stays'))));
  expect(await untilEnded(jobs)).toMatchObject({ state: 'failed', problem: '1 message stays' });
  expect(bugs).toEqual([]);
  const bug = new TypeError('no such thing');
  jobs.start(planOf(() => Promise.reject(bug)));
  expect(await untilEnded(jobs)).toMatchObject({ state: 'failed', problem: 'no such thing' });
  expect(bugs).toEqual([bug]);
});

test('while a job runs, another of its kind is refused, and one of another kind runs beside it', async () => {
  const jobs = strict();
  const end = Promise.withResolvers<void>();
  jobs.start(planOf(() => end.promise));
  expect(() => jobs.start(planOf(() => end.promise))).toThrow('"a redrive" still runs');
  jobs.start(planOf(() => end.promise, 'replay'));
  expect(jobs.list().jobs.map(({ kind }) => kind)).toEqual(['replay', 'redrive']);
  end.resolve();
  await untilAllEnded(jobs);
  jobs.start(planOf(() => end.promise));
  await untilAllEnded(jobs);
});

test('closing stops every job, and waits until each has ended', async () => {
  const jobs = strict();
  const ends: string[] = [];
  for (const kind of ['redrive', 'replay']) {
    jobs.start(
      planOf(async (signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await new Promise((resolve) => setImmediate(resolve));
        ends.push(kind);
      }, kind),
    );
  }
  await Promise.resolve();
  await jobs.close();
  expect(ends.sort()).toEqual(['redrive', 'replay']);
});

test('what was planned while the console ended is not started: nobody would stop it', async () => {
  const jobs = strict();
  await jobs.close();
  const run = jest.fn<JobPlan['run']>();
  expect(() => jobs.start(planOf(run))).toThrow('the console ends');
  expect(jobs.list().jobs).toEqual([]);
  expect(run).not.toHaveBeenCalled();
});

test('given more ended jobs than are listed, the oldest are forgotten', async () => {
  const jobs = strict();
  const news: JobNews = { lines: ['done'] };
  for (let each = 0; each < 60; each++) {
    jobs.start(planOf(async (_signal, report) => report(news), `kind ${each}`));
    await untilAllEnded(jobs);
  }
  expect(jobs.list().jobs).toHaveLength(50);
  expect(jobs.list().jobs.at(-1)?.kind).toBe('kind 10');
});

test('a job that is unknown cannot be stopped', () => {
  expect(() => strict().stop('none')).toThrow('there is no such job');
});

test('a job whose replay someone cancels elsewhere is stopped, and has not failed', async () => {
  const jobs = strict();
  jobs.start(
    planOf(async (_signal, report) => {
      report({ lines: ['a: CANCELLED'] });
      throw new StoppedElsewhere('a was cancelled');
    }),
  );
  const ended = await untilEnded(jobs);
  expect(ended).toMatchObject({ state: 'stopped', lines: ['a: CANCELLED'] });
  expect(ended.problem).toBeUndefined();
});

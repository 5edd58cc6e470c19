import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ExplainedQueue,
  explainMessages,
  planPurge,
  planRedrive,
  purge,
  redrive,
  requireRedriveTargets,
  scanQueues,
} from '../../operations/dead-letters/index.ts';
import { findArchive } from '../../operations/deployed/archive.ts';
import { type OnStack, onStack } from '../../operations/deployed/stack.ts';
import { bucketNaming } from '../../operations/deployed/user-bucket.ts';
import { usersTable } from '../../operations/deployed/users-table.ts';
import { diagnose } from '../../operations/doctor/index.ts';
import {
  type Envelope,
  eventsSession,
  followEvents,
  readArchive,
  removeLeftovers,
} from '../../operations/events/index.ts';
import { readMetrics } from '../../operations/metrics/index.ts';
import { chooseFixes, fix, readPendingWork, survey, waitForFixes } from '../../operations/reconcile/index.ts';
import {
  cancelReplay,
  followReplay,
  listReplays,
  planReplay,
  readDepths,
  reasonNothingToReplay,
  startReplay,
  summarizeReplay,
} from '../../operations/replay/index.ts';
import { describeHop, openEndsOf, traceUser } from '../../operations/trace/index.ts';
import { readUser, stateOf } from '../../operations/user-view/index.ts';
import { registerUsers, watchForUris } from '../../operations/users/index.ts';
import { Pipeline } from '../support/pipeline.ts';
import { BrokenUsers } from './broken-users.ts';
import { envelope, send } from './dead-letters.ts';
import { registered } from './trace-output.ts';

/**
 * Each capability by its entry, as a web server or another program calls it: a few lines, data back, nothing printed, no exit
 * code.
 */

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  await registered(pipeline, 'alice');
});
afterAll(() => pipeline.stop());

function operate<T>(run: (on: OnStack) => Promise<T>): Promise<T> {
  return onStack({ port: Number(pipeline.port) }, run);
}

describe('users', () => {
  test('are registered, with their URIs', async () => {
    const reports = await operate((on) => registerUsers(on, ['alice', 'bob'], { waits: true }));
    const { s3_bucket_uri: uri } = (await pipeline.row('alice')) ?? {};
    expect(reports).toEqual([
      { userId: 'alice', status: 'exists', uri: uri?.S },
      { userId: 'bob', status: 'registered', uri: expect.stringMatching(/^s3:\/\/siubob-/) },
    ]);
  });

  test('are read, and judged', async () => {
    const [view, naming] = await operate(async (on) => [await readUser(on, 'alice'), bucketNaming(on.stack)] as const);
    expect(view.bucket).toMatchObject({ kind: 'set', value: { region: { kind: 'set', value: naming.region } } });
    expect(stateOf(view, naming, (words) => words)).toMatchObject({ isUriRecorded: true, problems: [] });
  });

  test('are waited for', async () => {
    const found = new Map<string, string>();
    const onUri = (userId: string, uri: string) => found.set(userId, uri);
    const late = await operate((on) => {
      const table = usersTable(on);
      const readUris = (userIds: readonly string[]) => table.readUris(userIds);
      return watchForUris(['alice'], { timeoutMs: 1000, readUris, onUri });
    });
    expect({ late, users: [...found.keys()] }).toEqual({ late: [], users: ['alice'] });
  });
});

describe('events', () => {
  test('are read from the archive', async () => {
    const types: string[] = [];
    await operate(async (on) => {
      const archive = await findArchive(on.clients.of(EventBridgeClient), on.stack);
      const window = { from: Date.now() - 3_600_000, to: Date.now() };
      const session = eventsSession(on, { filter: { userId: 'alice' } });
      const show = ({ 'detail-type': type }: Envelope) => type;
      for await (const batch of readArchive(session, { archive, window, show })) types.push(...batch);
    });
    expect(types.sort()).toEqual(['BucketCreated', 'UserRegistered']);
  });

  test('are followed until the signal is aborted', async () => {
    const stop = new AbortController();
    const onProgress = () => void pipeline.register('carol');
    const filter = { type: 'BucketCreated', userId: 'carol' };
    const seen = await operate(async (on) => {
      const session = eventsSession(on, { filter, signal: stop.signal, onProgress });
      for await (const [event] of followEvents(session, { show: (each) => each })) {
        if (event !== undefined) return event;
      }
      return undefined;
    });
    expect(seen).toMatchObject({ 'detail-type': 'BucketCreated', detail: { data: { userId: 'carol' } } });
  });

  test('leave nothing behind', async () => {
    expect(await operate((on) => removeLeftovers(on.clients, eventsSession(on).bus, Date.now() + 7_200_000))).toEqual(
      [],
    );
  });
});

test('a trace is read, with what is still open', async () => {
  const { registrations } = await operate((on) => traceUser(on, 'alice'));
  expect(registrations.map((registration) => openEndsOf(registration))).toEqual([[]]);
  expect(registrations[0]?.hops.map((hop) => describeHop(hop))).toContainEqual(['users table', 'the row is written']);
});

test('a pipeline is diagnosed', async () => {
  const findings = await operate((on) => diagnose(on, {}, Date.now()));
  expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(new Set(findings.map(({ check }) => check)).size).toBe(12);
});

test('metrics are read, in the order of the dashboard', async () => {
  const now = Date.now();
  const { graphs } = await operate((on) => readMetrics(on, { from: now - 3_600_000, to: now }));
  expect(graphs[0]).toMatchObject({ title: 'Registrations', metrics: [{ whole: expect.any(Number) }] });
});

const { signal } = new AbortController();

describe('replays', () => {
  const planned = () =>
    operate((on) => {
      const window = { from: Date.now() - 3_600_000, to: Date.now() };
      return planReplay(on, { toSubscriber: ['uri-recorder'] }, { name: 'again', window }, Date.now());
    });

  test('are planned, started, followed and summed up', async () => {
    const plan = await planned();
    expect(reasonNothingToReplay(plan)).toBeUndefined();
    const progress: unknown[] = [];
    const summary = await operate(async (on) => {
      const before = await readDepths(on, plan);
      await startReplay(on, plan);
      const status = await followReplay(on, plan, { signal, onProgress: (latest) => progress.push(latest) });
      return summarizeReplay(on, plan, { status, before, signal, timeFactor: 1, onProcessed: () => {} });
    });
    const events = plan.timeline?.total;
    expect(summary).toMatchObject({ status: { state: 'COMPLETED' }, replayed: { by: 'journal', events } });
    expect(progress.at(-1)).toEqual({ unit: 'events', done: events, total: events });
  });

  test('are listed, and cannot be cancelled after their end', async () => {
    const replays = await operate(listReplays);
    expect(replays).toContainEqual(expect.objectContaining({ name: 'again', state: 'COMPLETED' }));
    await expect(operate((on) => cancelReplay(on, 'again', signal))).rejects.toThrow('the replay has already ended');
  });
});

describe('mismatches', () => {
  const found = () =>
    operate((on) => survey(on, { graceMs: 0, signal, onProgress: () => {}, onWait: () => {} })).then(({ findings }) =>
      findings.filter(({ userId }) => userId === 'alice'),
    );

  test('are found, and fixed', async () => {
    await new BrokenUsers(pipeline).loseUri('alice');
    expect(await operate((on) => usersTable(on).countWithoutUri())).toBeGreaterThan(0);
    const findings = await found();
    expect(findings).toMatchObject([{ class: 'user-without-uri', fix: { event: 'BucketCreated' } }]);
    const fixes = findings.flatMap((finding) => finding.fix ?? []);
    const result = await operate((on) => fix(on, fixes, { rate: 50, asNew: false, signal, onProgress: () => {} }));
    expect(result).toEqual({ accepted: fixes, refused: [] });
    const late = await operate((on) => waitForFixes(on, fixes, { timeout: 60, signal, onDone: () => {} }));
    expect([late, await found()]).toEqual([[], []]);
  });

  test('wait for pending work', async () => {
    await send(pipeline, pipeline.output('BucketServiceDlqUrl'), envelope('dora'));
    const pending = await operate((on) => readPendingWork(on, { readsDeadLetters: true, signal }));
    expect(pending.texts).toEqual(['1 event of bucket-service in its dead-letter queue']);
    const first = { event: 'UserRegistered', userId: 'dora', registeredAt: 1, bucket: 'b', isFirst: true } as const;
    expect(chooseFixes([first], pending, { holdBack: true, limit: 1 })).toEqual({ chosen: [], held: [first] });
  });
});

describe('dead letters', () => {
  const choice = { subscriber: 'bucket-service' };

  test('are counted, and explained', async () => {
    const { queues } = await operate((on) => scanQueues(on, choice, { scanned: 10, signal }));
    expect(queues).toMatchObject([{ name: 'bucket-service', most: 1, summary: { kinds: { handler: 1 } } }]);
    const deadLetters: unknown[] = [];
    const onQueue = ({ messages }: ExplainedQueue) => void deadLetters.push(...messages);
    await operate((on) => explainMessages(on, choice, { limit: 1, looked: 1, signal, onQueue }));
    expect(deadLetters).toMatchObject([{ deadLetter: { kind: 'handler', event: { userId: 'dora' } } }]);
  });

  test('are redriven', async () => {
    const redriven = await operate(async (on) => {
      const plan = await planRedrive(on, choice, { signal });
      await requireRedriveTargets(on, plan);
      return redrive(on, plan, { rate: 100, signal, onProgress: () => {} });
    });
    expect(redriven).toMatchObject([{ plan: { most: 1 }, outcome: { redriven: 1, failed: [] } }]);
  });

  test('are purged', async () => {
    await send(pipeline, pipeline.output('BucketServiceDlqUrl'), 'hello');
    const purged = await operate(async (on) => {
      const plan = await planPurge(on, choice, { foreign: true, signal });
      return purge(on, plan, { signal, onProgress: () => {} });
    });
    expect(purged).toMatchObject([{ deleted: { size: 1, kinds: { foreign: 1 } } }]);
  });
});

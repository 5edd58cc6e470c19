import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { EngineRun } from '../support/durability/engine-run.ts';
import { Pipeline } from '../support/pipeline.ts';
import { replayIs } from '../support/replay.ts';
import { archiveEvents, waitingEvents } from '../support/replayed-queue.ts';

const EVENTS = 300;

let prepared: string;
let arns: Awaited<ReturnType<typeof prepare>>;
let folder: string;
let pipeline: Pipeline | undefined;

const newFolder = () => mkdtemp(join(tmpdir(), 'replay-crash-'));

beforeAll(async () => {
  prepared = await newFolder();
  arns = await prepare(prepared);
});
afterAll(() => rm(prepared, { recursive: true }));
beforeEach(async () => {
  folder = await newFolder();
  await cp(prepared, folder, { recursive: true });
});
afterEach(async () => {
  await pipeline?.stop();
  pipeline = undefined;
  await rm(folder, { recursive: true });
});

/** Archives events in a data folder. Returns what a replay needs to know. */
async function prepare(dataFolder: string) {
  const it = await Pipeline.startUndisturbed({ dataFolder });
  try {
    await archiveEvents(it, EVENTS);
    return { archive: it.output('EventArchiveArn'), bus: it.output('EventBusArn') };
  } finally {
    await it.stop();
  }
}

// The journal gets some four entries for each event.
test.each([5, 150, 777])(
  'given an engine that is killed at entry %i of its journal in the midst of a replay, each event is sent once in the end',
  async (entry) => {
    const run = new EngineRun(folder, { kind: 'at-entry', entry });
    const endpoint = (await run.endpoint) ?? '';
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const events = new EventBridgeClient({ endpoint, region: 'ap-northeast-1', credentials, maxAttempts: 1 });
    const request = { ReplayName: 'killed', EventSourceArn: arns.archive, Destination: { Arn: arns.bus } };
    const [EventStartTime, EventEndTime] = [new Date(0), new Date('2999-01-01')];
    // An answer may come, or the engine's end before it.
    await Promise.race([
      run.ended,
      events.send(new StartReplayCommand({ ...request, EventStartTime, EventEndTime })).catch(() => run.ended),
    ]);
    await run.ended;
    events.destroy();

    pipeline = await Pipeline.startUndisturbed({ dataFolder: folder });
    await replayIs(pipeline, 'COMPLETED', 'killed');
    const ids = waitingEvents(pipeline);
    expect(ids).toHaveLength(EVENTS);
    expect(new Set(ids).size).toBe(EVENTS);
  },
);

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { EngineRun } from '../support/durability/engine-run.ts';
import { Pipeline } from '../support/pipeline.ts';
import { replayIs } from '../support/replay.ts';

const EVENTS = 300;
const ENTRIES_IN_CALL = 10;
const QUEUE = 'replayed';

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

/** Archives events in a data folder, and makes a queue that gets nothing but replays. Returns what a replay needs to know. */
async function prepare(dataFolder: string) {
  const it = await Pipeline.startUndisturbed({ dataFolder });
  try {
    const EventBusName = it.output('EventBusName');
    const entry = { EventBusName, Source: 'test', DetailType: 'Test', Detail: '{}' };
    for (let sent = 0; sent < EVENTS; sent += ENTRIES_IN_CALL) {
      await it.events.send(new PutEventsCommand({ Entries: Array(ENTRIES_IN_CALL).fill(entry) }));
    }
    const Arn = `arn:aws:sqs:${it.engine.account.region}:${it.engine.account.id}:${QUEUE}`;
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: Arn };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await it.sqs.send(new CreateQueueCommand({ QueueName: QUEUE, Attributes: { Policy } }));
    const EventPattern = JSON.stringify({ source: ['test'], 'replay-name': [{ exists: true }] });
    await it.events.send(new PutRuleCommand({ Name: QUEUE, EventBusName, EventPattern }));
    await it.events.send(new PutTargetsCommand({ Rule: QUEUE, EventBusName, Targets: [{ Id: QUEUE, Arn }] }));
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
    const { messages = [] } = pipeline.engine.services.queues.store.getQueueByName(QUEUE) ?? {};
    const ids = messages.map(({ body }) => JSON.parse(body).id);
    expect(ids).toHaveLength(EVENTS);
    expect(new Set(ids).size).toBe(EVENTS);
  },
);

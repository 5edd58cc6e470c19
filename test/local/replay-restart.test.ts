import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CancelReplayCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MOST_WAITING } from '../../local/replay-pace.ts';
import { EVENTS_IN_TURN } from '../../local/replay-run.ts';
import { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import { Pipeline } from '../support/pipeline.ts';
import { describeReplay, replayIs, startReplay } from '../support/replay.ts';
import { sampleEvent } from '../support/sample-event.ts';

/** More than a replay sends while nobody takes. */
const EVENTS = MOST_WAITING + 5 * EVENTS_IN_TURN;
const ENTRIES_IN_CALL = 10;

let folder: string;
let pipeline: Pipeline;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
  pipeline = await Pipeline.startUndisturbed({ dataFolder: folder });
});
afterEach(async () => {
  await pipeline.stop();
  await rm(folder, { recursive: true });
});

/** The rule of the recorder, as operations on it name it. */
function recorderRule() {
  const [, EventBusName, Name] = pipeline.output('UriRecorderRuleArn').split('/');
  return { EventBusName, Name };
}

/** Archives events of users who are gone, which no subscriber gets to see. */
async function archiveEvents(): Promise<void> {
  const rule = recorderRule();
  const detail = sampleEvent(BucketCreatedV1);
  const Detail = JSON.stringify({ ...detail, data: { ...detail.data, userId: 'gone' } });
  const entry = { EventBusName: rule.EventBusName, Source: 'bucket-service', DetailType: 'BucketCreated', Detail };
  await pipeline.events.send(new DisableRuleCommand(rule));
  for (let sent = 0; sent < EVENTS; sent += ENTRIES_IN_CALL) {
    await pipeline.events.send(new PutEventsCommand({ Entries: Array(ENTRIES_IN_CALL).fill(entry) }));
  }
  await pipeline.events.send(new EnableRuleCommand(rule));
}

/** Starts a replay that nobody takes the events of. Resolves when it waits for that. */
async function startUnheard(name: string): Promise<void> {
  for (const mapping of pipeline.engine.services.mappings.values()) mapping.disable();
  await startReplay(pipeline, name, { rules: [pipeline.output('UriRecorderRuleArn')] });
  await pipeline.waitFor('a full queue', ({ hop }) => hop === 'message', MOST_WAITING);
}

/** Ids of the events that came into queues since a moment, in Unix epoch milliseconds. */
function delivered(since: number): string[] {
  const messages = pipeline.entries(({ hop, at }) => hop === 'message' && at >= since);
  return messages.map(({ body }) => JSON.parse(String(body)).id);
}

test('given an engine that is stopped half way through a replay, the next one brings it to its end, each event once', async () => {
  await archiveEvents();
  await startUnheard('interrupted');
  await expect(describeReplay(pipeline, 'interrupted')).resolves.toMatchObject({ State: 'RUNNING' });
  const before = delivered(0);
  expect(before.length).toBeLessThan(EVENTS);
  await pipeline.stop();

  const restartedAt = Date.now();
  pipeline = await Pipeline.startUndisturbed({ dataFolder: folder });
  await replayIs(pipeline, 'COMPLETED', 'interrupted');

  const all = [...before, ...delivered(restartedAt)];
  expect(all).toHaveLength(EVENTS);
  expect(new Set(all).size).toBe(EVENTS);
  await expect(describeReplay(pipeline, 'interrupted')).resolves.toMatchObject({ State: 'COMPLETED' });
  const isHandled = ({ hop, line }: { hop: string; line?: unknown }) =>
    hop === 'log' && String(line).includes('the user is gone');
  await pipeline.waitFor('all of them to be handled', isHandled, EVENTS);
});

test('given a replay that is cancelled half way, it stays so after a restart, and sends nothing more', async () => {
  await archiveEvents();
  await startUnheard('wrong-window');
  await pipeline.events.send(new CancelReplayCommand({ ReplayName: 'wrong-window' }));
  await replayIs(pipeline, 'CANCELLED', 'wrong-window');
  const before = delivered(0);
  await pipeline.stop();

  const restartedAt = Date.now();
  pipeline = await Pipeline.startUndisturbed({ dataFolder: folder });
  await expect(describeReplay(pipeline, 'wrong-window')).resolves.toMatchObject({ State: 'CANCELLED' });
  expect(before.length).toBeLessThan(EVENTS);
  expect(delivered(restartedAt)).toEqual([]);
});

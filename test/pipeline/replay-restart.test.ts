import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelReplayCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EVENTS_IN_TURN, MOST_WAITING } from '../../packages/local-engine/eventbridge/replay-run.ts';
import { Pipeline } from '../support/pipeline.ts';
import { describeReplay, replayIs, startReplay } from '../support/replay.ts';
import { archiveEvents, takeEvents, waitingEvents } from '../support/replayed-queue.ts';

/** More than a replay sends while nobody takes. */
const EVENTS = MOST_WAITING + 5 * EVENTS_IN_TURN;

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

/** Starts a replay that nobody takes the events of. Resolves when it waits for that. */
async function startUnheard(name: string): Promise<void> {
  const rule = await archiveEvents(pipeline, EVENTS);
  await startReplay(pipeline, name, { rules: [rule] });
  await pipeline.waitFor('a full queue', ({ hop, queue }) => hop === 'message' && queue === 'replayed', MOST_WAITING);
}

async function restart(): Promise<void> {
  await pipeline.stop();
  pipeline = await Pipeline.startUndisturbed({ dataFolder: folder });
}

test('given an engine that is stopped half way through a replay, the next one brings it to its end, each event once', async () => {
  await startUnheard('interrupted');
  await restart();
  await expect(describeReplay(pipeline, 'interrupted')).resolves.toMatchObject({ State: 'RUNNING' });
  expect(waitingEvents(pipeline).length).toBeLessThan(EVENTS);

  const ids: string[] = [];
  const isOver = () => pipeline.entries(({ hop, state }) => hop === 'replay' && state === 'COMPLETED').length > 0;
  while (!isOver() || waitingEvents(pipeline).length > 0) {
    ids.push(...takeEvents(pipeline));
    await new Promise((resolve) => setImmediate(resolve));
  }

  expect(ids).toHaveLength(EVENTS);
  expect(new Set(ids).size).toBe(EVENTS);
});

test('given a replay that is cancelled half way, it stays so after a restart, and sends nothing more', async () => {
  await startUnheard('wrong-window');
  await pipeline.events.send(new CancelReplayCommand({ ReplayName: 'wrong-window' }));
  await replayIs(pipeline, 'CANCELLED', 'wrong-window');
  const sent = waitingEvents(pipeline);
  await restart();

  await expect(describeReplay(pipeline, 'wrong-window')).resolves.toMatchObject({ State: 'CANCELLED' });
  expect(sent.length).toBeLessThan(EVENTS);
  expect(waitingEvents(pipeline)).toEqual(sent);
});

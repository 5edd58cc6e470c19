import assert from 'node:assert/strict';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describeReplay, findArchive, hasEnded, newName, startReplay } from '../../../operations/deployed/archive.ts';
import { DeadLettersOfRun } from '../dead-letters-of-run.ts';
import type { PipelineUnderTest } from '../pipeline-under-test.ts';
import type { Scenario } from '../scenario.ts';

/** AWS recommends waiting 10 minutes until an event is replayed, and gives no maximum (EventBridge user guide, eb-archive). */
const ARCHIVE_SECONDS = 1800;
/** A replay is made minute by minute, however few events there are. */
const REPLAY_SECONDS = 900;
/** Five attempts with a visibility timeout of a minute between them, and room. */
const POISON_SECONDS = 900;

const SECOND_MS = 1000;

export const replayRestores: Scenario = {
  name: 'a URI that was lost is restored by a replay to uri-recorder',
  isSlow: true,
  async run(pipeline) {
    const userId = pipeline.userId('replayed');
    const uri = await pipeline.register(userId);
    const [created] = await pipeline.watch.events('BucketCreated', userId);
    assert.ok(created);
    await pipeline.removeUri(userId);

    const restored = await pipeline.until(
      'a replay to restore the URI',
      async () => {
        await replayAround(pipeline, Date.parse(created.time));
        return (await pipeline.users.find(userId)).uri;
      },
      ARCHIVE_SECONDS,
    );
    assert.equal(restored, uri);
  },
};

/** Replays what uri-recorder got within a second of that time; what it knows already changes nothing. */
async function replayAround(pipeline: PipelineUnderTest, time: number): Promise<void> {
  const client = pipeline.on.clients.of(EventBridgeClient);
  const name = newName('e2e-', Date.now(), Math.random());
  await startReplay(client, {
    name,
    archive: await findArchive(client, pipeline.on.stack),
    window: { from: time - SECOND_MS, to: time + SECOND_MS },
    ruleArns: [pipeline.output('UriRecorderRuleArn')],
  });
  const { state } = await pipeline.until(
    `the end of the replay ${name}`,
    async () => {
      const status = await describeReplay(client, name);
      return hasEnded(status) ? status : undefined;
    },
    REPLAY_SECONDS,
  );
  assert.equal(state, 'COMPLETED');
}

export const poison: Scenario = {
  name: 'an event that no function can handle ends in the dead-letter queue, unchanged',
  isSlow: true,
  async run(pipeline) {
    const eventId = pipeline.userId('poison');
    const detail = { metadata: { schemaVersion: 1, eventId, correlationId: eventId }, data: { registeredAt: 1 } };
    await pipeline.put({ Source: 'users-table', DetailType: 'UserRegistered', Detail: JSON.stringify(detail) });

    const deadLetters = new DeadLettersOfRun(pipeline);
    const deadLetter = await pipeline.until(
      'the dead letter',
      async () => (await deadLetters.take(pipeline.output('BucketServiceDlqUrl')))[0],
      POISON_SECONDS,
    );
    assert.deepEqual(deadLetter.detail, detail);
  },
};

import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isEvent, Pipeline } from '../support/pipeline.ts';

const GOOD = Array.from({ length: 9 }, (_, index) => ({
  metadata: { schemaVersion: 1, eventId: `good-${index}`, correlationId: `good-${index}` },
  data: { userId: `user-${index}`, registeredAt: 1714458435 },
}));

/** A registration whose data lacks the user id: no retry can mend it. */
const POISON = {
  metadata: { schemaVersion: 1, eventId: 'poison', correlationId: 'poison' },
  data: { registeredAt: 1 },
};

describe('one poison message in a batch of ten', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
  });
  afterAll(() => pipeline.stop());

  test('nine succeed at once; the one is in the DLQ after five receives, as it was, and the log names its fault', async () => {
    const EventBusName = pipeline.output('EventBusName');
    const Entries = [...GOOD.slice(0, 4), POISON, ...GOOD.slice(4)].map((detail) => {
      return { EventBusName, Source: 'users-table', DetailType: 'UserRegistered', Detail: JSON.stringify(detail) };
    });
    await pipeline.events.send(new PutEventsCommand({ Entries }));

    const batch = await pipeline.waitFor(
      'the answer',
      ({ hop, result }) => hop === 'invocation' && failuresOf(result).length === 1,
    );
    const [delivered] = pipeline.entries(({ hop }) => hop === 'batch');
    expect(delivered?.messageIds).toHaveLength(10);
    const buckets = await pipeline.buckets();
    expect(buckets).toHaveLength(9);
    const causes = pipeline.entries((entry) => isEvent(entry, 'BucketCreated')).map(({ detail }) => causeOf(detail));
    expect(causes.sort()).toEqual(GOOD.map(({ metadata }) => metadata.eventId));

    const [poisoned] = failuresOf(batch.result);
    const isPoisoned = ({ hop, messageId }: { hop: string; [field: string]: unknown }) =>
      hop === 'redriven-to-dlq' && messageId === poisoned?.itemIdentifier;
    for (let receive = 1; receive <= 5; receive++) {
      await pipeline.failures('BucketService', receive);
      expect(pipeline.entries(isPoisoned)).toHaveLength(0);
      await pipeline.redeliver();
    }
    await pipeline.waitFor('the dead letter', isPoisoned);

    const letters = await pipeline.messages(pipeline.output('BucketServiceDlqUrl'));
    expect(letters).toHaveLength(1);
    expect(JSON.parse(letters[0]?.Body ?? '')).toMatchObject({ source: 'users-table', detail: POISON });
    expect(await pipeline.buckets()).toEqual(buckets);
    const lines = pipeline
      .logLines('event not handled')
      .filter(({ messageId }) => messageId === poisoned?.itemIdentifier);
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatchObject({
      level: 'ERROR',
      eventId: 'poison',
      problem: expect.stringContaining('data.userId'),
    });
    expect(lines.map(({ receiveCount }) => receiveCount)).toEqual([1, 2, 3, 4, 5]);
  });
});

function failuresOf(result: unknown): { itemIdentifier: string }[] {
  return (result as { batchItemFailures?: { itemIdentifier: string }[] } | null)?.batchItemFailures ?? [];
}

function causeOf(detail: unknown): string {
  return (detail as { metadata: { causationId: string } }).metadata.causationId;
}

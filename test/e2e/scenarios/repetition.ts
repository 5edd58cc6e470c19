import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

export const duplicates: Scenario = {
  name: 'a registration that is published three times makes one bucket',
  async run(pipeline) {
    const userId = pipeline.userId('told-again');
    const uri = await pipeline.register(userId);
    const [event] = await pipeline.watch.events('UserRegistered', userId);
    assert.ok(event);

    const again = { Source: event.source, DetailType: event['detail-type'], Detail: JSON.stringify(event.detail) };
    await pipeline.put(again, again);

    // Each of the three is answered, also those that find the bucket there.
    const created = await pipeline.watch.events('BucketCreated', userId, 3);
    assert.deepEqual([...new Set(created.map(({ detail }) => detail.data.bucketUri))], [uri]);
    assert.equal((await pipeline.bucketsOf(userId)).length, 1);
    assert.equal((await pipeline.users.find(userId)).uri, uri);
  },
};

export const overwrite: Scenario = {
  name: 'an overwritten row is not a registration',
  async run(pipeline) {
    const userId = pipeline.userId('overwritten');
    await pipeline.register(userId);
    await pipeline.watch.events('BucketCreated', userId);
    await pipeline.overwrite(userId, { plan: 'paid' });

    // Whoever signs up afterwards is told of afterwards; in order only within a shard of the stream, which a table that is
    // hardly used has one of.
    const later = pipeline.userId('registered-later');
    await pipeline.register(later);
    await pipeline.watch.events('BucketCreated', later);
    assert.equal((await pipeline.watch.events('UserRegistered', userId)).length, 1);
    assert.equal((await pipeline.bucketsOf(userId)).length, 1);
    assert.equal((await pipeline.users.find(userId)).uri, undefined, 'nobody may write into the row once more');
  },
};

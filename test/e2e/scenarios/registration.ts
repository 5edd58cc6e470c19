import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

/** Any of them would be illegal in a bucket's name; the last two differ only by what is dropped there. */
const AWKWARD_NAMES = [
  'kim.minji+signup@example.com',
  '김민지',
  'say "hi" \\ bye',
  'two\nlines',
  'x'.repeat(300),
  'A_1',
  'a-1',
];

export const registration: Scenario = {
  name: 'a new row gets a bucket and its URI, and both events are published',
  async run(pipeline) {
    const userId = pipeline.userId('plain');
    const uri = await pipeline.register(userId);

    const [registered] = await pipeline.watch.events('UserRegistered', userId);
    const [created] = await pipeline.watch.events('BucketCreated', userId);
    const buckets = await pipeline.bucketsOf(userId);
    assert.deepEqual(
      buckets.map((name) => `s3://${name}`),
      [uri],
      'the row must name the one bucket of the user',
    );
    assert.equal(created?.detail.data.bucketUri, uri);
    assert.equal(created?.detail.metadata.correlationId, registered?.detail.metadata.eventId);
    assert.equal(created?.detail.data.registeredAt, registered?.detail.data.registeredAt);
  },
};

export const awkwardIds: Scenario = {
  name: 'ids that cannot be part of a bucket name get a bucket each',
  async run(pipeline) {
    const uris = await Promise.all(AWKWARD_NAMES.map((name) => pipeline.register(pipeline.userId(name))));
    assert.equal(new Set(uris).size, AWKWARD_NAMES.length, `no two users may share a bucket; got ${uris.join(', ')}`);
  },
};

import { describe, expect, it } from '@jest/globals';
import { waitForFixes } from '../../../../operations/reconcile/fix.ts';
import { deleteEmptied } from '../../../../operations/reconcile/retired.ts';
import { serviceError } from '../../services/service-errors.ts';
import { REGISTERED_AT, World } from './world.ts';

const time = () => Date.parse('2026-12-30T00:00:00Z');
const signal = new AbortController().signal;

describe('a survey of buckets whose users left', () => {
  it('finds no mismatch, and sorts them by what becomes of them', async () => {
    const w = new World();
    w.register('alice');
    const [kept, waiting, due] = ['kept', 'waiting', 'due'].map((userId) => w.addBucket(userId));
    w.retire(kept ?? '');
    w.retire(waiting ?? '', '2026-12-31');
    w.retire(due ?? '', '2026-12-30');
    expect(await w.survey({ time })).toEqual({
      rows: 1,
      buckets: 4,
      findings: [],
      retired: {
        kept: [{ bucket: kept, retiredAt: REGISTERED_AT }],
        waiting: [{ bucket: waiting, retiredAt: REGISTERED_AT, emptiedFrom: '2026-12-31' }],
        due: [{ bucket: due, retiredAt: REGISTERED_AT, emptiedFrom: '2026-12-30' }],
      },
    });
    expect(w.calls).not.toContain('GetBucketTaggingCommand');
  });

  it('counts days by the time of the pipeline', async () => {
    const w = new World();
    w.retire(w.addBucket('past'), '2024-05-01');
    w.retire(w.addBucket('future'), '9999-12-31');
    const { retired } = await w.survey();
    expect(retired).toMatchObject({ waiting: [{ emptiedFrom: '9999-12-31' }], due: [{ emptiedFrom: '2024-05-01' }] });
  });

  it('still tells of one that lacks our tags, and of one that nobody retired', async () => {
    const w = new World();
    const bare = w.addBucket('bare', REGISTERED_AT, []);
    w.retire(bare);
    w.addBucket('left');
    const { findings, retired } = await w.survey({ time });
    expect(findings.map(({ class: name }) => name).sort()).toEqual(['bucket-without-tags', 'bucket-without-user']);
    expect(retired).toBeUndefined();
  });
});

describe('a survey of users who are back', () => {
  it('given a retired bucket that the row names, has BucketCreated published again', async () => {
    const w = new World();
    const bucket = w.register('alice');
    w.retire(bucket, '2026-12-30');
    const { findings, retired } = await w.survey({ time });
    expect(findings).toEqual([
      {
        class: 'retired-bucket',
        userId: 'alice',
        bucket,
        problem: 'the user is back, but a bucket of theirs is retired, and S3 empties it from 2026-12-30 on',
        fix: {
          event: 'BucketCreated',
          userId: 'alice',
          registeredAt: REGISTERED_AT,
          originalId: 'registration-of-alice',
          bucket,
          createdAt: REGISTERED_AT + 2,
          isFirst: false,
          restores: bucket,
        },
      },
    ]);
    expect(retired).toBeUndefined();
  });

  it('given retired buckets beside the one in use, finds the user once', async () => {
    const w = new World();
    const bucket = w.register('alice');
    const older = w.addBucket('alice', REGISTERED_AT - 60);
    w.retire(older);
    w.retire(w.addBucket('alice', REGISTERED_AT - 120));
    const { findings } = await w.survey({ time });
    expect(findings).toMatchObject([
      { class: 'retired-bucket', problem: 'the user is back, but 2 buckets of theirs are retired', fix: { bucket } },
    ]);
  });

  it('believes S3 and not the list of tags, which is behind', async () => {
    const w = new World();
    const bucket = w.register('alice');
    const inUse = w.buckets.get(bucket)?.tags;
    w.retire(bucket, '2026-12-30');
    w.beforeCall = (name) => {
      const known = w.buckets.get(bucket);
      if (name === 'BatchGetItemCommand' && known !== undefined) known.tags = inUse;
    };
    expect((await w.survey({ time })).findings).toEqual([]);
  });

  it('believes S3 of a bucket beside the one in use as well', async () => {
    const w = new World();
    w.register('alice');
    const older = w.addBucket('alice', REGISTERED_AT - 60);
    const inUse = w.buckets.get(older)?.tags;
    w.retire(older, '2026-12-30');
    w.beforeCall = (name) => {
      const known = w.buckets.get(older);
      if (name === 'BatchGetItemCommand' && known !== undefined) known.tags = inUse;
    };
    expect((await w.survey({ time })).findings.map(({ class: name }) => name)).toEqual(['bucket-without-user']);
  });

  it('says what to do by hand in a stage that restores nothing', async () => {
    const w = new World();
    w.doesRestore = false;
    w.retire(w.register('alice'));
    const [finding] = (await w.survey({ time })).findings;
    expect(finding?.fix).toBeUndefined();
    expect(finding?.advice).toContain('remove its tags retiredAt and emptiedFrom');
  });

  it('leaves a user without URI to the event that brings both', async () => {
    const w = new World();
    w.addRow('alice');
    w.retire(w.addBucket('alice'));
    expect((await w.survey({ time })).findings).toMatchObject([
      { class: 'user-without-uri', fix: { event: 'BucketCreated' } },
    ]);
  });

  it('is fixed only when the bucket is restored', async () => {
    const w = new World();
    const bucket = w.register('alice');
    const inUse = w.buckets.get(bucket)?.tags;
    w.retire(bucket);
    const fixes = (await w.survey({ time })).findings.flatMap(({ fix }) => fix ?? []);
    let looks = 0;
    w.beforeCall = (name) => {
      const known = w.buckets.get(bucket);
      if (name === 'GetBucketTaggingCommand' && ++looks === 3 && known !== undefined) known.tags = inUse;
    };
    const clock = { now: () => looks, pause: async () => {} };
    expect(await waitForFixes(w.on, fixes, { timeout: 60, onDone: () => {}, signal, clock })).toEqual([]);
    expect(looks).toBe(3);
  });
});

describe('deleting retired buckets that S3 has emptied', () => {
  async function due() {
    const w = new World();
    const names = ['ann', 'ben', 'cem'].map((userId) => w.addBucket(userId));
    for (const name of names) w.retire(name, '2026-12-30');
    const { retired } = await w.survey({ time });
    return { w, names, due: retired?.due ?? [] };
  }

  it('deletes those that are empty, and no other', async () => {
    const { w, names, due: found } = await due();
    const remove = w.answers.DeleteBucketCommand;
    w.answers.DeleteBucketCommand = (input: { Bucket: string }) => {
      if (input.Bucket === names[1]) throw serviceError('BucketNotEmpty', 409);
      return remove?.(input as never);
    };
    const done: number[] = [];
    const deletion = await deleteEmptied(w.on, found, { signal, onProgress: (count) => void done.push(count) });
    expect(deletion).toEqual({ deleted: [names[0], names[2]], notEmpty: [names[1]], changed: [] });
    expect([...w.buckets.keys()]).toEqual([names[1]]);
    expect(done).toEqual([1, 2, 3]);
  });

  it('leaves one alone that was restored, retired again or deleted meanwhile', async () => {
    const { w, names, due: found } = await due();
    const [restored, again, gone] = names as [string, string, string];
    w.buckets.set(restored, { createdAt: 0, tags: [] });
    w.retire(again, '2027-01-30');
    w.buckets.delete(gone);
    expect(await deleteEmptied(w.on, found, { signal, onProgress: () => {} })).toEqual({
      deleted: [],
      notEmpty: [],
      changed: names,
    });
    expect(w.calls).not.toContain('DeleteBucketCommand');
  });

  it('stops between two buckets', async () => {
    const { w, names, due: found } = await due();
    const stop = new AbortController();
    const deletion = await deleteEmptied(w.on, found, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(deletion).toEqual({ deleted: [names[0]], notEmpty: [], changed: [] });
    expect(w.buckets.size).toBe(2);
  });

  it('fails with the error of S3', async () => {
    const { w, due: found } = await due();
    w.answers.DeleteBucketCommand = () => {
      throw serviceError('AccessDenied', 403);
    };
    await expect(deleteEmptied(w.on, found, { signal, onProgress: () => {} })).rejects.toThrow('AccessDenied');
  });
});

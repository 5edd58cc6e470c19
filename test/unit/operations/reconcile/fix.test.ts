import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import type { RefusedEntry } from '../../../../operations/aws/event-bridge.ts';
import { type PutFixesEffects, putFixes } from '../../../../operations/reconcile/fix.ts';
import { eventIdOf, type Fix, fixEntry } from '../../../../operations/reconcile/mismatch.ts';
import { bucketCreated } from '../../../../services/bucket-service/bucket-created.ts';
import { bucketTags } from '../../../../services/bucket-service/bucket-tags.ts';
import { REGISTERED_AT, registration } from '../../services/registrations.ts';

const BUCKET = 'siutest4-20240430062715-123456789012-ap-northeast-1-an';
const TARGET = { busName: 'bus', region: 'ap-northeast-1', asNew: false };

function fix(changes: Partial<Fix> = {}): Fix {
  return {
    event: 'UserRegistered',
    userId: 'test4',
    registeredAt: REGISTERED_AT,
    originalId: 'registration-of-test4',
    bucket: BUCKET,
    isFirst: false,
    ...changes,
  };
}

const detailOf = ({ Detail = '{}' }: PutEventsRequestEntry) => JSON.parse(Detail);

describe('the event of a fix', () => {
  it('is the registration as the pipe publishes it, and says that it is a repair', () => {
    const entry = fixEntry(fix(), TARGET);
    expect(entry).toMatchObject({ EventBusName: 'bus', Source: 'users-table', DetailType: 'UserRegistered' });
    const { metadata, data } = registration();
    expect(detailOf(entry)).toEqual({ metadata: { ...metadata, replayName: 'reconcile' }, data });
  });

  it('is what bucket-service published, and says that it is a repair', () => {
    const entry = fixEntry(fix({ event: 'BucketCreated', createdAt: REGISTERED_AT + 2 }), TARGET);
    expect(entry).toMatchObject({ EventBusName: 'bus', Source: 'bucket-service', DetailType: 'BucketCreated' });
    const bucket = { bucketName: BUCKET, region: 'ap-northeast-1', createdAt: REGISTERED_AT + 2 };
    const { metadata, data } = bucketCreated(registration(), bucket);
    expect(detailOf(entry)).toEqual({ metadata: { ...metadata, replayName: 'reconcile' }, data });
  });

  it.each([
    [true, true, undefined],
    [true, false, 'reconcile'],
    [false, true, 'reconcile'],
  ])('sent as new: %s, for the first time: %s, has the replay name %s', (asNew, isFirst, expected) => {
    const { metadata } = detailOf(fixEntry(fix({ isFirst }), { ...TARGET, asNew }));
    expect(metadata.replayName).toBe(expected);
  });

  it.each(['UserRegistered', 'BucketCreated'] as const)('that breaks its contract is refused: %s', (event) => {
    expect(() => fixEntry(fix({ event, registeredAt: 0.5 }), TARGET)).toThrow(/event for test4 is not valid: /);
  });

  it('has an id that fits into a tag, and differs with the user and the time', () => {
    const { originalId: _, ...unknown } = fix();
    const ids = ['a', 'é'.repeat(1024)].flatMap((userId) =>
      [0, REGISTERED_AT].map((time) => eventIdOf({ ...unknown, userId, registeredAt: time })),
    );
    expect(new Set(ids).size).toBe(4);
    for (const eventId of ids) {
      const { metadata, data } = registration();
      const tags = bucketTags({ metadata: { ...metadata, eventId, correlationId: eventId }, data });
      expect(tags).toContainEqual({ Key: 'correlationId', Value: eventId });
    }
  });
});

describe('putting fixes', () => {
  const fixes = Array.from({ length: 25 }, (_, user) => fix({ userId: `user-${user}` }));
  const userOf = (entry: PutEventsRequestEntry) => detailOf(entry).data.userId as string;

  function world(changes: Partial<PutFixesEffects> = {}) {
    const put: string[][] = [];
    const turns: number[] = [];
    const shown: number[] = [];
    const effects: PutFixesEffects = {
      entryOf: (each) => fixEntry(each, TARGET),
      put: async (entries) => {
        put.push(entries.map(userOf));
        return [];
      },
      turn: async (events) => void turns.push(events),
      onPut: (events) => shown.push(events),
      signal: new AbortController().signal,
      ...changes,
    };
    return { put, turns, shown, effects };
  }

  it('puts ten at a time, in their order and in turn', async () => {
    const { put, turns, shown, effects } = world();
    expect(await putFixes(fixes, effects)).toEqual({ accepted: fixes, refused: [] });
    expect(put.flat()).toEqual(fixes.map(({ userId }) => userId));
    expect({ turns, shown }).toEqual({ turns: [10, 10, 5], shown: [10, 20, 25] });
  });

  it('names those that were refused, with the reason', async () => {
    const refusal: RefusedEntry = { index: 3, code: 'InternalFailure', message: 'sorry' };
    const { effects } = world({ put: async (entries) => (entries.length === 5 ? [refusal] : []) });
    const { accepted, refused } = await putFixes(fixes, effects);
    expect(refused).toEqual([{ fix: fixes[23], reason: 'InternalFailure: sorry' }]);
    expect(accepted).toHaveLength(24);
  });

  it('given a fix that is not a valid event, names it with the reason, and puts all others', async () => {
    const invalid = fix({ userId: 'invalid', registeredAt: 0.5 });
    const { put, effects } = world();
    const { accepted, refused } = await putFixes([invalid, ...fixes], effects);
    expect(refused).toEqual([
      { fix: invalid, reason: expect.stringMatching(/the UserRegistered event for invalid is not valid/) },
    ]);
    expect(accepted).toEqual(fixes);
    expect(put.flat()).toEqual(fixes.map(({ userId }) => userId));
  });

  it('given one that is refused behind an invalid one, names the right user', async () => {
    const refusal: RefusedEntry = { index: 0, code: 'InternalFailure', message: 'sorry' };
    const { effects } = world({ put: async () => [refusal] });
    const { refused } = await putFixes([fix({ registeredAt: 0.5 }), fix({ userId: 'second' })], effects);
    expect(refused.map((each) => each.fix.userId)).toEqual(['test4', 'second']);
  });

  it.each(['turn', 'put'] as const)('begins no request after a stop: asked for in %s', async (when) => {
    const stop = new AbortController();
    const { put, effects } = world();
    const stopping: PutFixesEffects = {
      ...effects,
      turn: async () => void (when === 'turn' && put.length === 1 && stop.abort()),
      put: async (entries) => {
        if (when === 'put') stop.abort();
        return effects.put(entries);
      },
      signal: stop.signal,
    };
    expect((await putFixes(fixes, stopping)).accepted).toEqual(fixes.slice(0, 10));
    expect(put).toHaveLength(1);
  });
});

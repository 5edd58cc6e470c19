import { describe, expect, test } from '@jest/globals';
import { Explanations, MOST_EXPLAINED } from '../../../../operations/find/explanations.ts';
import type { JournalUser } from '../../../../operations/find/journal-users.ts';
import type { TracedRegistration, TraceReader } from '../../../../operations/trace/index.ts';
import { deadLetter, journal, provisioned, recorded, registered, START, traced } from '../trace/journal-entries.ts';

const user = (userId: string, verdict: JournalUser['verdict'] = 'waiting', at = START): JournalUser => ({
  userId,
  at,
  verdict,
});
const HAPPENED = { type: 'UserRegistered', userId: 'ann', correlationId: 'r-ann', id: 'bus-r-ann' } as const;
const WAITING = traced('ann', journal(...registered('ann')));
const WITHOUT_URI = traced('ann', journal(...registered('ann'), ...provisioned('ann'), ...recorded('ann')));
const FAILED = traced('ann', journal(...registered('ann'), deadLetter(HAPPENED, 'bucket-queue', 'm-r-ann')));

/** Explanations by traces that say the same of every user. */
function explaining(first: readonly TracedRegistration[] = FAILED) {
  const made: string[] = [];
  const reads: (readonly [userId: string, from: number])[] = [];
  const world: { registrations: readonly TracedRegistration[] | undefined } = { registrations: first };
  const explanations = new Explanations((userId) => {
    made.push(userId);
    const readNews = async (from: number) => {
      reads.push([userId, from]);
      return world.registrations && { registrations: world.registrations };
    };
    return { readNews } as unknown as TraceReader;
  });
  return { explanations, made, reads, world };
}

describe('how users stand', () => {
  test('is said by what the journal has of them, where no trace is read', async () => {
    const { explanations, made } = explaining();
    const done = { ...user('cid', 'done'), uri: 's3://cid' };
    expect(await explanations.of([user('ann'), user('bob', 'failed'), done], START, 0)).toEqual([
      { userId: 'ann', at: START, verdict: 'waiting', text: 'its row has no URI yet' },
      { userId: 'bob', at: START, verdict: 'failed', text: 'its event is in a dead-letter queue' },
      { userId: 'cid', at: START, verdict: 'done', text: 's3://cid' },
    ]);
    expect(made).toEqual([]);
  });

  test('is said by the trace of the latest registration, if the user is not done', async () => {
    const { explanations, made, reads } = explaining([...WAITING, ...FAILED]);
    const [ann, cid] = await explanations.of([user('ann'), { ...user('cid', 'done'), uri: 's3://cid' }], START + 9, 5);
    expect(ann).toMatchObject({ userId: 'ann', at: START, verdict: 'failed' });
    expect(ann?.text).toMatch(/dead-letter queue/);
    expect(cid).toEqual({ userId: 'cid', at: START, verdict: 'done', text: 's3://cid' });
    expect([made, reads]).toEqual([['ann'], [['ann', START]]]);
  });

  test('is said to be without URI where all is done, since the row has none', async () => {
    const { explanations } = explaining(WITHOUT_URI);
    expect(await explanations.of([user('ann')], START, 5)).toMatchObject([
      { verdict: 'failed', text: 'All of this is done, but its row has no URI' },
    ]);
  });

  test.each([[undefined], [[]]])(
    'is what the journal has where the trace has nothing yet: %j',
    async (registrations) => {
      const { explanations, world } = explaining();
      world.registrations = registrations;
      expect(await explanations.of([user('ann')], START, 5)).toMatchObject([
        { verdict: 'waiting', text: 'its row has no URI yet' },
      ]);
    },
  );

  test('is read on from where it was, and stays known where nothing is new, or no more is read', async () => {
    const { explanations, made, reads, world } = explaining();
    const ann = user('ann');
    await explanations.of([ann], START + 10, 5);
    world.registrations = undefined;
    expect(await explanations.of([ann], START + 20, 5)).toMatchObject([{ verdict: 'failed' }]);
    expect(await explanations.of([ann], START + 30, 0)).toMatchObject([{ verdict: 'failed' }]);
    expect(reads).toEqual([
      ['ann', START],
      ['ann', START + 10],
    ]);
    expect(made).toEqual(['ann']);
  });

  test('is read anew for a user who registers again, and nothing old is said meanwhile', async () => {
    const { explanations, made } = explaining();
    await explanations.of([user('ann')], START, 5);
    const again = user('ann', 'waiting', START + 50);
    expect(await explanations.of([again], START + 60, 0)).toMatchObject([{ verdict: 'waiting' }]);
    expect(await explanations.of([again], START + 70, 5)).toMatchObject([{ verdict: 'failed' }]);
    expect(made).toEqual(['ann', 'ann']);
  });

  test('is forgotten of a user who is no longer listed', async () => {
    const { explanations, made } = explaining();
    const ann = user('ann');
    await explanations.of([ann], START, 5);
    await explanations.of([], START, 5);
    await explanations.of([ann], START, 5);
    expect(made).toEqual(['ann', 'ann']);
  });

  test('is read of a few in one turn', async () => {
    const { explanations, made } = explaining();
    await explanations.of([user('a'), user('b'), user('c')], START, 2);
    expect(made).toEqual(['a', 'b']);
  });
});

describe('given many who are not done', () => {
  const many = (count: number, at = START) =>
    Array.from({ length: count }, (_, index) => user(`u${index}`, 'waiting', at));

  test('up to five are explained at once', async () => {
    const { explanations, made } = explaining();
    await explanations.of(many(MOST_EXPLAINED), START, 99);
    expect(made).toHaveLength(5);
  });

  test('more are explained, five of them, when they have waited for two seconds', async () => {
    const { explanations, made } = explaining();
    await explanations.of(many(7), START + 1999, 99);
    expect(made).toEqual([]);
    await explanations.of(many(7), START + 2000, 99);
    expect(made).toEqual(['u0', 'u1', 'u2', 'u3', 'u4']);
  });
});

import { describe, expect, test } from '@jest/globals';
import { type FollowedReplay, followReplays } from '../../../../operations/replay/replay-list.ts';
import { FakeAws } from '../aws/fake-aws.ts';
import { ARCHIVE, NOW } from './plans.ts';

interface World {
  /** States that ListReplays gives, one after the other. */
  readonly states: string[];
  /** What the journal has come to hold by each pause. */
  readonly journal: object[][];
  readonly isLocal: boolean;
}

/** Follows until the lists are over; each pause lets the journal grow. */
async function follow({ states, journal, isLocal }: World) {
  const stop = new AbortController();
  const entries = [...(journal.shift() ?? [])];
  const pauses: number[] = [];
  const aws = new FakeAws({
    ListReplays: () => ({ Replays: [{ ReplayName: 'again', State: states.shift(), EventSourceArn: ARCHIVE.arn }] }),
    GetLogEvents: () => ({ events: [{ timestamp: NOW }], nextForwardToken: String(entries.length) }),
    FilterLogEvents: () => ({
      events: entries.filter((entry) => 'replay' in entry).map((entry) => ({ message: JSON.stringify(entry) })),
    }),
  });
  const clock = {
    now: () => 0,
    pause: async (ms: number) => {
      pauses.push(ms);
      const news = journal.shift();
      if (news === undefined && states.length === 0) stop.abort();
      entries.push(...(news ?? []));
    },
  };
  const target = isLocal ? { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' } : { stackName: 'mine' };
  const on = { target, clients: aws.clients, stack: { name: 'mine', outputs: { EventArchiveArn: ARCHIVE.arn } } };
  const seen: (readonly FollowedReplay[])[] = [];
  for await (const list of followReplays(on, { signal: stop.signal, clock })) seen.push(list);
  return { seen: seen.map(([replay]) => [replay?.state, replay?.events]), aws, pauses };
}

const ended = { sequence: 2, at: NOW, replay: 'again', matched: 5 };

describe('the list of replays', () => {
  test('follows one that runs to its end, with the events that it sent', async () => {
    const { seen } = await follow({ states: ['RUNNING', 'COMPLETED'], journal: [[], [ended]], isLocal: true });
    expect(seen).toEqual([
      ['RUNNING', undefined],
      ['COMPLETED', 5],
    ]);
  });

  test('is not read again for news about something else, since each reading is an entry of its own', async () => {
    const journal = [[ended], [{ sequence: 3, at: NOW }], [{ sequence: 4, at: NOW }]];
    const { seen, aws } = await follow({ states: ['COMPLETED'], journal, isLocal: true });
    expect(seen).toEqual([['COMPLETED', 5]]);
    expect(aws.inputs('ListReplays')).toHaveLength(1);
  });

  test('is read again when a replay has begun', async () => {
    const journal = [[ended], [{ ...ended, sequence: 3, matched: 0 }]];
    const { seen } = await follow({ states: ['COMPLETED', 'COMPLETED'], journal, isLocal: true });
    expect(seen).toHaveLength(2);
  });

  test('has no numbers on AWS, and asks more often while something runs', async () => {
    const { seen, pauses, aws } = await follow({ states: ['RUNNING', 'COMPLETED'], journal: [[]], isLocal: false });
    expect(seen).toEqual([
      ['RUNNING', undefined],
      ['COMPLETED', undefined],
    ]);
    expect(pauses).toEqual([5000, 15_000]);
    expect(aws.inputs('GetLogEvents')).toEqual([]);
  });
});

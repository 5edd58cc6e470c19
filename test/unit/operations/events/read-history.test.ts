import { describe, expect, test } from '@jest/globals';
import type { ReplayStatus } from '../../../../operations/deployed/replays.ts';
import { readHistory } from '../../../../operations/events/read-archive.ts';
import type { Envelope } from '../../../../operations/events/session.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { event, ids } from './envelopes.ts';

type State = ReplayStatus['state'];

/** A replay that has these states each time it is asked, and whose events come in these portions. */
function replay(states: State[], portions: Envelope[][]) {
  const waits: number[] = [];
  const stop = new AbortController();
  const seen: State[] = [];
  const last = states.at(-1) ?? 'COMPLETED';
  const effects = {
    next: async (waitSeconds: number) => {
      waits.push(waitSeconds);
      return portions.shift() ?? [];
    },
    describe: async (): Promise<ReplayStatus> => {
      return { name: 'mine', archiveArn: 'a', window: { from: 0, to: 1 }, state: states.shift() ?? last };
    },
    quietSeconds: 5,
    signal: stop.signal,
    onStatus: ({ state }: ReplayStatus) => void seen.push(state),
  };
  return { effects, waits, seen, stop };
}

async function read(effects: Parameters<typeof readHistory>[0]): Promise<Envelope[]> {
  const events: Envelope[] = [];
  for await (const batch of readHistory(effects)) events.push(...batch);
  return events;
}

describe('reading the history', () => {
  test('goes on until the replay has ended and nothing has come for a while', async () => {
    const portions = [[], [event('b', 2)], [event('a', 1)], [event('c', 3)]];
    const { effects, waits, seen } = replay(['STARTING', 'RUNNING', 'COMPLETED'], portions);
    expect(ids(await read(effects))).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(['STARTING', 'RUNNING', 'COMPLETED']);
    expect(waits).toEqual([1, 1, 1, 5, 5]);
  });

  test('shows events as they were archived', async () => {
    const { effects } = replay(['COMPLETED'], [[event('a', 1, { 'replay-name': 'mine' })]]);
    expect(await read(effects)).toEqual([event('a', 1)]);
  });

  test('of nothing gives nothing', async () => {
    expect(await read(replay(['COMPLETED'], []).effects)).toEqual([]);
  });

  test.each<State>(['FAILED', 'CANCELLED'])(
    'fails when the replay is %s, and has shown what came in time',
    async (state) => {
      const shown: Envelope[] = [];
      const portions = [[event('a', 1), event('z', 1000)], []];
      const reading = (async () => {
        for await (const batch of readHistory(replay(['RUNNING', state], portions).effects)) shown.push(...batch);
      })();
      await expect(reading).rejects.toThrow(CommandFailure);
      await expect(reading).rejects.toThrow(`the events cannot be read to the end: mine: ${state}`);
      expect(ids(shown)).toEqual(['a']);
    },
  );

  test('ends at once when it is asked to', async () => {
    const { effects, stop, seen } = replay(['RUNNING'], []);
    const next = async () => {
      stop.abort();
      return [];
    };
    expect(await read({ ...effects, next })).toEqual([]);
    expect(seen).toEqual([]);
  });
});

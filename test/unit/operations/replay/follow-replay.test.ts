import { describe, expect, test } from '@jest/globals';
import type { ReplayStatus } from '../../../../operations/deployed/replays.ts';
import { followReplay } from '../../../../operations/replay/follow-replay.ts';

type State = ReplayStatus['state'];

/** A replay that has these states one after the other, each time it is asked. */
function replay(...states: [State, ...State[]]) {
  const stop = new AbortController();
  const pauses: number[] = [];
  const seen: State[] = [];
  const last = states[states.length - 1] as State;
  const effects = {
    describe: async (): Promise<ReplayStatus> => {
      return { name: 'again', archiveArn: 'a', window: { from: 0, to: 1 }, state: states.shift() ?? last };
    },
    pause: async (ms: number) => void pauses.push(ms),
    signal: stop.signal,
    onStatus: ({ state }: ReplayStatus) => void seen.push(state),
  };
  return { effects, pauses, seen, stop };
}

describe('following a replay', () => {
  test.each<State>(['COMPLETED', 'CANCELLED', 'FAILED'])('ends when it is %s, and tells each state', async (state) => {
    const { effects, seen, pauses } = replay('STARTING', 'RUNNING', state);
    expect((await followReplay(effects)).state).toBe(state);
    expect(seen).toEqual(['STARTING', 'RUNNING', state]);
    expect(pauses).toHaveLength(2);
  });

  test('asks with growing pauses, up to two seconds', async () => {
    const states = Array.from({ length: 20 }, (): State => 'RUNNING');
    const { effects, pauses } = replay('STARTING', ...states, 'COMPLETED');
    await followReplay(effects);
    expect(pauses[0]).toBe(100);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.at(-1)).toBe(2000);
  });

  test('ends when it is asked to, with how it stands', async () => {
    const { effects, stop, seen } = replay('RUNNING');
    const pause = async () => stop.abort();
    expect((await followReplay({ ...effects, pause })).state).toBe('RUNNING');
    expect(seen).toEqual(['RUNNING', 'RUNNING']);
  });
});

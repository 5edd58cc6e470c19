import { describe, expect, test } from '@jest/globals';
import { judgeTemporaryRules, leftovers } from '../../../../operator/doctor/leftovers.ts';
import { judgeReplays, replays } from '../../../../operator/doctor/replays.ts';
import { deployedWith, MENDS } from './fakes.ts';

const HOUR = 3_600_000;

describe('temporary rules', () => {
  const fresh = { name: 'a', ageMs: HOUR };
  const old = { name: 'b', ageMs: HOUR + 1 };
  const strange = { name: 'c', ageMs: undefined };

  test('given none, or such as are in use, all is well', () => {
    expect(judgeTemporaryRules([], MENDS)).toMatchObject([{ status: 'ok', detail: 'none' }]);
    expect(judgeTemporaryRules([fresh], MENDS)).toMatchObject([
      { status: 'ok', detail: '1 in use by npx pipeline events' },
    ]);
  });

  test('given some that were left behind, each is named, with what removes it', () => {
    expect(judgeTemporaryRules([fresh, old, strange], MENDS)).toMatchObject([
      {
        status: 'warning',
        subject: 'b',
        mend: 'npx pipeline events --from 1m',
        detail: expect.stringContaining('60 min old'),
      },
      { status: 'warning', subject: 'c', detail: expect.stringContaining('of unknown age') },
    ]);
  });

  test('given rules in several pages, their age is read from their names', async () => {
    const pages = [
      { Rules: [{ Name: 'pipeline-events-20261122T090000Z-abc' }], NextToken: 'more' },
      { Rules: [{ Name: 'pipeline-events-20261122T060000Z-def' }] },
    ];
    let page = 0;
    const deployed = deployedWith({ ListRulesCommand: () => pages[page++] ?? {} });
    const findings = await leftovers.run({ deployed, mends: MENDS, now: Date.UTC(2026, 10, 22, 9, 30) });
    expect(findings.map(({ subject }) => subject)).toEqual(['pipeline-events-20261122T060000Z-def']);
  });
});

describe('replays', () => {
  test('given none under way, that is told', () => {
    expect(judgeReplays([])).toEqual([
      { check: 'replays', status: 'ok', subject: 'archive', detail: 'none is under way' },
    ]);
  });

  test('given replays of every state, those under way are told, and nothing is wrong with them', async () => {
    const states = ['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED'];
    const Replays = states.map((State) => ({ ReplayName: State.toLowerCase(), State }));
    const RUNNING = { ReplayName: 'far', State: 'RUNNING', EventLastReplayedTime: new Date('2026-11-22T09:00:00Z') };
    const deployed = deployedWith({ ListReplaysCommand: { Replays: [...Replays, RUNNING] } });
    const findings = await replays.run({ deployed, mends: MENDS, now: 0 });
    expect(findings.map(({ subject, detail, status }) => [subject, detail, status])).toEqual([
      ['starting', 'STARTING', 'ok'],
      ['running', 'RUNNING', 'ok'],
      ['cancelling', 'CANCELLING', 'ok'],
      ['far', 'RUNNING, at events of 2026-11-22T09:00:00Z', 'ok'],
    ]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { replayFindings, replays, temporaryRuleFindings, temporaryRules } from '../../../../operations/doctor/bus.ts';
import { awsError, deployedWith, FIXES, STACK } from './fakes.ts';

const HOUR = 3_600_000;

test('given answers with an empty token, the pages are over', async () => {
  const deployed = deployedWith({
    ListReplaysCommand: { Replays: [{ ReplayName: 'r', State: 'RUNNING' }], NextToken: '' },
    ListRulesCommand: { Rules: [], NextToken: '' },
    ListQueuesCommand: { QueueUrls: [], NextToken: '' },
  });
  const props = { deployed, fixes: FIXES, now: 0 };
  expect(await replays.run(props)).toHaveLength(1);
  expect(await temporaryRules.run(props)).toMatchObject([{ status: 'ok' }]);
});

describe('temporary rules and queues', () => {
  const used = { name: 'a', unusedMs: 0 };
  const left = { name: 'b', unusedMs: HOUR };
  const strange = { name: 'c', unusedMs: undefined };

  test('given none, or only some in use, all is well', () => {
    expect(temporaryRuleFindings([], FIXES)).toMatchObject([{ status: 'ok', detail: 'none' }]);
    expect(temporaryRuleFindings([used], FIXES)).toMatchObject([
      { status: 'ok', detail: '1 in use by npx pipeline events' },
    ]);
  });

  test('given some that were left behind, each is named, with the command that removes it', () => {
    expect(temporaryRuleFindings([used, left, strange], FIXES)).toMatchObject([
      {
        status: 'warning',
        subject: 'b',
        fix: 'npx pipeline events --from 1m',
        detail: expect.stringContaining('for 60 min'),
      },
      { status: 'warning', subject: 'c', detail: expect.stringContaining('for an unknown time') },
    ]);
  });

  const NOW = Date.UTC(2026, 10, 22, 9, 30);
  const EARLY = 'pipeline-events-20261122T060000Z-def';
  const LATE = 'pipeline-events-20261122T090000Z-abc';
  const tagsOf = (inUseUntil: string, bus = STACK.outputs.EventBusArn) => ({
    'pipeline-events:bus': bus,
    'pipeline-events:in-use-until': inUseUntil,
  });

  async function look(rules: readonly string[][], queues: Readonly<Record<string, object | Error>>) {
    const page = (input: Readonly<Record<string, unknown>>) => Number(input.NextToken ?? 0);
    const deployed = deployedWith({
      ListRulesCommand: (input) => ({
        Rules: rules[page(input)]?.map((Name) => ({ Name })),
        ...(page(input) + 1 < rules.length && { NextToken: String(page(input) + 1) }),
      }),
      ListQueuesCommand: { QueueUrls: Object.keys(queues).map((name) => `https://sqs/1/${name}`) },
      ListQueueTagsCommand: ({ QueueUrl }) => {
        const tags = queues[String(QueueUrl).replace('https://sqs/1/', '')] ?? {};
        return tags instanceof Error ? tags : { Tags: tags };
      },
    });
    const findings = await temporaryRules.run({ deployed, fixes: FIXES, now: NOW });
    return findings.map(({ subject, detail }) => `${subject}: ${detail}`);
  }

  test('given rules without queue, in several pages, their age is read from their names', async () => {
    expect(await look([[LATE], [EARLY]], {})).toEqual([expect.stringMatching(`^${EARLY}: left behind .* for 3 h$`)]);
  });

  test('given one that has been in use for long, and says so in time, it is not left behind', async () => {
    expect(await look([[EARLY]], { [EARLY]: tagsOf('2026-11-22T09:31:00Z') })).toEqual([
      'bus: 1 in use by npx pipeline events',
    ]);
  });

  test('given a queue without rule that is no longer in use, it is named', async () => {
    expect(await look([[]], { [LATE]: tagsOf('2026-11-22T09:20:00Z') })).toEqual([
      expect.stringMatching(`^${LATE}: left behind .* for 10 min$`),
    ]);
  });

  test('given queues of other stacks, and one that is removed meanwhile, all is well', async () => {
    const others = {
      [EARLY]: tagsOf('2026-11-22T07:00:00Z', 'another bus'),
      [LATE]: awsError('QueueDoesNotExist', 'gone'),
    };
    expect(await look([[LATE]], others)).toEqual(['bus: none']);
  });
});

describe('replays', () => {
  test('given none that runs, it says so', () => {
    expect(replayFindings([])).toEqual([
      { check: 'replays', status: 'ok', subject: 'archive', detail: 'none is running' },
    ]);
  });

  test('given replays of every state, the running ones are listed, and nothing is wrong with them', async () => {
    const states = ['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED'];
    const Replays = states.map((State) => ({ ReplayName: State.toLowerCase(), State }));
    const RUNNING = {
      ReplayName: 'far',
      State: 'RUNNING',
      EventStartTime: new Date('2026-11-22T08:00:00Z'),
      EventEndTime: new Date('2026-11-22T10:00:00Z'),
      EventLastReplayedTime: new Date('2026-11-22T09:00:00Z'),
    };
    const deployed = deployedWith({ ListReplaysCommand: { Replays: [...Replays, RUNNING] } });
    const findings = await replays.run({ deployed, fixes: FIXES, now: 0 });
    expect(findings.map(({ subject, detail, status }) => [subject, detail, status])).toEqual([
      ['starting', 'STARTING', 'ok'],
      ['running', 'RUNNING', 'ok'],
      ['cancelling', 'CANCELLING', 'ok'],
      ['far', 'RUNNING, scanned up to 2026-11-22T09:00:00Z', 'ok'],
    ]);
  });
});

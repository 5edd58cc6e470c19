import { describe, expect, test } from '@jest/globals';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';
import {
  type ChosenPlan,
  type ChosenProgress,
  type EventChoice,
  MOST_CHOSEN,
  narrowed,
  planChosenReplay,
} from '../../../../operations/replay/chosen-plan.ts';
import { chosenEventsText, chosenNotes, reasonNothingChosen } from '../../../../operations/replay/chosen-texts.ts';
import { type SentEvents, sendChosen } from '../../../../operations/replay/send-chosen.ts';
import { awsError } from '../aws/fake-aws.ts';
import { ChosenWorld } from './chosen-world.ts';
import { HOUR_MS, NOW } from './plans.ts';

const GOING_ON = new AbortController().signal;

/** An event of that second of the window. */
const eventText = (userId: string, second = 0) => {
  const time = `${new Date(NOW - HOUR_MS + second * 1000).toISOString().slice(0, 19)}Z`;
  return `{"version":"0","id":"${userId}","detail-type":"A","time":"${time}","detail":{"data":{"userId":"${userId}"}}}`;
};

async function plan(
  world: ChosenWorld,
  choice: Partial<EventChoice> = {},
  more: Partial<Parameters<typeof planChosenReplay>[2]> = {},
): Promise<ChosenPlan> {
  const window = { from: NOW - HOUR_MS, to: NOW };
  const options = { name: 'again', window, signal: GOING_ON, onProgress: () => {}, ...more };
  const made = await planChosenReplay(world.on, { toSubscriber: ['audit'], ...choice }, options);
  if (made === undefined) throw new Error('It was stopped.');
  return made;
}

const temporaryPattern = ({ aws }: ChosenWorld) =>
  JSON.parse(String(aws.inputs('PutRule')[0]?.EventPattern)) as Readonly<Record<string, unknown>>;

describe('the temporary rule', () => {
  test('wants what the rule of the subscriber wants, of these users, and of the reading replay alone', async () => {
    const world = new ChosenWorld([eventText('ann')]);
    world.pattern = { source: ['s'], 'detail-type': ['A'], detail: { metadata: { schemaVersion: [1] } } };
    await plan(world, { users: ['ann', 'bo'] });
    expect(temporaryPattern(world)).toEqual({
      account: ['123456789012'],
      source: ['s'],
      'detail-type': ['A'],
      detail: { metadata: { schemaVersion: [1] }, data: { userId: ['ann', 'bo'] } },
      'replay-name': [expect.stringMatching(/^pipeline-events-/)],
    });
  });

  test('of a subscriber that skips replays wants no event that came of a replay, also where it is included', async () => {
    const world = new ChosenWorld([eventText('ann')]);
    const detail = { metadata: { replayName: [{ exists: false }] } };
    world.pattern = { 'detail-type': ['A'], 'replay-name': [{ exists: false }], detail };
    await plan(world, { includeSkipped: true });
    expect(temporaryPattern(world)).toMatchObject({
      detail,
      'replay-name': [expect.stringMatching(/^pipeline-events-/)],
    });
  });

  test.each<[string, object, readonly string[]]>([
    ['the rule has a condition on the user already', { detail: { data: { userId: [{ prefix: 'a' }] } } }, ['ann']],
    ['the users are too many for a pattern', {}, Array.from({ length: 300 }, (_, index) => `user-${index}`)],
    ['all users are wanted', { source: ['s'] }, []],
  ])('is not narrowed where %s', (_, pattern, users) => {
    expect(narrowed(pattern, users)).toBe(pattern);
  });

  test('has at most 2048 characters with the name of the replay and the account, which take up to 200', () => {
    const bare = JSON.stringify({ detail: { data: { userId: [''] } } }).length;
    const users = (length: number) => ['u'.repeat(length)];
    const most = users(2048 - 200 - bare);
    expect(narrowed({}, most)).toEqual({ detail: { data: { userId: most } } });
    expect(narrowed({}, users(2048 - 200 - bare + 1))).toEqual({});
  });
});

describe('the events of a plan', () => {
  test('are those of the users, also where the rule cannot tell them apart', async () => {
    const world = new ChosenWorld([eventText('ann', 2), eventText('bo', 1), eventText('cy')]);
    world.pattern = { detail: { data: { userId: [{ exists: true }] } } };
    const { receivers } = await plan(world, { users: ['ann', 'cy', 'nobody'] });
    expect(receivers[0]?.events.map(({ body }) => (JSON.parse(body) as { id: string }).id)).toEqual(['cy', 'ann']);
  });

  test('are none for a subscriber that skips replays, unless it is included; never for a disabled rule', async () => {
    const skipping = new ChosenWorld([eventText('ann')]);
    skipping.pattern = { 'replay-name': [{ exists: false }] };
    const without = await plan(skipping, { users: ['ann'] });
    expect(skipping.aws.inputs('StartReplay')).toEqual([]);
    expect(reasonNothingChosen(without)).toBe(
      'nothing to replay: audit gets none: its rule skips replays; --include-skipped sends them all the same',
    );
    const included = await plan(skipping, { includeSkipped: true });
    expect(included.receivers.map(chosenEventsText)).toEqual(['1, although it skips replays']);

    const disabled = new ChosenWorld([eventText('ann')]);
    disabled.aws.answer('DescribeRule', () => ({ State: 'DISABLED', EventPattern: '{}' }));
    const none = await plan(disabled, { includeSkipped: true });
    expect(reasonNothingChosen(none)).toBe('nothing to replay: audit gets none: its rule is disabled');
  });

  test('to all subscribers are not for those that skip replays: they must be named', async () => {
    const world = new ChosenWorld([]);
    const made = plan(world, { toSubscriber: [], allSubscribers: true, includeSkipped: true });
    await expect(made).rejects.toThrow(UsageError);
  });

  test('are not those that are about no user, where users are chosen', async () => {
    const world = new ChosenWorld([eventText('ann'), eventText('bo').replace('{"data":{"userId":"bo"}}', '{}')]);
    const { receivers } = await plan(world, { users: ['ann'] });
    expect(receivers.map(({ events }) => events.length)).toEqual([1]);
  });

  test('that are more than fit, for all subscribers together, are refused, and nothing temporary is left', async () => {
    const world = new ChosenWorld(Array.from({ length: 1500 }, (_, index) => eventText(`u${index}`)));
    const choice = { toSubscriber: ['audit', 'uri-recorder'] };
    const { receivers } = await plan(world, choice, { most: 3000 });
    expect(receivers.map(({ events }) => events.length)).toEqual([1500, 1500]);
    const refused = plan(world, choice, { most: 2999 });
    await expect(refused).rejects.toThrow(CommandFailure);
    await expect(refused).rejects.toThrow(
      'more than 2,999 events are chosen, the most that one run can hold; choose a shorter window, or fewer users',
    );
    expect(world.leftovers).toEqual([]);
    expect(world.sent).toEqual([]);
  });

  test('may be 100,000 unless something else is said', async () => {
    const refused = plan(new ChosenWorld([eventText('ann')]), {}, { most: 0 });
    await expect(refused).rejects.toThrow('more than 0 events are chosen');
    expect(MOST_CHOSEN).toBe(100_000);
  });

  test('whose effect is there are left out where that is asked, and counted', async () => {
    const world = new ChosenWorld([eventText('ann'), eventText('bo', 1), eventText('cy', 2)]);
    world.withUri.add('ann').add('cy');
    const looks: ChosenProgress[] = [];
    const onProgress = (progress: ChosenProgress) => void (progress.kind === 'looked at' && looks.push(progress));
    const made = await plan(world, { toSubscriber: ['audit', 'uri-recorder'], notDone: true }, { onProgress });
    expect(made.notDone).toBe(true);
    expect(made.receivers.map(({ events, done, doneBy }) => [events.length, done, doneBy])).toEqual([
      [3, 0, undefined],
      [1, 2, "the user's row has a URI"],
    ]);
    expect(made.receivers[0]).not.toHaveProperty('doneBy');
    expect(looks).toEqual([{ kind: 'looked at', subscriber: 'uri-recorder', events: 3, totalEvents: 3 }]);

    const all = await plan(world, { toSubscriber: ['uri-recorder'] });
    expect(all).toMatchObject({ notDone: false, receivers: [{ done: 0 }] });
    expect(all.receivers[0]?.events).toHaveLength(3);
  });

  test.each(['StartReplay', 'BatchGetItem'])('are not planned where it is stopped at %s', async (last) => {
    const world = new ChosenWorld([eventText('ann')]);
    const stop = new AbortController();
    world.beforeCall = (operation) => {
      if (operation === last) stop.abort();
    };
    const choice = { toSubscriber: ['uri-recorder'], notDone: true };
    await expect(plan(world, choice, { signal: stop.signal })).rejects.toThrow('It was stopped.');
    if (last === 'StartReplay') expect(world.aws.inputs('BatchGetItem')).toEqual([]);
  });

  test('are read with word of how far that is, and of nothing else', async () => {
    const world = new ChosenWorld([eventText('ann')]);
    const told: ChosenProgress[] = [];
    await plan(world, {}, { onProgress: (progress) => told.push(progress) });
    expect(told).not.toEqual([]);
    const scanned = { kind: 'scanned', subscriber: 'audit', minutes: 0, totalMinutes: 60 };
    expect(told).toEqual(told.map(() => scanned));
  });

  test('are read with word of what could not be removed: now, or of an earlier run', async () => {
    const world = new ChosenWorld([eventText('ann')]);
    const failing = (name: string) => () => {
      throw awsError('InternalFailure', name);
    };
    world.aws.answer('ListRules', failing('no list'));
    world.aws.answer('DeleteQueue', failing('no delete'));
    const told: ChosenProgress[] = [];
    await plan(world, {}, { onProgress: (progress) => void (progress.kind !== 'scanned' && told.push(progress)) });
    expect(told).toEqual([
      {
        kind: 'removed',
        text: 'Could not remove what earlier runs may have left behind: InternalFailure: no list',
      },
      {
        kind: 'left-behind',
        name: expect.stringMatching(/^pipeline-events-/),
        problem: expect.stringContaining('no delete'),
      },
    ]);
  });

  test('whose effect cannot be known are all there, and the plan says so', async () => {
    const world = new ChosenWorld([eventText('ann')]);
    const made = await plan(world, { notDone: true });
    expect(made.receivers.map(chosenEventsText)).toEqual(['1']);
    expect(chosenNotes(made, world.on.target, NOW)).toEqual([
      'Whether the effect of audit is there cannot be known: no event is left out.',
    ]);
  });
});

test('events are sent at the rate that is asked for, by time', async () => {
  const world = new ChosenWorld(Array.from({ length: 4 }, (_, second) => eventText(`u${second}`, second)).reverse());
  const made = await plan(world);
  let time = 0;
  const sentAt: number[] = [];
  world.afterCall = (operation) => {
    if (operation === 'SendMessage') sentAt.push(time);
  };
  const clock = {
    now: () => time,
    pause: async (ms: number) => {
      time += ms;
    },
  };
  const steps: SentEvents[] = [];
  await sendChosen(world.on, made, { rate: 4, signal: GOING_ON, onProgress: (step) => steps.push(step), clock });
  expect(sentAt).toEqual([0, 250, 500, 750]);
  expect(world.sent.map((body) => (JSON.parse(body) as { id: string }).id)).toEqual(['u0', 'u1', 'u2', 'u3']);
  expect(steps.at(-2)).toEqual({ sent: 3, total: 4, next: NOW - HOUR_MS + 3000 });
  expect(steps.at(-1)).toEqual({ sent: 4, total: 4 });
});

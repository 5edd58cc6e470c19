import { describe, expect, test } from '@jest/globals';
import { BROKEN, ChosenWorld } from './chosen-world.ts';
import { HOUR_MS, NOW } from './plans.ts';

const time = (index: number) => `${new Date(NOW - HOUR_MS + index * 1000).toISOString().slice(0, 19)}Z`;

/** A number that is not exact in JavaScript. */
const EVENTS = Array.from(
  { length: 25 },
  (_, index) =>
    `{"version":"0","id":"e${index}","detail-type":"A","source":"s","time":"${time(index)}","detail":{"data":{"userId":"u${index}"},"size":12345678901234567890}}`,
);
const SENT = EVENTS.map((text) => `${text.slice(0, -1)},"replay-name":"again"}`);

const GOING_ON = new AbortController().signal;

/** The operations of an undisturbed run, in their order. */
async function undisturbed(): Promise<string[]> {
  const world = new ChosenWorld(EVENTS);
  await world.replay(GOING_ON);
  return world.aws.calls.map(([operation]) => operation);
}

/** How many calls an undisturbed run makes; a test below holds that. */
const CALLS = 54;
const EACH = Array.from({ length: CALLS }, (_, index) => index + 1);

/** What has become of a run that was disturbed, and of one that continues it. */
async function disturbedAt(nth: number, moment: 'before' | 'after', disturb: (world: ChosenWorld) => void) {
  const world = new ChosenWorld(EVENTS);
  let calls = 0;
  const strike = (own: 'before' | 'after') => () => {
    if (own === 'before') calls += 1;
    if (own === moment && calls === nth) disturb(world);
  };
  world.beforeCall = strike('before');
  world.afterCall = strike('after');
  return world;
}

/** Runs again from where the first run has said that it must continue. */
async function continued(world: ChosenWorld, next: number | undefined): Promise<void> {
  world.beforeCall = () => {};
  world.afterCall = () => {};
  const before = world.sent.length;
  // The archive gives all; only what is at that time or later is wanted.
  await world.replay(GOING_ON);
  const again = world.sent.splice(before);
  world.sent.push(...again.filter((body) => Date.parse((JSON.parse(body) as { time: string }).time) >= (next ?? 0)));
}

describe('a replay of chosen events', () => {
  test('sends each event once, by time, as it was, with its own name', async () => {
    const world = new ChosenWorld(EVENTS);
    expect(await world.replay(GOING_ON)).toEqual({ sent: 25, total: 25 });
    expect(world.sent).toEqual(SENT);
    expect(world.leftovers).toEqual([]);
    const operations = await undisturbed();
    expect(operations).toHaveLength(CALLS);
    // What is temporary is gone before the first event is sent.
    expect(operations.lastIndexOf('DeleteQueue')).toBeLessThan(operations.indexOf('SendMessage'));
  });

  test.each(EACH)(
    'stopped at call %i loses nothing: nothing temporary is left, and it can be continued',
    async (nth) => {
      const stop = new AbortController();
      const world = await disturbedAt(nth, 'before', () => stop.abort());
      const reached = await world.replay(stop.signal);
      expect(world.leftovers).toEqual([]);
      expect(world.sent).toEqual(SENT.slice(0, reached?.sent ?? 0));
      expect(reached?.next).toBe(
        world.sent.length === 25 ? undefined : reached && NOW - HOUR_MS + world.sent.length * 1000,
      );
      await continued(world, reached?.next);
      expect(new Set(world.sent)).toEqual(new Set(SENT));
    },
  );

  test.each(EACH.flatMap((nth) => [[nth, 'before'] as const, [nth, 'after'] as const]))(
    'broken at call %i, %s it takes effect, loses nothing, and names what it could not remove',
    async (nth, moment) => {
      const world = await disturbedAt(nth, moment, () => {
        throw new Error(BROKEN);
      });
      const reached = await world.replay(GOING_ON).catch((error: Error) => {
        expect(error.message).toBe(BROKEN);
        return undefined;
      });
      expect(world.leftovers.filter((name) => !world.leftBehind.includes(name))).toEqual([]);
      // An event whose answer was lost counts as not sent.
      expect(world.sent.length - (reached?.sent ?? 0)).toBe(reached?.next !== undefined && moment === 'after' ? 1 : 0);
      world.rules.clear();
      await continued(world, reached?.next);
      expect(new Set(world.sent)).toEqual(new Set(SENT));
    },
  );
});

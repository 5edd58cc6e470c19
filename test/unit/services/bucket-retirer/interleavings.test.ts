import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { settleBuckets } from '../../../../services/bucket-retirer/settle-buckets.ts';
import { bucketOf, NOW, SETTINGS, World } from './world.ts';

const USER = 'mina';
const THEN = NOW - 90 * 86_400;
const [NAME] = bucketOf(USER, THEN);

const CHANGES = ['row deleted', 'row put', 'event of before'] as const;

/** The calls at which a function dies. */
const deaths = fc.uniqueArray(fc.nat(60), { maxLength: 4 });

test.each([
  // A replay that dies after it restored a bucket, while its user leaves, does not take that back (decision 0034).
  ['replays', [...CHANGES, 'replay'], fc.constant<number[]>([])],
  ['deaths', CHANGES, deaths],
] as const)(
  'given deletions, returns, repetitions and %s, between any two calls of each other, the bucket is in the end what the row says',
  async (_, what, dying) => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom(...what), { minLength: 1, maxLength: 6 }),
        dying,
        fc.boolean(),
        async (scheduler, happenings, callsOfDeath, isRegistered) => {
          const world = new World(bucketOf(USER, THEN));
          if (isRegistered) world.rows.add(USER);
          world.turn = () => scheduler.schedule(Promise.resolve());
          world.before = (call) => {
            if (callsOfDeath.includes(call)) throw new Error('the function died');
          };
          const events: Promise<void>[] = [];
          // The queue gives an event again whose function died; there are fewer deaths than times.
          let mayBeRetired = false;
          const deliver = async (mayRetire: boolean) => {
            mayBeRetired ||= mayRetire;
            const attempt = () => settleBuckets(USER, SETTINGS, world.effects, { mayRetire }).then(() => true);
            while (!(await attempt().catch(() => false)));
          };
          const changes = scheduler.scheduleSequence(
            happenings.map((each) => async () => {
              if (each === 'row deleted' && !world.rows.delete(USER)) return;
              if (each === 'row put') world.rows.add(USER);
              events.push(deliver(each !== 'replay'));
            }),
          );
          await scheduler.waitFor(changes.task);
          for (const event of events) await scheduler.waitFor(event);
          const hasLeft = !world.rows.has(USER) && mayBeRetired;
          expect([world.isRetired(NAME), world.isToBeEmptied(NAME)]).toEqual([hasLeft, hasLeft]);
        },
      ),
      { numRuns: 1000 },
    );
  },
);

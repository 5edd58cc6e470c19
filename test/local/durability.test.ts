import { expect, test } from '@jest/globals';
import { survive } from '../support/durability/survival.ts';

/** A failure is repeated with the seed in its name. */
const SEED = Number(process.env.DURABILITY_SEED ?? Date.now() % 1_000_000);

test.each([SEED, SEED + 1])(
  'given 500 registrations and an engine that is killed twice, nobody can tell afterwards (DURABILITY_SEED=%i)',
  async (seed) => {
    await expect(survive({ users: 500, kills: 2, seed })).resolves.toBeUndefined();
  },
  150_000,
);

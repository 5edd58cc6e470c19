import { expect, test } from '@jest/globals';
import { survive } from '../support/durability/survival.ts';

/** A failure is repeated with the seed in its name. */
const SEED = Number(process.env.DURABILITY_SEED ?? Date.now() % 1_000_000);
const RUNS = Number(process.env.DURABILITY_RUNS ?? 20);

test.each(Array.from({ length: RUNS }, (_, run) => SEED + run))(
  'given 500 registrations and an engine that is killed five times, nobody can tell afterwards (DURABILITY_SEED=%i)',
  async (seed) => {
    await expect(survive({ users: 500, kills: 5, seed })).resolves.toBeUndefined();
  },
);

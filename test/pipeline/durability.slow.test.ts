import { expect, test } from '@jest/globals';
import { survive } from '../support/durability/survival.ts';

/** A failure is repeated with the seed in its name. */
const SEED = Number(process.env.DURABILITY_SEED ?? Date.now() % 1_000_000);

test(`given 500 registrations and an engine that is killed twice, nothing is lost (DURABILITY_SEED=${SEED})`, async () => {
  await expect(survive({ users: 500, kills: 2, seed: SEED })).resolves.toBeUndefined();
});

import { expect, test } from '@jest/globals';
import { type Plan, planOf } from '../../../../tools/simulate/day/plan.ts';
import { shrink } from '../../../../tools/simulate/day/shrink.ts';

const plan: Plan = {
  seed: '1',
  registrations: [1, 2, 3].map((n) => ({ userId: `user${n}`, atMs: n })),
  faults: [
    { kind: 'duplicate', what: 'stream-record', nth: 1 },
    { kind: 'on-the-way', what: 'kill-after', service: 'bucket-service', nth: 2 },
    {
      kind: 'error',
      operation: 's3:CreateBucket',
      nth: 1,
      times: 60,
      when: 'after',
      code: 'InternalError',
      status: 500,
    },
  ],
};

test('what is not needed for the failure is left out, and a burst becomes as short as it may be', async () => {
  const fails = async ({ registrations, faults }: Plan) =>
    registrations.some(({ userId }) => userId === 'user2') &&
    faults.some((fault) => fault.kind === 'error' && fault.times >= 5);
  expect(await shrink(plan, fails)).toEqual({
    seed: '1',
    registrations: [plan.registrations[1]],
    faults: [{ ...plan.faults[2], times: 7 }],
  });
});

test('a failure that needs everything keeps everything', async () => {
  const fails = async (smaller: Plan) => JSON.stringify(smaller) === JSON.stringify(plan);
  expect(await shrink(plan, fails)).toEqual(plan);
});

test('a seed always gives the same plan, and another seed another', () => {
  expect(planOf('5', 4)).toEqual(planOf('5', 4));
  expect(planOf('5', 4)).not.toEqual({ ...planOf('6', 4), seed: '5' });
});

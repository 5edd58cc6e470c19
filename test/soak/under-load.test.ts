import { expect, test } from '@jest/globals';
import { testAssembly } from '../support/assembly.ts';
import { soak } from './load/run.ts';

/** A failure is repeated with the seed in its name. */
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);

test.each([SEED])(
  'given 20 seconds of registrations while engine, functions and commands are killed, everybody is recorded (SOAK_SEED=%i)',
  async (seed) => {
    const { findings, figures, samples } = await soak({
      minutes: 1 / 3,
      rate: 15,
      seed,
      assembly: testAssembly(),
      onProgress: () => {},
    });
    expect(findings).toEqual([]);
    expect(figures).toMatchObject({ 'engine killed': 2 });
    expect(figures['by the sign-up service']).toBeGreaterThan(0);
    expect(figures['functions killed']).toBeGreaterThan(0);
    expect(figures['queues closed']).toBeGreaterThan(0);
    expect(new Set(samples.map(({ life }) => life)).size).toBeGreaterThan(1);
  },
);

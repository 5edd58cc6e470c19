import { expect, test } from '@jest/globals';
import { testAssembly } from '../support/assembly.ts';
import { soak } from './load/run.ts';

/** A failure is repeated with the seed in its name. */
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);

/** What is looked at in a run that is too short for memory. */
const JUDGED = [
  'file descriptors of the engine',
  'active handles of the engine',
  'timers of the engine, without one for each queue',
  'file descriptors of a function',
  'change log of the database',
];

test.each([SEED])(
  'given 20 seconds of registrations while engine, functions and commands are killed, everybody is recorded (SOAK_SEED=%i)',
  async (seed) => {
    const { findings, figures, samples, judgements } = await soak({
      minutes: 1 / 3,
      rate: 15,
      seed,
      assembly: testAssembly(),
      onProgress: () => {},
    });
    expect(findings).toEqual([]);
    // What grows is a finding. A slow machine takes too few samples for a line.
    expect(judgements.map(({ measure }) => measure)).toEqual(JUDGED);
    expect(figures).toMatchObject({ 'engine killed': 2 });
    expect(figures['by the sign-up service']).toBeGreaterThan(0);
    expect(figures['functions killed']).toBeGreaterThan(0);
    expect(figures['queues closed']).toBeGreaterThan(0);
    expect(new Set(samples.map(({ life }) => life)).size).toBeGreaterThan(1);
  },
);

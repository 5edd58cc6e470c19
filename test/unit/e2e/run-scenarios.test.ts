import { describe, expect, test } from '@jest/globals';
import type { PipelineUnderTest } from '../../e2e/pipeline-under-test.ts';
import { requireExpendable } from '../../e2e/require-expendable.ts';
import { runScenarios } from '../../e2e/run-scenarios.ts';
import type { Scenario } from '../../e2e/scenario.ts';

const PIPELINE = {} as PipelineUnderTest;
const passing = (name: string, isSlow = false): Scenario => ({ name, isSlow, run: async () => {} });
const failing: Scenario = {
  name: 'failing',
  run: async () => {
    throw new Error('no bucket');
  },
};

/** Runs them, and gives their names with what came of each. */
async function run(scenarios: readonly Scenario[], { slow = false, signal = new AbortController().signal } = {}) {
  const started: string[] = [];
  const results = await runScenarios(scenarios, PIPELINE, {
    slow,
    signal,
    now: () => 0,
    explain: (error) => new Error(`explained: ${(error as Error).message}`),
    onStart: ({ name }) => started.push(name),
    onResult: () => {},
  });
  return { started, results: results.map(({ name, outcome, problem }) => [name, outcome, problem]) };
}

describe('a run of scenarios', () => {
  test('given one that fails, says why and goes on', async () => {
    const { results } = await run([failing, passing('other')]);
    expect(results).toEqual([
      ['failing', 'failed', 'explained: no bucket'],
      ['other', 'passed', undefined],
    ]);
  });

  test('given a slow one, leaves it out unless it is asked for', async () => {
    expect((await run([passing('slow', true)])).results).toEqual([['slow', 'left out', undefined]]);
    expect((await run([passing('slow', true)], { slow: true })).results).toEqual([['slow', 'passed', undefined]]);
  });

  test('given a request to stop, begins no other', async () => {
    const controller = new AbortController();
    const stopping: Scenario = { name: 'stopping', run: async () => controller.abort() };
    const { started } = await run([stopping, passing('next')], { signal: controller.signal });
    expect(started).toEqual(['stopping']);
  });
});

describe('a stack whose users are real', () => {
  test.each(['user-bucket-pipeline-prod', 'prod'])('%s is not touched unless that was agreed to', (name) => {
    expect(() => requireExpendable(name, false)).toThrow(/add --yes/);
    expect(() => requireExpendable(name, true)).not.toThrow();
  });

  test.each(['user-bucket-pipeline-dev', 'user-bucket-pipeline-product'])('%s is not one', (name) => {
    expect(() => requireExpendable(name, false)).not.toThrow();
  });
});

import type { PipelineUnderTest } from './pipeline-under-test.ts';
import type { Scenario, ScenarioResult } from './scenario.ts';

export interface RunOptions {
  /** Whether slow ones run as well. */
  readonly slow: boolean;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Aborted when no more scenario is to begin. */
  readonly signal: AbortSignal;
  readonly explain: (error: unknown) => unknown;
  readonly onStart: (scenario: Scenario) => void;
  readonly onResult: (result: ScenarioResult) => void;
}

/** Runs scenarios one after another; one that fails does not keep the others from it. */
export async function runScenarios(
  scenarios: readonly Scenario[],
  pipeline: PipelineUnderTest,
  options: RunOptions,
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const runs = !options.signal.aborted && (options.slow || !scenario.isSlow);
    const result = runs ? await runOne(scenario, pipeline, options) : leftOut(scenario);
    options.onResult(result);
    results.push(result);
  }
  return results;
}

function leftOut({ name }: Scenario): ScenarioResult {
  return { name, outcome: 'left out', seconds: 0 };
}

async function runOne(
  scenario: Scenario,
  pipeline: PipelineUnderTest,
  { now, explain, onStart }: RunOptions,
): Promise<ScenarioResult> {
  const { name } = scenario;
  const started = now();
  const seconds = () => Math.round((now() - started) / 100) / 10;
  onStart(scenario);
  try {
    await scenario.run(pipeline);
    return { name, outcome: 'passed', seconds: seconds() };
  } catch (error) {
    return { name, outcome: 'failed', seconds: seconds(), problem: (explain(error) as Error).message };
  }
}

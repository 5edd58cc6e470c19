import type { PipelineUnderTest } from './pipeline-under-test.ts';

/** Something that a deployed pipeline must do, tried from outside: through AWS's APIs and nothing else. */
export interface Scenario {
  /** What is true if it passes. */
  readonly name: string;
  /** Takes minutes on AWS, so it runs only when asked for. @default false */
  readonly isSlow?: boolean;
  /** @throws Error if it is not true */
  run(pipeline: PipelineUnderTest): Promise<void>;
}

/** How a scenario went. */
export interface ScenarioResult {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'left out';
  readonly seconds: number;
  /** Why it failed. */
  readonly problem?: string;
}

/**
 * Runs the end-to-end scenarios against a deployed stack, through AWS's APIs only.
 *
 *   npm run e2e -- --stack NAME             with the usual AWS credentials; without --stack, against the local engine
 *   npm run e2e -- --stack NAME --slow      also what takes minutes on AWS
 *   npm run e2e -- --stack NAME --json      results as JSON
 *   npm run e2e -- --stack NAME --yes       also in prod
 *
 * Ctrl-C stops it, and removes what it has made. Exit codes: 0 all passed, 1 one failed or something was left behind, 2 wrong usage.
 */
import { setTimeout } from 'node:timers/promises';
import { Command } from '@commander-js/extra-typings';
import { withTarget } from '../../cli/options.ts';
import { stoppable } from '../../cli/output/interruption.ts';
import { jsonLine, note, print } from '../../cli/output/output.ts';
import { runProgram } from '../../cli/output/run-program.ts';
import { explainAwsError } from '../../operations/aws/aws-failure.ts';
import { type OnStack, onStack } from '../../operations/deployed/stack.ts';
import { visible } from '../../operations/messages/display.ts';
import { CommandFailure } from '../../operations/messages/errors.ts';
import { newRunId } from '../../operations/users/index.ts';
import { SCENARIOS } from './all-scenarios.ts';
import { cleanUp } from './clean-up.ts';
import { PipelineUnderTest } from './pipeline-under-test.ts';
import { requireExpendable } from './require-expendable.ts';
import { runScenarios } from './run-scenarios.ts';
import type { ScenarioResult } from './scenario.ts';

interface Options {
  readonly stack?: string;
  readonly port?: number;
  readonly slow?: boolean;
  readonly json?: boolean;
  readonly yes?: boolean;
}

const MARKS: Readonly<Record<ScenarioResult['outcome'], string>> = { passed: '✓', failed: '✗', 'left out': '-' };

async function run(options: Options): Promise<void> {
  await stoppable((signal) => onStack(options, (on) => runOn(on, options, signal)));
}

async function runOn(on: OnStack, options: Options, signal: AbortSignal): Promise<void> {
  const tell = (line: string) => options.json || print(`${line}\n`);
  requireExpendable(on.stack.name, options.yes ?? false);
  const runId = newRunId(Date.now(), Math.random());
  const now = () => performance.now();
  const pipeline = new PipelineUnderTest(on, { runId, now, pause: (ms) => setTimeout(ms, undefined, { signal }) });
  tell(`${on.stack.name}: users of this run begin with ${pipeline.userId('')}`);
  let results: ScenarioResult[] = [];
  let left: string[] = [];
  try {
    await pipeline.watch.open();
    results = await runScenarios(SCENARIOS, pipeline, {
      slow: options.slow ?? false,
      now,
      signal,
      explain: (error) => explainAwsError(error, on.target),
      onStart: ({ name }) => process.stderr.isTTY && process.stderr.write(`  ${name}\r`),
      onResult: ({ name, outcome, seconds, problem }) => {
        const end = outcome === 'left out' ? outcome : `${seconds} s`;
        tell(`${MARKS[outcome]} ${name} (${end})${problem === undefined ? '' : `\n    ${visible(problem)}`}`);
      },
    });
  } finally {
    left = await cleanUp(pipeline);
    for (const line of left) note(`left behind: ${visible(line)}\n`);
  }
  if (options.json) print(jsonLine({ stack: on.stack.name, runId, results, left }));
  if (signal.aborted) throw new CommandFailure('stopped before the end; what was made is removed');
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  if (failed > 0) throw new CommandFailure(`${failed} of ${results.length} scenarios failed`);
  if (left.length > 0) throw new CommandFailure('not everything that was made could be removed');
}

const program = withTarget(new Command('npm run e2e --'))
  .description('Runs the end-to-end scenarios against a deployed stack.')
  .option('--slow', 'also scenarios that take minutes on AWS')
  .option('--json', 'results as JSON')
  .option('--yes', 'also against a stack whose stage is prod')
  .addHelpText(
    'after',
    `
It signs up users whose ids begin with e2e-, watches what comes of them by a rule and a queue of its own, and removes all
of it at the end, also after a failure or Ctrl-C: rows, buckets, dead letters, rule and queue. Their events stay in the
archive. Exit code 0: all passed; 1: one failed, or something was left behind; 2: wrong usage.`,
  )
  .exitOverride()
  .action(run);

await runProgram(program);

/**
 * `npm run fuzz`: gives the engine inputs that are wrong in some way, the same ones for the same seed. Each must be answered
 * rightly or refused by an error with a name. Prints how many inputs each target got; and for each that failed its seed, what
 * happened, and the smallest input that fails in the same way.
 */
import { Option } from '@commander-js/extra-typings';
import { wholeNumber } from '../../cli/options.ts';
import { runProgram } from '../../cli/output/run-program.ts';
import { script } from '../../tools/script.ts';
import { runTarget } from './run-target.ts';
import { TARGETS } from './targets/index.ts';
import { Watchdog } from './watchdog.ts';

const MOST_INPUTS = 1_000_000_000;
const MOST_SEED = 2 ** 31 - 1;
/** More failures of a target are of no use before the first ones are mended. */
const MOST_FAILURES = 25;
/** How much of an input is shown. */
const MOST_SHOWN = 3000;

const names = TARGETS.map(({ name }) => name);

interface Options {
  readonly inputs: number;
  readonly seed: number;
  readonly target?: string;
}

async function fuzz({ inputs, seed, target: only }: Options): Promise<void> {
  const chosen = TARGETS.filter(({ name }) => only === undefined || name === only);
  const watchdog = new Watchdog(names);
  let failed = 0;
  for (const target of chosen) {
    const count = chosen.length === 1 ? inputs : Math.ceil((inputs * target.share) / 100);
    const start = performance.now();
    const failures = await runTarget({
      target,
      inputs: count,
      seed,
      begin: (current) => watchdog.begin(names.indexOf(target.name), current),
      rest: () => watchdog.rest(),
      mostFailures: MOST_FAILURES,
    });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `${target.name}: ${count} inputs from seed ${seed}, ${failures.length} kinds of failures, ${seconds} s`,
    );
    for (const failure of failures) {
      failed += 1;
      console.log(`\n  --target ${target.name} --seed ${failure.seed} --inputs 1\n  ${failure.problem}`);
      console.log(`  ${JSON.stringify(failure.input)?.slice(0, MOST_SHOWN)}\n`);
    }
  }
  await watchdog.stop();
  if (failed > 0) process.exitCode = 1;
}

await runProgram(
  script('fuzz', 'Gives the engine inputs that are wrong in some way, the same ones for the same seed.')
    .option('--inputs <n>', 'how many inputs, of all targets together', wholeNumber(1, MOST_INPUTS), 20_000)
    .option(
      '--seed <n>',
      'the first seed; --seed S --inputs 1 --target NAME repeats one input',
      wholeNumber(0, MOST_SEED),
      1,
    )
    .addOption(new Option('--target <name>', 'only this target').choices(names))
    .action(fuzz),
);

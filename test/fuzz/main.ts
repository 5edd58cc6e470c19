/**
 * `npm run fuzz`: gives the engine inputs that are wrong in some way, the same ones for the same seed. Each must be answered
 * rightly or refused by an error with a name. Prints how many inputs each target got; and for each that failed its seed, what
 * happened, and the smallest input that fails in the same way.
 */
import { parseArgs } from 'node:util';
import { runTarget } from './run-target.ts';
import { TARGETS } from './targets/index.ts';
import { Watchdog } from './watchdog.ts';

const USAGE = `npm run fuzz -- [--inputs N] [--seed S] [--target NAME]

  --inputs N     how many inputs, of all targets together (default 20000)
  --seed S       the first seed (default 1); --seed S --inputs 1 --target NAME repeats one input
  --target NAME  one of ${TARGETS.map(({ name }) => name).join(', ')} (default all)`;

/** More failures of a target are of no use before the first ones are mended. */
const MOST_FAILURES = 25;
/** How much of an input is shown. */
const MOST_SHOWN = 3000;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
const chosen = TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
const problem =
  chosen.length === 0
    ? `There is no target ${values.target}.`
    : !(Number.isInteger(inputs) && inputs > 0)
      ? `--inputs must be a whole number from 1 on, not ${values.inputs}.`
      : !(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)
        ? `--seed must be a whole number from 0 to 2147483647, not ${values.seed}.`
        : undefined;
if (values.help) console.log(USAGE);
else if (problem !== undefined) {
  console.error(`${problem}\n\n${USAGE}`);
  process.exitCode = 2;
} else process.exitCode = (await fuzz()) === 0 ? 0 : 1;

/** @returns how many kinds of failures there are */
async function fuzz(): Promise<number> {
  const names = TARGETS.map(({ name }) => name);
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
  return failed;
}

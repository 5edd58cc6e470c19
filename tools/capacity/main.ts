/**
 * Says which quota limits growth first, and what to do when.
 *
 *   npm run capacity -- --signups-per-second 200 [--users 5000000] [--region ap-northeast-1] [--stage prod] [--json]
 *
 * It makes no calls: it knows the default quotas of an account (tools/capacity/quotas.ts), and synthesizes the stack of cdk.json.
 * Exit codes: 0 done, 2 wrong usage.
 */
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../../cdk/context.ts';
import { jsonLine, print } from '../../cli/output/output.ts';
import { runProgram } from '../../cli/output/run-program.ts';
import { UsageError } from '../../operations/messages/errors.ts';
import {
  type CapacityPlan,
  planCapacity,
  planSteps,
  planText,
  type Reading,
  USERS_OF_ACCOUNT,
} from './plan-capacity.ts';
import { PRICE_REGION } from './prices.ts';
import { EVENTBRIDGE_QUOTAS } from './quotas.ts';
import { stackFacts } from './stack-facts.ts';

interface Options {
  readonly users: number;
  readonly signupsPerSecond: number;
  readonly region: string;
  readonly stage: string;
  readonly json?: boolean;
}

const MOST_USERS = 10_000_000_000;
const MOST_SIGNUPS = 1_000_000;

async function run({ json, stage, ...demand }: Options): Promise<void> {
  const quotas = EVENTBRIDGE_QUOTAS.get(demand.region);
  if (quotas === undefined) throw new Error(`The options let an unknown Region through: ${demand.region}`);
  // Loaded late, because the CDK takes long to load: help and usage errors do not need it.
  const { stageTemplate } = await import('../stage-template.ts');
  const template = await stageTemplate({ stage }).catch((error: unknown) => {
    throw error instanceof ConfigError ? new UsageError(error.message, { cause: error }) : error;
  });
  const plan = planCapacity(demand, stackFacts(template), quotas, demand.region);
  print(
    json ? jsonLine({ ...demand, stage, ...withMend(plan), steps: planSteps(demand, plan) }) : planText(demand, plan),
  );
}

/** `mend` is the former name of `fix` in the JSON. `enoughFor` is null if a limit is enough for any number. */
function withMend({ readings, toRaise, ...plan }: CapacityPlan): object {
  const both = (reading: Reading) => ({ ...reading, mend: reading.fix });
  return { ...plan, readings: readings.map(both), toRaise: toRaise.map(both) };
}

/** Reads a number above zero; a rate may have decimals. */
function numberUpTo(most: number, { whole }: { whole: boolean }): (text: string) => number {
  return (text) => {
    const number = Number(text.replaceAll(/[,_]/g, ''));
    if (number > 0 && number <= most && (!whole || Number.isInteger(number))) return number;
    throw new InvalidArgumentError(
      `It must be a ${whole ? 'whole ' : ''}number above 0, up to ${most.toLocaleString('en-US')}.`,
    );
  };
}

/** Accepts a Region whose quotas are known. */
function knownRegion(name: string): string {
  if (EVENTBRIDGE_QUOTAS.has(name)) return name;
  throw new InvalidArgumentError(
    `The quotas of '${name}' are not known. Known Regions are ${[...EVENTBRIDGE_QUOTAS.keys()].sort().join(', ')}. ` +
      'If AWS has that Region, look up its quotas in Service Quotas, and give a Region with the same ones.',
  );
}

const program = new Command('npm run capacity --')
  .description('Says which AWS quota limits growth first, and what to do when.')
  .requiredOption('--signups-per-second <n>', 'at the busiest time', numberUpTo(MOST_SIGNUPS, { whole: false }))
  .option(
    '--users <n>',
    'number of users to plan for; by default as many as one account can hold',
    numberUpTo(MOST_USERS, { whole: true }),
    USERS_OF_ACCOUNT,
  )
  .option('--region <name>', 'where the stack is', knownRegion, PRICE_REGION)
  .option('--stage <name>', 'stage of cdk.json', 'prod')
  .option('--json', 'the plan as JSON')
  .exitOverride()
  .action(run);

await runProgram(program);

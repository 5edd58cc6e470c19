import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { DEFAULT_PORT, DEFAULT_REGION } from '../../../operations/aws/target.ts';
import { type OptionsOf, oneMore, wholeNumber } from '../../options.ts';

/** Seconds for a registration; here it takes less than one. */
const TIMEOUT_SECONDS = 30;

/** As in the event schemas: a Region that AWS opens tomorrow fits as well. */
const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

const define = (program: Command) =>
  program
    .command('dev')
    .description('run the whole stack on this machine and register sample users')
    .option('--port <n>', 'port to listen on, 0 for any free one', wholeNumber(0, 65_535), DEFAULT_PORT)
    .option('--region <name>', 'AWS Region that the engine claims to be', regionName, DEFAULT_REGION)
    .option('--data <folder>', 'keep rows, queues, archive, buckets and journal in this folder across runs', folderName)
    .addOption(
      new Option('--journal-values <which>', 'values that the journal keeps; types keeps personal data out of it')
        .choices(['all', 'types'] as const)
        .default('all' as const),
    )
    .option('--no-samples', 'register no users')
    .option('--once', 'stop when every sample user has a bucket; fail if one has none in time')
    .option('--timeout <seconds>', 'how long the sample users may take', wholeNumber(1, 3600), TIMEOUT_SECONDS)
    .option('-c, --context <key=value>', 'context value for the stack, as in cdk synth (repeatable)', contextValue)
    .addOption(
      new Option('--assembly <folder>', 'run the output of cdk synth in this folder instead of synthesizing')
        .argParser(folderName)
        .conflicts('context'),
    )
    .option('--app <folder>', "also run the stacks of another team's CDK app (repeatable)", folderNames)
    .option(
      '--console-port <n>',
      'port of the web page that shows the pipeline (default: --port plus 1000; any free one if it is in use)',
      wholeNumber(0, 65_535),
    )
    .option('--no-console', 'serve no web page')
    .option('--allow-host <name>', 'another host name for the engine, besides localhost (repeatable)', oneMore)
    .option(
      '--environments <n>',
      'processes that each function has at most (default: one per core, at least 2)',
      environments,
    )
    .option('--logs [subscribers...]', 'show the log lines of these subscribers, or of all');

export type DevOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (options) => (await import('./dev.ts')).dev(options));
}

/** As far as a subscription's own concurrency goes. */
const environments = wholeNumber(1, 1000);

function folderName(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It must name a folder, such as .pipeline.');
}

function folderNames(text: string, previous?: readonly string[]): string[] {
  return oneMore(folderName(text), previous);
}

function regionName(text: string): string {
  if (REGION.test(text)) return text;
  throw new InvalidArgumentError('It must have the form of an AWS Region, such as eu-west-1.');
}

function contextValue(text: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return { ...previous, [key]: value };
  throw new InvalidArgumentError('It must have the form key=value.');
}

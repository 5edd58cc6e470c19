import { Option } from '@commander-js/extra-typings';
import { wholeNumber } from '../../cli/options.ts';
import { script } from '../script.ts';

const MOST_SEEDS = 10_000_000;
const MOST_EVENTS = 50;

/** The options of `npm run simulate`. */
export function defineSimulate() {
  return script(
    'simulate',
    "Runs days of sign-ups and faults that seeds decide, in virtual time, and checks the pipeline's promises on each.",
  )
    .option('--seeds <n>', 'how many days', wholeNumber(1, MOST_SEEDS), 500)
    .option('--from <n>', 'seed of the first day: the next ones have the seeds after it', wholeNumber(1, MOST_SEEDS), 1)
    .addOption(
      new Option('--seed <text>', 'only the day of this seed, which may be any text; prints its hash').conflicts([
        'seeds',
        'from',
      ]),
    )
    .option('--events <n>', 'sign-ups on a day', wholeNumber(1, MOST_EVENTS), 5)
    .option('--json', 'prints the summary as JSON, and nothing else')
    .addHelpText('after', '\nExit codes: 0 every promise was kept, 1 a seed broke one, 2 wrong usage.');
}

export type SimulateOptions = ReturnType<ReturnType<typeof defineSimulate>['opts']>;

/** The seeds that the options choose, in order. */
export function seedsOf({ seed, seeds, from }: Pick<SimulateOptions, 'seed' | 'seeds' | 'from'>): string[] {
  return seed === undefined ? Array.from({ length: seeds }, (_, place) => String(from + place)) : [seed];
}

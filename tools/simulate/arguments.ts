import { parseArgs } from 'node:util';

export const USAGE = `npm run simulate -- [--seeds N] [--seed S] [--events N] [--json]

Runs days of sign-ups and faults that seeds decide, in virtual time, and checks the pipeline's promises on each.

  --seeds N    how many days, with the seeds 1 to N (default 500)
  --seed S     only this one, which may be any text; prints its hash
  --events N   sign-ups on a day, 1 to 50 (default 5)
  --json       prints the summary as JSON, and nothing else
  --help       prints this

Exit codes: 0 every promise was kept, 1 a seed broke one, 2 wrong usage.`;

export interface Arguments {
  readonly seeds: number;
  readonly seed?: string;
  readonly events: number;
  /** Whether the summary is printed as JSON. */
  readonly isJson: boolean;
}

const MOST_SEEDS = 10_000_000;
const MOST_EVENTS = 50;

/** Reads the command line. @returns a text that says what is wrong with it, or `help` */
export function readArguments(given: readonly string[]): Arguments | 'help' | { readonly problem: string } {
  const options = {
    seeds: { type: 'string', default: '500' },
    seed: { type: 'string' },
    events: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    const { values } = parseArgs({ args: [...given], options });
    if (values.help) return 'help';
    const seeds = wholeNumber('--seeds', values.seeds, MOST_SEEDS);
    const events = wholeNumber('--events', values.events, MOST_EVENTS);
    return { seeds, events, isJson: values.json, ...(values.seed !== undefined && { seed: values.seed }) };
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return { problem: error.message };
    throw error;
  }
}

/** @throws RangeError */
function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    throw new RangeError(`${name} must be a whole number from 1 to ${most}, not '${text}'.`);
  }
  return number;
}

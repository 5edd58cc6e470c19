import { parseArgs } from 'node:util';

/** What a soak under load is run with. */
export interface SoakOptions {
  /** How long users register. */
  readonly minutes: number;
  /** Registrations a second, if the machine is fast enough. */
  readonly rate: number;
  /** Decides when what is killed. */
  readonly seed: number;
  /** Gets the samples and the report. @default - none */
  readonly out?: string;
}

export const USAGE = `npm run test:soak                 the tests of test/soak/, some minutes; other arguments are Jest's
npm run test:soak -- --long [--minutes N] [--rate N] [--seed S] [--out FOLDER]

  --minutes N   how long users register (default 30)
  --rate N      registrations a second (default 100); fewer where the machine is slower
  --seed S      decides when what is killed (default: the time; it is printed)
  --out FOLDER  writes samples.csv, report.json, report.txt and what the engine said into this folder`;

/** The engine listens, and nothing is judged, in less time than this. */
const LEAST_MINUTES = 0.2;
const MOST_MINUTES = 24 * 60;
const MOST_RATE = 1000;
const MOST_SEED = 2 ** 31 - 1;

/**
 * The options of a long soak.
 * @param now milliseconds since the Unix epoch: the seed, if none is given
 * @returns `jest` if Jest is meant, `help`, the options, or what is wrong with them
 */
export function readOptions(
  args: readonly string[],
  now: number,
): 'jest' | 'help' | { readonly problem: string } | SoakOptions {
  if (!args.includes('--long')) return args.includes('--help') ? 'help' : 'jest';
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        long: { type: 'boolean' },
        minutes: { type: 'string', default: '30' },
        rate: { type: 'string', default: '100' },
        seed: { type: 'string', default: String(Math.floor(now / 1000) % 1_000_000) },
        out: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return 'help';
    const [minutes, rate, seed] = [Number(values.minutes), Number(values.rate), Number(values.seed)];
    if (!(minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES)) {
      return { problem: `--minutes must be a number from ${LEAST_MINUTES} to ${MOST_MINUTES}, not ${values.minutes}.` };
    }
    if (!(rate >= 1 && rate <= MOST_RATE)) {
      return { problem: `--rate must be a number from 1 to ${MOST_RATE}, not ${values.rate}.` };
    }
    if (!(Number.isInteger(seed) && seed >= 0 && seed <= MOST_SEED)) {
      return { problem: `--seed must be a whole number from 0 to ${MOST_SEED}, not ${values.seed}.` };
    }
    if (values.out === '') return { problem: '--out must name a folder, such as soak-report.' };
    return { minutes, rate, seed, ...(values.out !== undefined && { out: values.out }) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

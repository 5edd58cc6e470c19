import type { Command } from '@commander-js/extra-typings';
import { type OptionsOf, wholeNumber, withTarget } from '../../options.ts';

const MOST_USERS = 1_000_000;

/** Seconds; on AWS a registration takes two or three. */
const TIMEOUT_SECONDS = 30;

const define = (program: Command) =>
  withTarget(
    program
      .command('register')
      .description('register users who do not exist yet')
      .argument('[userId...]', 'ids of the users')
      .option('--count <n>', 'also register that many users with generated ids', wholeNumber(1, MOST_USERS))
      .option('--wait', "wait for each user's bucket and show its URI")
      .option(
        '--timeout <seconds>',
        'how long to wait while no user gets a bucket',
        wholeNumber(1, 3600),
        TIMEOUT_SECONDS,
      )
      .option('--json', 'print one JSON object per user: userId, status (registered, exists, failed), uri, problem'),
  );

export type RegisterOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (userIds, options) => (await import('./register.ts')).register(userIds, options));
}

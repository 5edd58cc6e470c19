import type { Command } from '@commander-js/extra-typings';
import { MOST_USERS } from '../../../operations/users/user-ids.ts';
import { wholeNumber, withTarget } from '../../options.ts';
import type { RegisterOptions } from './register.ts';

/** Seconds in which a registration must be done; on AWS it takes two or three. */
const TIMEOUT_SECONDS = 30;

export function add(program: Command): void {
  const command = program
    .command('register')
    .description('register users, each unless it exists')
    .argument('[userId...]', 'ids of the users')
    .option('--count <n>', 'register that many users with made-up ids', wholeNumber(1, MOST_USERS))
    .option('--wait', 'wait for the bucket of each user and show its URI')
    .option('--timeout <seconds>', 'how long to wait while no bucket comes', wholeNumber(1, 3600), TIMEOUT_SECONDS)
    .option('--json', 'print one JSON object per user: userId, status (registered, exists, failed), uri, problem');
  withTarget(command).action(async (userIds: string[], options: RegisterOptions) =>
    (await import('./register.ts')).register(userIds, options),
  );
}

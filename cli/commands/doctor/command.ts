import type { Command } from 'commander';
import { withTarget } from '../../options.ts';
import type { DoctorOptions } from './doctor.ts';

const NOTES = `
It looks at the stack's last deployment, the pipe and its stream, each subscriber's rule, queue and dead-letter queue
and how they hang together, the archive, replays under way, the account's bucket quota, the versions of events, and
temporary rules that were left.
It changes nothing. Exit code 1 if there is any problem or warning; each comes with what mends it. What it may not look
at is a warning.

Counts and ages of messages are SQS's own and CloudWatch's: they may be some minutes behind.`;

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('whether each part of the pipeline is well, and how to mend what is not')
    .option(
      '--json',
      'print one JSON object: findings, a list of check, status (ok, warning, problem), subject, detail, mend',
    )
    .addHelpText('after', NOTES);
  withTarget(command).action(async (options: DoctorOptions) => (await import('./doctor.ts')).doctor(options));
}

import type { Command } from '@commander-js/extra-typings';
import { type OptionsOf, withTarget } from '../../options.ts';

const NOTES = `
It checks the stack's last deployment, the pipe and its stream, each subscriber's rule, queue and dead-letter queue
and how they are connected, the archive, running replays, the account's bucket quota, the versions of events, and
temporary rules that were left behind.
It changes nothing. Exit code 1 if there is any problem or warning; each comes with a fix. A check that is not
allowed to read something is a warning.

Counts and ages of messages come from SQS and CloudWatch: they may be some minutes old.`;

const define = (program: Command) =>
  withTarget(
    program
      .command('doctor')
      .description('check each part of the pipeline, and say how to fix what is wrong')
      .option(
        '--json',
        'print one JSON object: findings, a list of check, status (ok, warning, problem), subject, detail, fix',
      ),
  ).addHelpText('after', NOTES);

export type DoctorOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (options) => (await import('./doctor.ts')).doctor(options));
}

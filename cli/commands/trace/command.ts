import type { Command } from '@commander-js/extra-typings';
import { TIME_FORMS } from '../../../operations/time/time.ts';
import { type OptionsOf, withTarget } from '../../options.ts';

const NOTES = `
On the local engine it shows every hop: the row, the pipe's filter, the event, whether each rule matched, each delivery,
each invocation with its log lines and AWS calls, dead letters, and the URI. Hops of a replay are marked with its name.
AWS has no API for most of that: with --stack it shows only what the functions logged, found by the user's id and by
the correlation id of each registration. Searching a long time takes longer; --since limits it.`;

const define = (program: Command) =>
  withTarget(
    program
      .command('trace')
      .description("show what happened to a user's registration, hop by hop, and what it still waits for")
      .argument('<userId>', 'id of the user')
      .option('--since <time>', `leave out what is older: ${TIME_FORMS} (default: as far back as there are logs)`)
      .option('--open', 'also open the user in the browser, where the console shows it live')
      .option(
        '--json',
        'print one JSON object: userId, row (exists, uri), hasJournal, logsOf, unread (subscriber, problem), ' +
          'registrations (correlationId, hops (at, hop, and more by its kind), openEnds (kind, since, text, command))',
      ),
  ).addHelpText('after', NOTES);

export type TraceOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (userId, options) => (await import('./trace.ts')).trace(userId, options));
}

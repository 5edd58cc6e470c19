import type { Command } from '@commander-js/extra-typings';
import { TIME_FORMS } from '../../../operations/time/time.ts';
import { withTarget } from '../../options.ts';
import type { TraceOptions } from './trace.ts';

const NOTES = `
The local engine tells every hop: the row, the pipe's filter, the event, what each rule said of it, each delivery, each
invocation with its log lines and AWS calls, dead letters, and the URI. Hops of a replay are marked with its name.
AWS has no API for most of that: with --stack only what the functions logged is shown, found by the user's id and by
the correlation id of each registration. The further back, the longer the search takes.`;

export function add(program: Command): void {
  const command = program
    .command('trace')
    .description("what became of a user's registration, hop by hop, and what it still waits for")
    .argument('<userId>', 'id of the user')
    .option('--since <time>', `leave out what is older: ${TIME_FORMS} (default: as far back as there are logs)`)
    .option(
      '--json',
      'print one JSON object: userId, row (exists, uri), hasJournal, logsOf, unread (subscriber, problem), ' +
        'registrations (correlationId, hops (at, hop, and more by its kind), openEnds (kind, since, text, command))',
    )
    .addHelpText('after', NOTES);
  withTarget(command).action(async (userId: string, options: TraceOptions) =>
    (await import('./trace.ts')).trace(userId, options),
  );
}

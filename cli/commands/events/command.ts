import { type Command, Option } from '@commander-js/extra-typings';
import { TIME_FORMS } from '../../../operations/time/time.ts';
import { withTarget } from '../../options.ts';
import type { EventsOptions } from './events.ts';

const NOTES = `
Times are ${TIME_FORMS}.

AWS has no call to read an archive, and none to watch a bus. So this makes a temporary rule and queue on the
bus, and removes them when it ends, also after Ctrl-C. For events of the past it replays the archive to that
rule alone: no subscriber sees it. If the command is killed, the next one removes what it left, after an hour.
On AWS every event of the past that is shown costs about $1.00 per million, a replay takes about a minute to
begin, and events of the last 10 minutes or more may not be in the archive yet; with --from and --follow they
are looked for once more after 11 minutes.

Events of the past come in the order of their times. There is no order among those of the same second. The
envelope's id of such an event is a new one each time: to compare events, use metadata.eventId.

  npx pipeline events --from 2h --type BucketCreated
  npx pipeline events --follow --user alice
  npx pipeline events --from 15m --follow --json`;

export function add(program: Command): void {
  const command = program
    .command('events')
    .description('show events of the bus: of the past, as they come, or both')
    .option('--from <time>', 'show those of the archive from this time on (default, without --follow: 1h)')
    .option('--to <time>', 'and before this time (default: now)')
    .option('--type <event>', 'only those of this type, such as BucketCreated')
    .option('--user <id>', 'only those of this user')
    .addOption(new Option('--follow', 'show events as they come, until Ctrl-C').conflicts('to'))
    .option('--json', 'print each event as one line of JSON, as it is on the bus')
    .addHelpText('after', NOTES);
  withTarget(command).action(async (options: EventsOptions) => (await import('./events.ts')).events(options));
}

import { type Command, Option } from '@commander-js/extra-typings';
import { TIME_FORMS } from '../../../operations/time/time.ts';
import { type OptionsOf, withTarget } from '../../options.ts';

const NOTES = `
Times are ${TIME_FORMS}.

AWS has no call to read an archive, and none to watch a bus. So this command creates a temporary rule and queue on
the bus, and removes them when it ends, also after Ctrl-C. For past events it replays the archive to that rule alone:
no subscriber gets them. If the command is killed, the next run removes the rule and the queue after an hour.
On AWS, past events cost about $1.00 per million, a replay takes about a minute to begin, and events of the last
10 minutes or more may not be in the archive yet; with --from and --follow it reads those after 11 minutes.

Past events are sorted by time. Events of the same second have no order. The envelope's id of a past event is a new
one each time: to compare events, use metadata.eventId.

  npx pipeline events --from 2h --type BucketCreated
  npx pipeline events --follow --user alice
  npx pipeline events --from 15m --follow --json`;

const define = (program: Command) =>
  withTarget(
    program
      .command('events')
      .description('show events of the bus: past ones, new ones as they come, or both')
      .option('--from <time>', 'show past events from this time on (default, without --follow: 1h)')
      .option('--to <time>', 'and before this time (default: now)')
      .option('--type <event>', 'only events of this type, such as BucketCreated')
      .option('--user <id>', 'only events of this user')
      .addOption(new Option('--follow', 'show events as they come, until Ctrl-C').conflicts('to'))
      .option('--json', 'print each event as one line of JSON, as it is on the bus'),
  ).addHelpText('after', NOTES);

export type EventsOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (options) => (await import('./events.ts')).events(options));
}

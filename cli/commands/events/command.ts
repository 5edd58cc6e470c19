import { type Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
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

const FILES = `
FILE holds one event as EventBridge delivers it, such as those in schemas/samples/; - reads it from the input. Only
"detail-type" and "detail" have to be there.`;

const TEST_NOTES = `${FILES}
EventBridge itself decides, by TestEventPattern: about each rule's pattern, and where that does not match, about each
of its fields alone. Exit code 1 if the event breaks its contract, or if no rule would match.

  npx pipeline events test --sample UserRegistered
  npx pipeline events test event.json --json`;

const PUT_NOTES = `${FILES}
The event gets an id of its own. One that has an eventId is copied: the copy keeps the correlationId and names the
original as its cause. A sample becomes a new event. Every rule that matches gets it, also those of other stacks.

  npx pipeline events put --sample UserRegistered --dry-run
  npx pipeline events put event.json`;

const JSON_OF_RULES =
  'event, contract, violations (field, problem), rules (who, rule, kind, enabled, matched, mismatches)';

const defineTest = (events: Command) =>
  withTarget(
    events
      .command('test')
      .argument('[file]', 'the event, or - for the input')
      .description('say for every rule of the bus whether it would match an event, and if not, which field')
      .option('--sample <name>', 'a sample of schemas/samples/, or the plain one of an event, instead of a file')
      .option('--json', `print one JSON object: ${JSON_OF_RULES}`),
  ).addHelpText('after', TEST_NOTES);

const definePut = (events: Command) =>
  withTarget(
    events
      .command('put')
      .argument('[file]', 'the event, or - for the input')
      .description('publish an event, after it was checked against its contract')
      .option('--sample <name>', 'a sample of schemas/samples/, or the plain one of an event, instead of a file')
      .option('--dry-run', 'only show the event, and which rules would match')
      .option('--yes', 'do not ask')
      .option(
        '--json',
        `print one JSON object: eventId, copyOf, id, type, userId, correlationId; with --dry-run eventId, copyOf, ${JSON_OF_RULES}`,
      ),
  ).addHelpText('after', PUT_NOTES);

export type EventsOptions = OptionsOf<typeof define>;
export type EventsTestOptions = OptionsOf<typeof defineTest>;
export type EventsPutOptions = OptionsOf<typeof definePut>;

export function add(program: Command): void {
  const events = define(program)
    .helpCommand(false)
    .hook('preSubcommand', (command, subcommand) => refuseOptions(command, subcommand.name()));
  events.action(async (options) => (await import('./events.ts')).events(options));
  defineTest(events).action(async (file, options) => (await import('./test.ts')).eventsTest(file, options));
  definePut(events).action(async (file, options) => (await import('./put.ts')).eventsPut(file, options));
}

/** Options before the name of a subcommand would have no effect, such as a port. */
function refuseOptions(events: CommandUnknownOpts, subcommand: string): void {
  const given = events.options.find((option) => events.getOptionValueSource(option.attributeName()) === 'cli');
  if (given !== undefined)
    events.error(`error: write ${given.long} behind ${subcommand}: events ${subcommand} ${given.long}`);
}

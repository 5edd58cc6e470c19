import { type Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { TIME_FORMS } from '../../../operations/time/time.ts';
import { type OptionsOf, wholeNumber, withTarget } from '../../options.ts';

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

/** Events a second: IMPORT_RATE of the operation, which the help does not load. */
const RATE = 20;
const MOST_RATE = 400;

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

const EXPORT_NOTES = `
FILE gets each event as one line of JSON, in the order of time; - writes to the output. It is there when all of them
are in it. Each event is checked by its contract: fields that the contract does not name may be personal, and are left
out; an event that breaks its contract, or has none here, is left out as well. Both are counted. Ids stay. Past events
are read as npx pipeline events does, by a replay to a temporary rule alone.

  npx pipeline events export problem.jsonl --from 2h --user alice --stack user-bucket-pipeline-prod
  npx pipeline events import problem.jsonl`;

const IMPORT_NOTES = `
FILE has one event per line, as export writes it. All lines are checked by their contracts first: if one is not
valid, nothing is imported. Fields that a contract does not name are left out. Every rule that matches gets the events,
in the order of the file. Their eventId, correlationId and causationId stay; the envelope's id and time are new.
A subscriber with replays: 'skip' gets none of them: each names the import in metadata.replayName. With
--include-skipped, events do not say so, and it gets them.

FILE.imported notes how far it is. After Ctrl-C, a failure, or a kill, run the command again to continue. It begins at the
start for another file or another bus, or with --from-start. After a kill, ten events at most may be put twice, with the
same ids.`;

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

const defineExport = (events: Command) =>
  withTarget(
    events
      .command('export')
      .argument('<file>', 'the file to write, or - for the output')
      .description('write archived events to a file, checked by their contracts, to import them elsewhere')
      .requiredOption('--from <time>', 'events from this time on')
      .option('--to <time>', 'and before this time (default: now)')
      .option('--type <event>', 'only events of this type, such as BucketCreated')
      .option('--user <id>', 'only events of this user')
      .option('--json', 'print one JSON object: file, events, removed (fields), leftOut (reasons); not with -'),
  ).addHelpText('after', EXPORT_NOTES);

const defineImport = (events: Command) =>
  withTarget(
    events
      .command('import')
      .argument('<file>', 'a file that export has written')
      .description('put the events of a file on the bus, with their ids')
      .option('--include-skipped', "also for subscribers with replays: 'skip'")
      .option('--rate <n>', 'events a second', wholeNumber(1, MOST_RATE), RATE)
      .option('--from-start', 'begin at the start, also where an earlier run ended before its end')
      .option('--dry-run', 'only show what would be imported, and who would get it')
      .option('--yes', 'do not ask')
      .option(
        '--json',
        'print one JSON object: name, events, done, refused (event, problem); with --dry-run name, events, done, ' +
          'types (type, events, receivers (who, events), skipping), removed, bad (line, problem)',
      ),
  ).addHelpText('after', IMPORT_NOTES);

export type EventsExportOptions = OptionsOf<typeof defineExport>;
export type EventsImportOptions = OptionsOf<typeof defineImport>;
export type EventsOptions = OptionsOf<typeof define>;
export type EventsTestOptions = OptionsOf<typeof defineTest>;
export type EventsPutOptions = OptionsOf<typeof definePut>;

export function add(program: Command): void {
  const events = define(program)
    .helpCommand(false)
    .hook('preSubcommand', (command, subcommand) => refuseOptions(command, subcommand.name()));
  events.action(async (options) => (await import('./events.ts')).events(options));
  defineTest(events).action(async (file, options) => (await import('./test.ts')).eventsTest(file, options));
  defineExport(events).action(async (file, options) => (await import('./export.ts')).eventsExport(file, options));
  defineImport(events).action(async (file, options) => (await import('./import.ts')).eventsImport(file, options));
  definePut(events).action(async (file, options) => (await import('./put.ts')).eventsPut(file, options));
}

/** Options before the name of a subcommand would have no effect, such as a port. */
function refuseOptions(events: CommandUnknownOpts, subcommand: string): void {
  const given = events.options.find((option) => events.getOptionValueSource(option.attributeName()) === 'cli');
  if (given !== undefined)
    events.error(`error: write ${given.long} behind ${subcommand}: events ${subcommand} ${given.long}`);
}

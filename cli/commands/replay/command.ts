import { type Command, Option } from '@commander-js/extra-typings';
import { TIME_FORMS } from '../../../operations/time/time.ts';
import { type OptionsOf, oneMore, wholeNumber, withTarget } from '../../options.ts';

/** Options that only make sense when a replay starts. */
const STARTING = [
  'from',
  'to',
  'toSubscriber',
  'allSubscribers',
  'type',
  'user',
  'notDone',
  'rate',
  'includeSkipped',
  'name',
  'dryRun',
  'wait',
  'yes',
];

/** As for `dlq redrive`. */
const MOST_RATE = 500;

const NOTES = `
Times are ${TIME_FORMS}.

Only the chosen subscribers of this stack get the events; nothing else on the bus does. A subscriber with
replays: 'skip' gets none without --include-skipped. Replayed events are not archived again. A replay follows the
events' own times, minute by minute; within a minute there is no order.

On the local engine the number of events is exact. AWS has no call to read an archive: there the numbers are
estimates from CloudWatch. AWS does not say how many events were replayed either, only up to where the window
is scanned. It recommends waiting 10 minutes before an event is replayed, starts after about a minute, and
charges about $1.00 per million events. It allows 10 replays at a time, and reserves names for 90 days.

AWS cannot replay chosen users, at a chosen rate, or to a subscriber that skips replays. With --user, --not-done,
--rate or --include-skipped this command reads the archive through a temporary rule and queue, which it removes, and
sends the events to the subscribers' queues itself, by time and as their rules would, with the replay's name. The
numbers are exact then, also with --dry-run, which reads in the same way. --list does not show such a replay.
Ctrl-C ends it: what was not sent is still in the archive, and the last line says from when to continue. An event
whose answer was lost is sent twice then. At most 100,000 events at once.

--not-done knows of uri-recorder that its work is done if the user's row has a URI, and of bucket-service if the
user's bucket exists and the row has its URI. Of other subscribers it cannot be known: no event is left out.

  npx pipeline replay --from 2h --to-subscriber uri-recorder --dry-run
  npx pipeline replay --from 2026-11-22T09:00Z --to 2026-11-22T10:00Z --to-subscriber uri-recorder --wait
  npx pipeline replay --from 30d --to-subscriber uri-recorder --not-done --rate 20 --dry-run
  npx pipeline replay --from 30d --to-subscriber bucket-service --user test4 --user ji --wait
  npx pipeline replay --cancel pipeline-20261122T101500Z-k3x9a`;

const define = (program: Command) =>
  withTarget(
    program
      .command('replay')
      .description('send archived events to chosen subscribers again')
      .option('--from <time>', 'replay events from this time on')
      .option('--to <time>', 'and before this time (default: now)')
      .option('--to-subscriber <name>', 'a subscriber that gets them (repeatable)', oneMore)
      .addOption(new Option('--all-subscribers', 'all subscribers of the stack get them').conflicts('toSubscriber'))
      .option('--type <event>', 'only subscribers that take this event, such as BucketCreated')
      .option('--user <id>', 'only events of this user (repeatable)', oneMore)
      .option('--not-done', 'leave out events whose effect is there, where that can be known')
      .option('--rate <n>', 'events a second', wholeNumber(1, MOST_RATE))
      .addOption(
        new Option(
          '--include-skipped',
          "send them also to named subscribers that have replays: 'skip'; what they do then, such as mail, happens again",
        ).conflicts('allSubscribers'),
      )
      .option('--name <name>', 'name of the replay (default: one with the time)')
      .option('--dry-run', 'only show who would get how many events')
      .option('--wait', 'show progress, wait until the events are processed, and sum up; exit code 1 if some are left')
      .option('--yes', 'do not ask before it starts')
      .addOption(
        new Option('--list', 'show the replays of the last 90 days instead').conflicts([...STARTING, 'cancel']),
      )
      .addOption(new Option('--cancel <name>', 'cancel a replay instead').conflicts(STARTING))
      .option(
        '--json',
        'print one JSON object: with --dry-run name, from, to, archive, exact, events, receivers; when started also state; ' +
          'of chosen events also done, doneBy, and when sent state (SENT, STOPPED), sent, next; ' +
          'with --wait name, state, from, to, scannedTo, startedAt, endedAt, events (on AWS counted), before, after, usersWithoutUri; ' +
          'with --cancel, and one per line with --list: name, state, reason, from, to, scannedTo, startedAt, endedAt',
      ),
  ).addHelpText('after', NOTES);

export type ReplayOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (options) => (await import('./replay.ts')).replay(options));
}

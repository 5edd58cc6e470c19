import { type Command, Option } from '@commander-js/extra-typings';
import { TIME_FORMS } from '../../../operations/time/time.ts';
import { oneMore, withTarget } from '../../options.ts';
import type { ReplayOptions } from './replay.ts';

/** What only starting a replay needs. */
const STARTING = ['from', 'to', 'toSubscriber', 'allSubscribers', 'type', 'name', 'dryRun', 'wait', 'yes'];

const NOTES = `
Times are ${TIME_FORMS}.

Only the chosen subscribers of this stack get the events, nobody else on the bus. A subscriber that says
replays: 'skip' gets none. Replayed events are archived no second time. A replay follows the events' own
times, minute by minute; inside a minute there is no order.

How many events there are is exact on the local engine. AWS has no call to read an archive: there the numbers
are estimates, from CloudWatch, and how many were replayed is not known either: AWS says only up to where the
window is scanned. It recommends waiting 10 minutes until an event is replayed, begins after about a minute, and
charges about $1.00 per million events. It allows 10 replays at a time, and keeps names for 90 days.

  npx pipeline replay --from 2h --to-subscriber uri-recorder --dry-run
  npx pipeline replay --from 2026-11-22T09:00Z --to 2026-11-22T10:00Z --to-subscriber uri-recorder --wait
  npx pipeline replay --cancel pipeline-20261122T101500Z-k3x9a`;

export function add(program: Command): void {
  const command = program
    .command('replay')
    .description('give archived events to chosen subscribers once more')
    .option('--from <time>', 'replay events from this time on')
    .option('--to <time>', 'and before this time (default: now)')
    .option('--to-subscriber <name>', 'who gets them (repeatable)', (name, previous: string[] = []) =>
      oneMore(name, previous),
    )
    .addOption(new Option('--all-subscribers', 'all subscribers of the stack get them').conflicts('toSubscriber'))
    .option('--type <event>', 'only to those who take this event, such as BucketCreated')
    .option('--name <name>', 'name of the replay (default: one with the time)')
    .option('--dry-run', 'only show who would get how many events')
    .option('--wait', 'show how far it is, wait until it is worked off, and sum up; exit code 1 if something is left')
    .option('--yes', 'do not ask before it starts')
    .addOption(new Option('--list', 'show the replays of the last 90 days instead').conflicts([...STARTING, 'cancel']))
    .addOption(new Option('--cancel <name>', 'stop a replay instead').conflicts(STARTING))
    .option(
      '--json',
      'print one JSON object: with --dry-run name, from, to, archive, exact, events, receivers; started: the same and state; ' +
        'with --wait name, state, from, to, scannedTo, startedAt, endedAt, events (on AWS counted), before, after, usersWithoutUri; ' +
        'with --cancel, and one per line with --list: name, state, reason, from, to, scannedTo, startedAt, endedAt',
    )
    .addHelpText('after', NOTES);
  withTarget(command).action(async (options: ReplayOptions) => (await import('./replay.ts')).replay(options));
}

import { type Command, Option } from '@commander-js/extra-typings';
import { wholeNumber, withTarget } from '../../options.ts';
import type { ReconcileOptions } from './reconcile.ts';

/** Events a second: few beside what people sign up with, and a hundred thousand users are mended in half an hour. */
const RATE = 50;
/** Seconds that a registration may be under way; on AWS it takes two or three. */
const GRACE_SECONDS = 5;
const TIMEOUT_SECONDS = 60;

const JSON_HELP =
  'print one JSON object per finding: class (user-without-uri, uri-without-bucket, bucket-without-tags, bucket-without-user, ' +
  'conflict), userId, bucket, problem, row (bytes, tooMany), mend (event, eventId, registeredAt, bucket; or null), advice; and one at the end: ' +
  'class summary, rows, buckets, found, mendable, underWay, with --fix also mended, refused, done';

export function add(program: Command): void {
  const command = program
    .command('reconcile')
    .description('find users, URIs and buckets that do not fit together, and mend them')
    .addOption(new Option('--fix', 'mend what events can mend, after asking').conflicts('dryRun'))
    .option('--dry-run', 'only show what there is and how it would be mended (the default)')
    .option('--yes', 'mend without asking, but for users whose own event may still come')
    .option('--despite-waiting', 'with --yes, register those users as well: they may get a second bucket')
    .option('--limit <n>', 'mend that many at most', wholeNumber(1, 1_000_000_000))
    .option('--rate <n>', 'events put per second', wholeNumber(1, 10_000), RATE)
    .option(
      '--as-new',
      'tell of users without a trace as of new ones, also to subscribers that skip replays, such as a welcome mail',
    )
    .option('--wait', 'wait until what was mended is there')
    .option('--timeout <seconds>', 'how long to wait while nothing comes', wholeNumber(1, 3600), TIMEOUT_SECONDS)
    .option(
      '--grace <seconds>',
      'how long a row may be without URI before it counts: its registration may be under way',
      wholeNumber(0, 3600),
      GRACE_SECONDS,
    )
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      `
Reads the whole users table (consistent reads) and the names and tags of all buckets. Writes nothing but events. Of a row
only its key and its URI leave the table; one without URI is read whole, to know its size, and nothing else of it is kept.

  user without URI      its bucket is there: BucketCreated, as bucket-service published it; else UserRegistered,
                        at the time at which the table was made. Also gives users from before the pipeline their bucket.
                        A row without room for its URI (400 KB) is shown, and left to you.
  URI without bucket    UserRegistered, at the time in the bucket's name. A replay of the archive, where it has the
                        event, also brings the bucket's original tags.
  bucket without tags   UserRegistered: bucket-service completes the tags of a bucket that is there.
  bucket without user   is shown, and left to you.
  conflict              two rows with one bucket, or a bucket of another user: is shown, and left to you.

A user without a trace may only be waiting: in a queue, a dead-letter queue, or in front of a pipe that does not run. That is
looked at. How far a running pipe is behind cannot be seen: after it stood, give it time before --fix.

The same finding always gives the same event, so this can be interrupted and run again at any time.
Stages that share an account and a Region need bucket name prefixes of their own.
Exit codes: 0 nothing found, or all found was mended; 1 something is left.`,
    );
  withTarget(command).action(async (options: ReconcileOptions) => (await import('./reconcile.ts')).reconcile(options));
}

import { type Command, Option } from '@commander-js/extra-typings';
import { type OptionsOf, wholeNumber, withTarget } from '../../options.ts';

// The same as `USUAL` of the operation, which the help does not load.
/** Events a second: a light load beside normal sign-ups, and a hundred thousand users are fixed in half an hour. */
const RATE = 50;
/** Seconds that a registration may take; on AWS it takes two or three. */
const GRACE_SECONDS = 5;
const TIMEOUT_SECONDS = 60;

const JSON_HELP =
  'print one JSON object per finding: class (user-without-uri, uri-without-bucket, bucket-without-tags, bucket-without-user, ' +
  'retired-bucket, conflict), userId, bucket, problem, row (bytes, tooMany), fix (event, eventId, registeredAt, bucket; or null), advice; and one at the end: ' +
  'class summary, rows, buckets, found, fixable, retired (kept, waiting, due), pending, with --fix also fixed, refused, done, deleted, notEmpty; ' +
  'fix, fixable, fixed and pending also have their earlier names: mend, mendable, mended, underWay';

const NOTES = `
Reads the whole users table (consistent reads), and the names and tags of all buckets. Writes nothing but events. Only
the key and the URI of a row leave the table. A row without URI is read completely, to know its size, and the rest of
it is not kept.

  user without URI      BucketCreated, as bucket-service published it, if the bucket exists; otherwise UserRegistered,
                        with the creation time of the table. This also gives a bucket to users from before the pipeline.
                        A row without room for its URI (400 KB) is only shown.
  URI without bucket    UserRegistered, with the time in the bucket's name. If the archive has the event, a replay also
                        brings the bucket's original tags.
  bucket without tags   UserRegistered: bucket-service completes the tags of an existing bucket.
  bucket without user   is only shown.
  retired bucket        a user who left is back, and their bucket is still retired: BucketCreated, so that bucket-restorer
                        restores it.
  conflict              two rows with one bucket, or a bucket of another user: is only shown.

Retired buckets of users who left are no mismatch. Those that S3 was to empty before today are deleted by --fix, each only if
it is empty.

The registration of a user without bucket may be pending: in a queue, in a dead-letter queue, or before a pipe that does
not run. This command checks that. It cannot see how far a running pipe is behind: after the pipe was stopped, wait
before you use --fix.

The same finding always gives the same event, so you can interrupt this command and run it again at any time.
Stages that share an account and a Region need different bucket name prefixes.
Exit codes: 0 nothing found, or everything was fixed; 1 something is left.`;

const define = (program: Command) =>
  withTarget(
    program
      .command('reconcile')
      .description('find users, URIs and buckets that do not fit together, and fix them')
      .addOption(new Option('--fix', 'fix what events can fix, after asking').conflicts('dryRun'))
      .option('--dry-run', 'only show the findings and their fixes (the default)')
      .option('--yes', 'fix without asking, except users whose own event may still come')
      .option('--despite-waiting', 'with --yes, register those users as well: they may get a second bucket')
      .option('--limit <n>', 'make at most this many fixes', wholeNumber(1, 1_000_000_000))
      .option('--rate <n>', 'events put per second', wholeNumber(1, 10_000), RATE)
      .option(
        '--as-new',
        'send first registrations as new ones, also to subscribers that skip replays, such as a welcome mail',
      )
      .option('--wait', 'wait until the fixes have worked')
      .option('--timeout <seconds>', 'how long to wait for the next one', wholeNumber(1, 3600), TIMEOUT_SECONDS)
      .option(
        '--grace <seconds>',
        'how long a row may be without URI before it is reported: its registration may be pending',
        wholeNumber(0, 3600),
        GRACE_SECONDS,
      )
      .option('--json', JSON_HELP),
  ).addHelpText('after', NOTES);

export type ReconcileOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (options) => (await import('./reconcile.ts')).reconcile(options));
}

import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { explainAwsError } from '../../../operations/aws/aws-failure.ts';
import type { Target } from '../../../operations/aws/target.ts';
import { URI_ATTRIBUTE, type UsersTable } from '../../../operations/deployed/users-table.ts';
import { type JournalEntry, keysOfEvent, uriInRecord, userOfRecord } from '../../../operations/journal/journal.ts';
import { alike, count, display, displayId, nameUsers, visible } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { type FollowedUser, openEndsOf, registrationsInJournal } from '../../../operations/trace/index.ts';
import type { Journal } from '../../../packages/local-engine/index.ts';
import { print } from '../../output/output.ts';

export interface SampleProps {
  readonly table: UsersTable;
  readonly s3: S3Client;
  readonly journal: Journal;
  readonly target: Target;
  readonly stackName: string;
  readonly timeoutMs: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** The steps of a registration that are shown, in their order. */
const STEPS = ['row', 'bucket', 'URI'] as const;

type StepTimes = Readonly<Partial<Record<(typeof STEPS)[number], number>>>;

export interface SampleOutcome {
  /** Whether the user existed before, from an earlier run: with `dev --data`. */
  readonly existed: boolean;
  /** Milliseconds from the put to each step. */
  readonly times: StepTimes;
  /** The URI in the row, of an existing bucket. */
  readonly uri?: string;
  /** Why there is none: how far the registration got. */
  readonly problem?: string;
}

/**
 * Registers a user through the endpoint, unless the row exists, and follows the registration until bucket and row are complete,
 * as AWS's APIs show them.
 * @param onStep is called after each step, with the times so far
 */
async function registerSample(
  userId: string,
  props: SampleProps,
  onStep: (times: StepTimes) => void,
): Promise<SampleOutcome> {
  const { table, s3, journal, target, stackName, timeoutMs, signal } = props;
  const { userIdAttribute } = table;
  const started = performance.now();
  let times: StepTimes = {};
  const reach = (step: keyof StepTimes) => {
    times = { [step]: performance.now() - started, ...times };
    onStep(times);
  };
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  // The entries may come before the answer to the put.
  const recorded = watch(journal, deadline, (entry) => {
    if (entry.hop === 'event' && entry.detailType === 'BucketCreated' && keysOfEvent(entry).userId === userId) {
      reach('bucket');
    }
    return entry.hop === 'stream-record' && isRecorded(entry, userId, userIdAttribute);
  });
  let existed = false;
  try {
    const outcome = await table.register(userId);
    existed = outcome.status === 'exists';
    const isComplete = outcome.status === 'exists' && outcome.uri !== undefined;
    if (!existed) reach('row');
    // A row without URI may be of a registration that the engine's end interrupted: it continues now.
    if (!isComplete && !(await recorded)) {
      return { existed, times, problem: describeReachedHop(journal.entries(), { userId, userIdAttribute, stackName }) };
    }
    const uri = (await table.readUris([userId])).get(userId);
    if (uri === undefined) return { existed, times, problem: 'its URI was recorded, but its row has none' };
    await s3.send(new HeadBucketCommand({ Bucket: uri.replace('s3://', '') }));
    if (!existed) reach('URI');
    return { existed, times, uri };
  } catch (error) {
    const explained = explainAwsError(error, target);
    if (explained instanceof CommandFailure) return { existed, times, problem: explained.message };
    throw error;
  }
}

function isRecorded(entry: JournalEntry, userId: string, userIdAttribute: string): boolean {
  return uriInRecord(entry, URI_ATTRIBUTE) !== undefined && userOfRecord(entry, userIdAttribute) === userId;
}

/** Whether an entry from now on satisfies `matches` before `signal` ends the waiting. */
function watch(journal: Journal, signal: AbortSignal, matches: (entry: JournalEntry) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (found: boolean) => {
      stop();
      signal.removeEventListener('abort', giveUp);
      resolve(found);
    };
    const giveUp = () => end(false);
    const stop = journal.subscribe((entry) => {
      if (matches(entry)) end(true);
    });
    signal.addEventListener('abort', giveUp);
  });
}

/** The times of the steps, such as `row 12 ms, bucket 80 ms, URI 95 ms`. */
function describeSteps({ existed, times }: Pick<SampleOutcome, 'existed' | 'times'>): string {
  if (existed) return 'existed already';
  return STEPS.flatMap((step) => {
    const time = times[step];
    return time === undefined ? [] : [`${step} ${Math.round(time)} ms`];
  }).join(', ');
}

/** The outcome of each sample user, by user id. */
export type SampleOutcomes = ReadonlyMap<string, SampleOutcome>;

/** Each user has a line of its own, so it may be long. */
const ID_COLUMNS = 52;

/** Registers all sample users at once, and shows their progress: live in a terminal, else one line each at the end. */
export async function showSamples(userIds: readonly string[], props: SampleProps): Promise<SampleOutcomes> {
  return canRedraw(process.stdout) ? showLive(userIds, props) : showLines(userIds, props);
}

/**
 * Whether lines can be shown and replaced. A terminal without a size, such as that of `script` in a job, says that it has 0
 * columns: Listr would wrap each line after one character.
 */
export function canRedraw({
  isTTY = false,
  columns = 0,
}: {
  readonly isTTY?: boolean;
  readonly columns?: number;
}): boolean {
  return isTTY && columns > 0;
}

async function showLive(userIds: readonly string[], props: SampleProps): Promise<SampleOutcomes> {
  const outcomes = new Map<string, SampleOutcome>();
  const bugs: unknown[] = [];
  const { Listr } = await import('listr2');
  const tasks = new Listr(
    userIds.map((userId) => ({
      title: displayId(userId, ID_COLUMNS),
      rendererOptions: { persistentOutput: true },
      task: async (_context, task) => {
        const outcome = await registerSample(userId, props, (times) => {
          task.title = `${displayId(userId, ID_COLUMNS)}  ${describeSteps({ existed: false, times })}`;
        }).catch((bug: unknown) => {
          bugs.push(bug); // Listr would swallow it, and continue with the others
          throw bug;
        });
        outcomes.set(userId, outcome);
        if (outcome.existed) task.title = `${displayId(userId, ID_COLUMNS)}  ${describeSteps(outcome)}`;
        // The summary shows the reasons, each once.
        if (outcome.uri === undefined) throw new Error('no URI');
        task.output = visible(outcome.uri);
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { collapseErrors: false, formatOutput: 'wrap' },
    },
  );
  await tasks.run();
  if (bugs.length > 0) throw bugs[0];
  return outcomes;
}

async function showLines(userIds: readonly string[], props: SampleProps): Promise<SampleOutcomes> {
  const outcomes = new Map<string, SampleOutcome>();
  await Promise.all(
    userIds.map(async (userId) => {
      const outcome = await registerSample(userId, props, () => {});
      outcomes.set(userId, outcome);
      const head = `${displayId(userId, ID_COLUMNS)}  ${describeSteps(outcome)}`;
      // The summary shows the reasons, each once.
      print(outcome.uri === undefined ? display`✖ ${head.trimEnd()}\n` : display`✔ ${head}\n  › ${outcome.uri}\n`);
    }),
  );
  return outcomes;
}

/** The outcome of all sample users. */
interface SamplesSummary {
  /** Empty if there were none. */
  readonly text: string;
  /** Each user whose row has no URI, and how far the registration got, in one line; absent if all have one. */
  readonly problem?: string;
}

export function summarizeSamples(outcomes: SampleOutcomes, timeoutSeconds: number): SamplesSummary {
  const total = outcomes.size;
  const failed = [...outcomes].filter(([, { uri }]) => uri === undefined);
  const text = total === 0 ? '' : `${total - failed.length} of ${count(total, 'sample user')} have their bucket.\n`;
  if (failed.length === 0) return { text };
  const groups = Map.groupBy(failed, ([, { problem = '' }]) => alike(problem));
  const reasons = [...groups.values()].map(
    (users) => `${nameUsers(users.map(([id]) => id))}: ${visible(users[0]?.[1].problem ?? '')}`,
  );
  return {
    text,
    problem: `${failed.length} of ${count(total, 'sample user')} not recorded within ${timeoutSeconds} s: ${reasons.join(' | ')}`,
  };
}

/** How far a user's registration got, and what went wrong. @param entries the journal's, in their order */
export function describeReachedHop(
  entries: readonly JournalEntry[],
  { stackName, ...user }: FollowedUser & { readonly stackName: string },
): string {
  const registration = registrationsInJournal(entries, user, { name: stackName, outputs: {} }).at(-1);
  if (registration === undefined) return 'no row of this user was written';
  const open = openEndsOf(registration).map(({ text }) => text);
  if (open.length > 0) return open.join('; ');
  const last = registration.hops.at(-1);
  if (last?.hop === 'row' && last.change === 'removed') return 'its row was removed';
  return `nothing is pending after the step "${last?.hop}", but its row has no URI`;
}

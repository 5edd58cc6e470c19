import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { explainAwsError } from '../../../operations/aws/aws-failure.ts';
import type { Target } from '../../../operations/aws/target.ts';
import { URI_ATTRIBUTE, type UsersTable } from '../../../operations/deployed/users-table.ts';
import { keysOfEvent, uriInRecord, userOfRecord } from '../../../operations/journal/journal.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import type { Journal, JournalEntry } from '../../../packages/local-engine/index.ts';
import { describeReachedHop } from './reached-hop.ts';

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
export const STEPS = ['row', 'bucket', 'URI'] as const;

export type StepTimes = Readonly<Partial<Record<(typeof STEPS)[number], number>>>;

export interface SampleOutcome {
  /** Whether the user was there before, from an earlier run: with `dev --data`. */
  readonly existed: boolean;
  /** Milliseconds from the put to each step. */
  readonly times: StepTimes;
  /** The URI in the row, of a bucket that is there. */
  readonly uri?: string;
  /** Why there is none: how far the registration came. */
  readonly problem?: string;
}

/**
 * Registers a user through the endpoint, unless there is one, and follows the registration until its bucket and its row are
 * what they should be, seen from outside.
 * @param onStep is called after each step, with the times so far
 */
export async function registerSample(
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
    // One whose URI is missing may have been under way when the engine ended: it goes on now.
    if (!isComplete && !(await recorded)) {
      return { existed, times, problem: describeReachedHop(journal.entries(), { userId, userIdAttribute, stackName }) };
    }
    const uri = (await table.readUris([userId])).get(userId);
    if (uri === undefined) return { existed, times, problem: 'its URI was recorded, but does not stand in its row' };
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

/** The times of the steps, such as `row 12 ms, bucket 80 ms, URI 95 ms`; a user that was there before had them earlier. */
export function describeSteps({ existed, times }: Pick<SampleOutcome, 'existed' | 'times'>): string {
  if (existed) return 'was there already';
  return STEPS.flatMap((step) => {
    const time = times[step];
    return time === undefined ? [] : [`${step} ${Math.round(time)} ms`];
  }).join(', ');
}

import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { timeAt } from '../../aws/pipeline-time.ts';
import { type OnStack, requireOutput } from '../../deployed/stack.ts';
import { bucketNaming } from '../../deployed/user-bucket.ts';
import { bucketCreatedEntry } from '../../deployed/user-events.ts';
import { usersTable } from '../../deployed/users-table.ts';
import { CommandFailure } from '../../messages/errors.ts';
import { formatDuration } from '../../time/time.ts';
import { injectFault } from '../faults.ts';
import { setPipe } from '../pipe.ts';
import { skipTime } from '../time.ts';
import type { Break, BreakOptions } from './lesson.ts';
import {
  changeUri,
  type DoneUser,
  deadLettersOf,
  deleteBucket,
  doneUsers,
  NO_DONE_USER,
  namedUsers,
  pipeDeadLetters,
  pipeGivesUp,
  useUpAttempts,
} from './pipeline-parts.ts';

export const RECORDER = 'uri-recorder';

const MOST_ROWS = 1000;
const MOST_BUCKETS = 20;
const FEW_USERS = 2;
const NEW_USERS = 3;
const WAITING_USERS = 10;
const SLOW_MS = 2000;

const HOUR_MS = 3_600_000;

/** How a URI begins that the lesson about wrong results writes. */
const WRONG_URI = 's3://lab-wrong-result-';

/** Does something to users who are done, one after the other. */
function breakUsers(
  most: number,
  describe: (users: readonly DoneUser[]) => string[],
  damage: (on: OnStack, user: DoneUser) => Promise<unknown>,
  summary: (done: number) => string,
): Break {
  return {
    async preview(on) {
      const users = await doneUsers(on, most);
      return users.length === 0 ? { lines: [], problem: NO_DONE_USER } : { lines: describe(users) };
    },
    async run(on, { signal, onLine }) {
      const users = await doneUsers(on, most);
      if (users.length === 0) throw new CommandFailure(NO_DONE_USER);
      let done = 0;
      for (const user of users) {
        if (signal.aborted) break;
        await damage(on, user);
        done += 1;
      }
      onLine(summary(done));
    },
  };
}

/** Of the drill `all-uris-lost`. */
export const loseUris = breakUsers(
  MOST_ROWS,
  (users) => [`Removes the URI and the URL from ${count(users.length, 'row')}: ${namedUsers(users)}.`],
  (on, { userId }) => changeUri(on, userId),
  (done) => `The URI is gone from ${count(done, 'row')}.`,
);

/** Of the drill `users-missed`. */
export const missUsers = breakUsers(
  FEW_USERS,
  (users) => [
    `Removes the URI and the URL from ${count(users.length, 'row')}: ${namedUsers(users)}. There are no dead letters.`,
  ],
  (on, { userId }) => changeUri(on, userId),
  (done) => `The URI is gone from ${count(done, 'row')}.`,
);

/** Of the drill `buckets-deleted`. */
export const deleteBuckets = breakUsers(
  MOST_BUCKETS,
  (users) => [
    `Deletes ${count(users.length, 'bucket')} with everything in them: of ${namedUsers(users)}.`,
    'What is in a bucket does not come back.',
  ],
  (on, { bucket }) => deleteBucket(on, bucket),
  (done) => `${count(done, 'bucket')} deleted.`,
);

/** Of the drill `bug-shipped`: for a subscriber that does not overwrite its results. */
export const recordWrongly = breakUsers(
  MOST_BUCKETS,
  (users) => [`Writes a wrong URI into ${count(users.length, 'row')}, as a bug would: ${namedUsers(users)}.`],
  (on, { userId, bucket }) => changeUri(on, userId, `${WRONG_URI}${bucket.slice(-12)}`),
  (done) => `${count(done, 'row')} ${done === 1 ? 'has' : 'have'} a wrong URI.`,
);

/** Removes what {@link recordWrongly} has written. @returns what was done, in a sentence */
export async function removeWrongResults(on: OnStack): Promise<string> {
  let removed = 0;
  for await (const rows of usersTable(on).scanRows()) {
    for (const { userId, uri } of rows) {
      if (!uri?.startsWith(WRONG_URI)) continue;
      await changeUri(on, userId);
      removed += 1;
    }
  }
  return `The wrong URI is removed from ${count(removed, 'row')}.`;
}

/** Of the drill `subscriber-broken`. */
export const breakSubscriber: Break = {
  preview: async () => ({
    lines: [
      `Sets a fault: every dynamodb:UpdateItem of ${RECORDER} fails with AccessDeniedException, as without its grant.`,
      `Registers ${NEW_USERS} users, and skips some minutes, until ${RECORDER} has given their events up.`,
    ],
  }),
  async run(on, options) {
    await injectFault(on, {
      operation: 'dynamodb:UpdateItem',
      code: 'AccessDeniedException',
      times: 'always',
      subscriber: RECORDER,
    });
    options.onLine(`${RECORDER} may no longer write into the users table.`);
    const before = await deadLettersOf(on, RECORDER);
    await registerNew(on, NEW_USERS, options);
    await giveUp(on, before + NEW_USERS, options);
  },
};

/** Of the drill `pipe-stopped`. */
export const stopPipeForLong: Break = {
  preview: async () => ({
    lines: [
      'Stops the pipe, registers a user, skips 3 hours, registers a second, skips 23 hours, and registers a third.',
      'The stream keeps records for 24 hours: the record of the first user is gone, and that of the second is too old for the pipe.',
    ],
  }),
  async run(on, options) {
    const { signal, onLine } = options;
    await setPipe(on, false);
    onLine('The pipe is stopped.');
    for (const hours of [3, 23, 0]) {
      if (signal.aborted) return;
      await registerNew(on, 1, options);
      if (hours === 0) return;
      await skipTime(on, hours * HOUR_MS, { signal });
      onLine(`${hours} hours have passed.`);
    }
  },
};

/** Of the drill `pipe-refused`. */
export const refusePipe: Break = {
  preview: async () => ({
    lines: [
      'Sets a fault: every events:PutEvents fails with ThrottlingException, also those of functions and commands. The bus gets nothing more.',
      'Registers a user, and skips 23 hours: then the record is too old for the pipe, which gives it up.',
    ],
  }),
  async run(on, options) {
    const { signal, onLine } = options;
    await injectFault(on, { operation: 'events:PutEvents', code: 'ThrottlingException', times: 'always' });
    onLine('The bus refuses every event.');
    const before = await pipeDeadLetters(on);
    await registerNew(on, 1, options);
    await skipTime(on, 23 * HOUR_MS, { signal });
    onLine('23 hours have passed.');
    if (await pipeGivesUp(on, before + 1, signal)) onLine('The pipe has given the record up.');
  },
};

/** Of the drill `events-wait`. */
export const slowDown: Break = {
  preview: async () => ({
    lines: [
      `Sets a fault: every s3:CreateBucket of bucket-service takes ${SLOW_MS / 1000} seconds longer.`,
      `Registers ${WAITING_USERS} users, whose events wait in the queue.`,
    ],
  }),
  async run(on, options) {
    await injectFault(on, {
      operation: 's3:CreateBucket',
      effect: 'delay',
      delayMs: SLOW_MS,
      times: 'always',
      subscriber: 'bucket-service',
    });
    options.onLine('bucket-service is slow.');
    await registerNew(on, WAITING_USERS, options);
  },
};

/** Of the drill `wrong-event`. */
export const publishWrongly: Break = {
  async preview(on) {
    const [user] = await doneUsers(on, 1);
    if (user === undefined) return { lines: [], problem: NO_DONE_USER };
    return {
      lines: [
        `Removes the URI of ${namedUsers([user])}, and publishes BucketCreated for this user with the time in milliseconds, which is no valid event.`,
        'Skips some minutes, until the subscribers have given it up.',
      ],
    };
  },
  async run(on, options) {
    const [user] = await doneUsers(on, 1);
    if (user === undefined) throw new CommandFailure(NO_DONE_USER);
    const before = await deadLettersOf(on, RECORDER);
    await changeUri(on, user.userId);
    await publishInMilliseconds(on, user);
    options.onLine(`A wrong event of ${namedUsers([user])} is on the bus.`);
    await giveUp(on, before + 1, options);
  },
};

async function publishInMilliseconds(on: OnStack, { userId, bucket: bucketName }: DoneUser): Promise<void> {
  const seconds = Math.floor(timeAt(on.target) / 1000);
  const { region } = bucketNaming(on.stack);
  const signUp = { userId, registeredAt: seconds, eventId: `lesson-${seconds}` };
  const bucket = { bucketName, region, createdAt: seconds };
  const entry = bucketCreatedEntry(signUp, bucket, requireOutput(on.stack, 'EventBusName'));
  const { metadata, data } = JSON.parse(entry.Detail ?? '{}') as { metadata: object; data: object };
  const Detail = JSON.stringify({ metadata, data: { ...data, createdAt: seconds * 1000 } });
  await on.clients.of(EventBridgeClient).send(new PutEventsCommand({ Entries: [{ ...entry, Detail }] }));
}

async function registerNew(on: OnStack, number: number, { onLine }: BreakOptions): Promise<void> {
  const made = timeAt(on.target).toString(36);
  const users = Array.from({ length: number }, (_, index) => ({ userId: `lesson-${made}-${index + 1}` }));
  for (const { userId } of users) await usersTable(on).register(userId);
  onLine(`Registered: ${namedUsers(users)}.`);
}

async function giveUp(on: OnStack, deadLetters: number, { signal, onLine }: BreakOptions): Promise<void> {
  const skipped = await useUpAttempts(on, RECORDER, { deadLetters, signal });
  if (skipped !== undefined) onLine(`After ${formatDuration(skipped)} ${RECORDER} has given up.`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

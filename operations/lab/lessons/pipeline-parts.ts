import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ServiceException,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { pipelineCommand } from '../../aws/target.ts';
import { messagesIn, requireDepth } from '../../deployed/queue-depth.ts';
import { type OnStack, requireOutput } from '../../deployed/stack.ts';
import { chooseSubscribers } from '../../deployed/subscribers.ts';
import { bucketOfUri } from '../../deployed/user-bucket.ts';
import { URI_ATTRIBUTE, URL_ATTRIBUTE, usersTable } from '../../deployed/users-table.ts';
import { displayId } from '../../messages/display.ts';
import { CommandFailure } from '../../messages/errors.ts';
import { SYSTEM_CLOCK } from '../../time/waiting.ts';
import { requireEngine } from '../lab-api.ts';
import { skipTime } from '../time.ts';

/** A user who is done. */
export interface DoneUser {
  readonly userId: string;
  readonly uri: string;
  readonly bucket: string;
}

/** Users with the URI of a bucket in their row. @param most how many at most */
export async function doneUsers(on: OnStack, most: number): Promise<DoneUser[]> {
  const found: DoneUser[] = [];
  for await (const rows of usersTable(on).scanRows()) {
    for (const { userId, uri } of rows) {
      const bucket = bucketOfUri(uri ?? '');
      if (uri !== undefined && bucket !== undefined) found.push({ userId, uri, bucket });
    }
    if (found.length >= most) break;
  }
  return found.slice(0, most);
}

const MOST_NAMED = 3;

/** A few users by name: `alice, ben and 4 more`. */
export function namedUsers(users: readonly { readonly userId: string }[]): string {
  const names = users.slice(0, MOST_NAMED).map(({ userId }) => displayId(userId));
  const more = users.length - names.length;
  return more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`;
}

/** What a preview says where there is no user to damage. */
export const NO_DONE_USER = 'no user has a URI yet: register some first';

/** Removes the URI from a user's row, or writes another one. */
export async function changeUri(on: OnStack, userId: string, uri?: string): Promise<void> {
  const { name: TableName, userIdAttribute } = usersTable(on);
  const names = { '#uri': URI_ATTRIBUTE, '#url': URL_ATTRIBUTE };
  await on.clients.of(DynamoDBClient).send(
    new UpdateItemCommand({
      TableName,
      Key: { [userIdAttribute]: { S: userId } },
      ExpressionAttributeNames: names,
      ...(uri === undefined
        ? { UpdateExpression: 'REMOVE #uri, #url' }
        : { UpdateExpression: 'SET #uri = :uri REMOVE #url', ExpressionAttributeValues: { ':uri': { S: uri } } }),
    }),
  );
}

/** Deletes a bucket with its objects. @returns how many objects it had; undefined if there is no such bucket */
export async function deleteBucket(on: OnStack, Bucket: string): Promise<number | undefined> {
  const s3 = on.clients.of(S3Client);
  let objects = 0;
  try {
    for (;;) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      if (Contents.length === 0) break;
      const Objects = Contents.map(({ Key }) => ({ Key }));
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      objects += Objects.length;
    }
    await s3.send(new DeleteBucketCommand({ Bucket }));
    return objects;
  } catch (error) {
    if ((error as S3ServiceException).name === 'NoSuchBucket') return undefined;
    throw error;
  }
}

/** More skips than attempts: one may come before a function has taken its message. */
const MOST_SKIPS = 40;
const PAUSE_MS = 200;

/**
 * Lets time pass until a subscriber's queue has given so many messages up.
 * @returns how much time was skipped, in milliseconds; undefined if it was stopped
 * @throws CommandFailure if they do not become dead letters
 */
export async function useUpAttempts(
  on: OnStack,
  subscriber: string,
  { deadLetters, signal }: { readonly deadLetters: number; readonly signal: AbortSignal },
): Promise<number | undefined> {
  const [queues] = chooseSubscribers(on.stack, [subscriber]);
  const sqs = on.clients.of(SQSClient);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queues?.queueUrl ?? '', AttributeNames: ['VisibilityTimeout'] }),
  );
  const ms = (Number(Attributes?.VisibilityTimeout) + 1) * 1000;
  for (let skips = 0; skips < MOST_SKIPS; skips++) {
    await SYSTEM_CLOCK.pause(PAUSE_MS, signal);
    if (signal.aborted) return undefined;
    if (messagesIn(await requireDepth(sqs, queues?.dlqUrl ?? '')) >= deadLetters) return skips * ms;
    await skipTime(on, ms, { signal });
  }
  throw new CommandFailure(
    `the events of ${subscriber} have not become dead letters after ${MOST_SKIPS} attempts' time; see ${doctorOf(on)}`,
  );
}

/** How many dead letters a subscriber has now. */
export async function deadLettersOf(on: OnStack, subscriber: string): Promise<number> {
  const [queues] = chooseSubscribers(on.stack, [subscriber]);
  return messagesIn(await requireDepth(on.clients.of(SQSClient), queues?.dlqUrl ?? ''));
}

/** How many dead letters the pipe has now. */
export async function pipeDeadLetters(on: OnStack): Promise<number> {
  return messagesIn(await requireDepth(on.clients.of(SQSClient), requireOutput(on.stack, 'PipeDlqUrl')));
}

/** The pipe tries again within seconds after its time has come. */
const MOST_LOOKS = 150;

/**
 * Waits until the pipe has so many dead letters.
 * @returns whether it has; not if it was stopped
 * @throws CommandFailure if it does not get them
 */
export async function pipeGivesUp(on: OnStack, deadLetters: number, signal: AbortSignal): Promise<boolean> {
  for (let looks = 0; looks < MOST_LOOKS && !signal.aborted; looks++) {
    if ((await pipeDeadLetters(on)) >= deadLetters) return true;
    await SYSTEM_CLOCK.pause(PAUSE_MS, signal);
  }
  if (signal.aborted) return false;
  throw new CommandFailure(`the pipe has not given the record up; see ${doctorOf(on)}`);
}

/** The command that says what is wrong with this pipeline. */
function doctorOf({ target }: OnStack): string {
  return pipelineCommand('doctor', { port: Number(new URL(requireEngine(target)).port) });
}

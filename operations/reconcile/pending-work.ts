import { DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { SQSClient } from '@aws-sdk/client-sqs';
import { explainAwsError } from '../aws/aws-failure.ts';
import { type QueueOwner, scanDlq } from '../dead-letters/index.ts';
import { messagesIn, readDepth } from '../deployed/queue-depth.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { findSubscribers } from '../deployed/subscribers.ts';
import { count, displayId } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Fix } from './mismatch.ts';

/** The subscriber that creates the bucket of a registration. */
const BUCKET_MAKER = 'bucket-service';
/** The subscribers between a registration and its URI. */
const SUBSCRIBERS = new Set([BUCKET_MAKER, 'uri-recorder']);

/** Registrations that may still get their bucket or their URI. The pipe's lag behind the stream cannot be seen. */
export interface PendingWork {
  /** What is pending, in words; empty if nothing is. */
  readonly texts: readonly string[];
  /** Whether the user's own registration may still come, and create a bucket. */
  mayRegister(userId: string): boolean;
}

export const NOTHING_PENDING: PendingWork = { texts: [], mayRegister: () => false };

/** Users whose registration is pending; `anybody` if that is not known. */
type PendingUsers = ReadonlySet<string> | 'anybody';

/** A part of the pipeline with pending work. */
interface PendingPart {
  /** In words, such as `the pipe is STOPPED`. */
  readonly text: string;
  /** Whose registration may be in it, without a bucket so far. */
  readonly users: PendingUsers;
}

/** Whether the user's own registration may still come: then the fix would register them a second time. */
export function mayRegisterTwice({ isFirst, userId }: Fix, pending: PendingWork): boolean {
  return isFirst && pending.mayRegister(userId);
}

/**
 * Chooses the fixes to make.
 * @param holdBack whether to leave out users whose own registration may still come: they would get a second bucket
 * @param limit of the fixes that are not held back
 */
export function chooseFixes(
  fixes: readonly Fix[],
  pending: PendingWork,
  { holdBack, limit }: { readonly holdBack: boolean; readonly limit: number },
): { readonly chosen: readonly Fix[]; readonly held: readonly Fix[] } {
  const held = new Set(holdBack ? fixes.filter((fix) => mayRegisterTwice(fix, pending)) : []);
  return { chosen: fixes.filter((fix) => !held.has(fix)).slice(0, limit), held: [...held] };
}

export interface PendingWorkOptions {
  /** Whether to read dead letters for the users that they are about; if not, they may be about anybody. */
  readonly readsDeadLetters: boolean;
  /** Ends reading them. */
  readonly signal: AbortSignal;
}

/** Looks for registrations that wait in a queue, in a dead-letter queue, or for a pipe that does not run. */
export async function readPendingWork(on: OnStack, options: PendingWorkOptions): Promise<PendingWork> {
  const subscribers = findSubscribers(on.stack).filter(({ name }) => SUBSCRIBERS.has(name));
  const parts = await Promise.all([
    unlessDenied(on, 'the pipe', () => pipePart(on)),
    unlessDenied(on, 'the dead-letter queue of the pipe', async () =>
      deadLetterPart(on, { url: requireOutput(on.stack, 'PipeDlqUrl'), owner: 'pipe', name: 'the pipe' }, options),
    ),
    ...subscribers.map(({ name, queueUrl, dlqUrl }) =>
      unlessDenied(on, `the queues of ${name}`, async () => [
        ...(await queuePart(on, name, queueUrl)),
        ...(await deadLetterPart(on, { url: dlqUrl, owner: 'subscriber', name }, options)),
      ]),
    ),
  ]);
  const all = parts.flat();
  return {
    texts: all.map(({ text }) => text),
    mayRegister: (userId) => all.some(({ users }) => users === 'anybody' || users.has(userId)),
  };
}

async function pipePart({ clients, stack }: OnStack): Promise<PendingPart[]> {
  const Name = requireOutput(stack, 'PipeName');
  const { CurrentState = 'in an unknown state' } = await clients
    .of(PipesClient)
    .send(new DescribePipeCommand({ Name }));
  return CurrentState === 'RUNNING' ? [] : [{ text: `the pipe is ${CurrentState}`, users: 'anybody' }];
}

async function queuePart(on: OnStack, name: string, queueUrl: string): Promise<PendingPart[]> {
  const waiting = await countMessages(on, queueUrl);
  return waiting === 0 ? [] : [{ text: `${count(waiting, 'event')} of ${name} in its queue`, users: usersIn(name) }];
}

interface Dlq {
  readonly url: string;
  readonly owner: QueueOwner;
  readonly name: string;
}

/** Unreadable messages that are named, and how long each name may be. */
const MOST_NAMED = 3;
const NAME_COLUMNS = 160;

async function deadLetterPart(
  on: OnStack,
  { url, owner, name }: Dlq,
  { readsDeadLetters, signal }: PendingWorkOptions,
): Promise<PendingPart[]> {
  const messages = await countMessages(on, url);
  if (messages === 0) return [];
  const text = `${count(messages, owner === 'pipe' ? 'message' : 'event')} of ${name} in its dead-letter queue`;
  const mayBe = owner === 'pipe' ? 'anybody' : usersIn(name);
  if (!readsDeadLetters || mayBe !== 'anybody') return [{ text, users: mayBe }];
  const { users, unreadable } = await readPendingUsers(on, { url, owner, messages }, signal);
  const named = [...unreadable]
    .slice(0, MOST_NAMED)
    .map(([id, problem]) => displayId(`${id} ${problem}`, NAME_COLUMNS));
  const others = unreadable.size > MOST_NAMED ? ` and ${count(unreadable.size - MOST_NAMED, 'other')}` : '';
  return [{ text: named.length === 0 ? text : `${text} (${named.join('; ')}${others})`, users }];
}

/** With more dead letters than this, they may be about anybody. */
const MOST_READ = 500;

/**
 * Reads whose registrations the messages of a dead-letter queue hold, and leaves all of them there. Records that have left the
 * stream are not pending: a message of the pipe whose records are lost is about no user. An unreadable one may be about anybody.
 * @param messages how many there are, including those that someone else has received
 */
async function readPendingUsers(
  on: OnStack,
  { url, owner, messages }: Pick<Dlq, 'url' | 'owner'> & { messages: number },
  signal: AbortSignal,
): Promise<{ users: PendingUsers; unreadable: ReadonlyMap<string, string> }> {
  if (messages > MOST_READ) return { users: 'anybody', unreadable: new Map() };
  const summary = await scanDlq(on, { url, owner }, { most: messages, signal });
  const { users, size, kinds, records, unreadable } = summary;
  const isAllKnown =
    size >= messages && records.messages === kinds.pipe && users.length < MOST_READ && unreadable.size === 0;
  return { users: isAllKnown ? new Set(users) : 'anybody', unreadable };
}

/** A queue that does not exist holds nothing. */
async function countMessages({ clients }: OnStack, queueUrl: string): Promise<number> {
  const depth = await readDepth(clients.of(SQSClient), queueUrl);
  return depth === undefined ? 0 : messagesIn(depth);
}

/** After bucket-service, a registration has its bucket: a fix finds that one and creates no second one. */
function usersIn(subscriber: string): PendingUsers {
  return subscriber === BUCKET_MAKER ? 'anybody' : new Set();
}

/** A part that may not be read is reported as such, and the others are read. */
async function unlessDenied(on: OnStack, part: string, read: () => Promise<PendingPart[]>): Promise<PendingPart[]> {
  try {
    return await read();
  } catch (error) {
    const explained = explainAwsError(error, on.target);
    if (!(explained instanceof CommandFailure)) throw explained;
    return [{ text: `${part} could not be read (${explained.message})`, users: 'anybody' }];
  }
}

import { DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { SQSClient } from '@aws-sdk/client-sqs';
import { explainAwsError } from '../aws/aws-failure.ts';
import { messagesIn, readDepth } from '../deployed/queues.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { findSubscribers } from '../deployed/subscribers.ts';
import { count, displayId } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Mend } from './finding.ts';
import { readWaitingUsers, type WaitingUsers } from './waiting-letters.ts';

/** The subscriber that gives a registration its bucket. */
const BUCKET_MAKER = 'bucket-service';
/** Letters that cannot be read and are named, and how long a name may be. */
const MOST_NAMED = 3;
const NAME_COLUMNS = 160;

/** The subscribers that bring a registration to its URI. */
const ON_THE_WAY = new Set([BUCKET_MAKER, 'uri-recorder']);

/** Something that may still bring a registration to its bucket or its URI. */
interface Part {
  /** In words, such as `the pipe is STOPPED`. */
  readonly text: string;
  /** Whose registration may be in it, and has no bucket yet. */
  readonly users: WaitingUsers;
}

/** What of the registrations may still be under way. How far the pipe is behind the stream cannot be seen. */
export interface UnderWay {
  /** In words; nothing where all is done. */
  readonly texts: readonly string[];
  /** Whether a user's own registration may still come, and make a bucket. */
  holds(userId: string): boolean;
}

export const NOTHING_UNDER_WAY: UnderWay = { texts: [], holds: () => false };

/**
 * Which of the mends are wanted.
 * @param holdsBack whether users whose own registration may still come are left alone: they would get a second bucket
 * @param limit of those that are left then
 */
export function chooseMends(
  mends: readonly Mend[],
  underWay: UnderWay,
  { holdsBack, limit }: { readonly holdsBack: boolean; readonly limit: number },
): { readonly chosen: readonly Mend[]; readonly held: readonly Mend[] } {
  const held = holdsBack ? mends.filter((mend) => isHeld(mend, underWay)) : [];
  const free = holdsBack ? mends.filter((mend) => !isHeld(mend, underWay)) : mends;
  return { chosen: free.slice(0, limit), held };
}

/** Whether a user's own registration may still come, and a mend would be the second one. */
export function isHeld({ isFirst, userId }: Mend, underWay: UnderWay): boolean {
  return isFirst && underWay.holds(userId);
}

export interface UnderWayOptions {
  /** Whether dead letters are read, to know whose they are; otherwise they may be anybody's. */
  readonly readsLetters: boolean;
  /** Ends reading them. */
  readonly signal: AbortSignal;
}

export async function readUnderWay(on: OnStack, options: UnderWayOptions): Promise<UnderWay> {
  const subscribers = findSubscribers(on.stack).filter(({ name }) => ON_THE_WAY.has(name));
  const parts = await Promise.all([
    unlessRefused(on, 'the pipe', () => pipeParts(on)),
    unlessRefused(on, 'the dead-letter queue of the pipe', async () =>
      letterParts(on, { url: requireOutput(on.stack, 'PipeDlqUrl'), owner: 'pipe', name: 'the pipe' }, options),
    ),
    ...subscribers.map(({ name, queueUrl, dlqUrl }) =>
      unlessRefused(on, `the queues of ${name}`, async () => [
        ...(await waitingParts(on, name, queueUrl)),
        ...(await letterParts(on, { url: dlqUrl, owner: 'subscriber', name }, options)),
      ]),
    ),
  ]);
  const all = parts.flat();
  return {
    texts: all.map(({ text }) => text),
    holds: (userId) => all.some(({ users }) => users === 'anybody' || users.has(userId)),
  };
}

async function pipeParts({ clients, stack }: OnStack): Promise<Part[]> {
  const Name = requireOutput(stack, 'PipeName');
  const { CurrentState = 'of no known state' } = await clients.of(PipesClient).send(new DescribePipeCommand({ Name }));
  return CurrentState === 'RUNNING' ? [] : [{ text: `the pipe is ${CurrentState}`, users: 'anybody' }];
}

async function waitingParts(on: OnStack, name: string, queueUrl: string): Promise<Part[]> {
  const waiting = await countMessages(on, queueUrl);
  return waiting === 0 ? [] : [{ text: `${count(waiting, 'event')} of ${name} in its queue`, users: whoMayBeIn(name) }];
}

interface Letters {
  readonly url: string;
  readonly owner: 'pipe' | 'subscriber';
  readonly name: string;
}

async function letterParts(on: OnStack, { url, owner, name }: Letters, options: UnderWayOptions): Promise<Part[]> {
  const letters = await countMessages(on, url);
  if (letters === 0) return [];
  const what = count(letters, owner === 'pipe' ? 'message' : 'event');
  const text = `${what} of ${name} in its dead-letter queue`;
  const mayBe = owner === 'pipe' ? 'anybody' : whoMayBeIn(name);
  const isRead = options.readsLetters && mayBe === 'anybody';
  if (!isRead) return [{ text, users: mayBe }];
  const { users, unreadable } = await readWaitingUsers(on, { url, owner, letters }, options.signal);
  const named = [...unreadable]
    .slice(0, MOST_NAMED)
    .map(([id, problem]) => displayId(`${id} ${problem}`, NAME_COLUMNS));
  const others = unreadable.size > MOST_NAMED ? ` and ${count(unreadable.size - MOST_NAMED, 'other')}` : '';
  return [{ text: named.length === 0 ? text : `${text} (${named.join('; ')}${others})`, users }];
}

/** In a queue that is gone there is nothing. */
async function countMessages({ clients }: OnStack, queueUrl: string): Promise<number> {
  const depth = await readDepth(clients.of(SQSClient), queueUrl);
  return depth === undefined ? 0 : messagesIn(depth);
}

/** Behind bucket-service a registration has its bucket: it is found, and no other is made. */
function whoMayBeIn(subscriber: string): WaitingUsers {
  return subscriber === BUCKET_MAKER ? 'anybody' : new Set();
}

/** Whoever may not look at a part is told so, and the rest is done. */
async function unlessRefused(on: OnStack, part: string, look: () => Promise<Part[]>): Promise<Part[]> {
  try {
    return await look();
  } catch (error) {
    const explained = explainAwsError(error, on.target);
    if (!(explained instanceof CommandFailure)) throw explained;
    return [{ text: `${part} could not be looked at (${explained.message})`, users: 'anybody' }];
  }
}

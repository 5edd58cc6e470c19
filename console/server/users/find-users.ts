import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { onStack, streamOnStack } from '../../../operations/deployed/stack.ts';
import { findUsers as find, followRecentUsers, type RecentUsers } from '../../../operations/find/index.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import type { FoundUsers, UserListPage } from '../../contract/users.ts';
import type { StreamItem } from '../answers.ts';
import type { Asked, AskedStream } from '../route.ts';
import { snapshots } from '../snapshots.ts';

/** The users who registered last, as they change. */
export async function* followUsers({ target, signal, lastId }: AskedStream): AsyncGenerator<StreamItem> {
  const lists = streamOnStack(target, (on) => followRecentUsers(on, { signal }));
  yield* snapshots(viewed(lists), lastId);
}

async function* viewed(lists: AsyncIterable<RecentUsers>): AsyncGenerator<Omit<UserListPage, 'now'>> {
  for await (const { users, hasJournal } of lists) {
    const source = hasJournal
      ? "The latest registrations in the engine's journal."
      : "Users in the functions' logs of the last 15 minutes. AWS has no list of registrations.";
    yield { users, source };
  }
}

/** Users by any id that belongs to them. @throws UsageError for an empty search */
export async function findUsers({ query, target }: Asked): Promise<FoundUsers> {
  const text = (query.get('q') ?? '').trim();
  if (text === '')
    throw new UsageError('the search is empty; give a user id, an event id, a correlation id, a bucket or its URI');
  const { users, hasJournal } = await onStack(target, (on) => find(on, text, timeAt(on.target)));
  const source = hasJournal
    ? "Searched: the users table, and the engine's journal."
    : "Searched: the users table, and the functions' logs of the last 24 hours.";
  return { query: text, users, source };
}

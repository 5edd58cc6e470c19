import type { JournalEntry } from '../../../operations/journal/journal.ts';
import { registrationsOf } from '../../../operations/trace/hop-builder.ts';
import { namesOf } from '../../../operations/trace/names.ts';
import { openEndsOf } from '../../../operations/trace/open-ends.ts';
import type { FollowedUser } from '../../../operations/trace/registration-ids.ts';
import { inOrder } from '../../../operations/trace/trace-items.ts';
import { describeHop } from '../trace/hop-text.ts';

export interface Followed extends FollowedUser {
  readonly stackName: string;
}

/**
 * How far a user's registration came, and what went wrong on the way, in words.
 * @param entries the journal's, in their order
 */
export function describeReachedHop(entries: readonly JournalEntry[], { stackName, ...user }: Followed): string {
  const names = namesOf({ name: stackName, outputs: {} });
  const registration = registrationsOf(inOrder(entries, [], names), user, names).at(-1);
  if (registration === undefined) return 'no row of this user was written';
  const open = openEndsOf(registration).map(({ text }) => text);
  if (open.length > 0) return open.join('; ');
  const last = registration.hops.at(-1);
  return `nothing is open; at the end: ${last === undefined ? 'nothing' : describeHop(last).join(': ')}`;
}

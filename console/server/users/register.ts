import { onStack } from '../../../operations/deployed/stack.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import {
  checkUserIds,
  generateUserIds,
  newRunId,
  registerUsers,
  SAMPLE_USERS,
} from '../../../operations/users/index.ts';
import type { RegisteredUsers } from '../../contract/users.ts';
import { type Body, fieldText } from '../body.ts';
import type { Asked } from '../route.ts';

/** The most users of one request. */
const MOST_USERS = 100;

/**
 * Registers the users of a request, as a sign-up service does.
 * @param body `userIds`, a list of texts; `samples: true` for the sample users; or `count`, for that many users with new ids
 * @throws UsageError for anything else, before any call
 */
export async function register({ target, signal }: Asked, body: Body): Promise<RegisteredUsers> {
  const wanted = checkUserIds(wantedIn(body));
  const reports = await onStack(target, (on) => registerUsers(on, wanted, { signal }));
  return { reports: reports.map(({ userId, status, problem }) => ({ userId, status, ...(problem && { problem }) })) };
}

function wantedIn({ userIds, samples, count }: Body): readonly string[] {
  if (samples === true) return SAMPLE_USERS;
  const number = Array.isArray(userIds) ? userIds.length : Number(fieldText(count));
  if (!Number.isInteger(number) || number < 1 || number > MOST_USERS) {
    throw new UsageError(`the number of users must be from 1 to ${MOST_USERS}; got ${fieldText(count) || number}`);
  }
  if (!Array.isArray(userIds)) return generateUserIds(number, newRunId(Date.now(), Math.random()));
  if (!userIds.every((id) => typeof id === 'string')) throw new UsageError('userIds is not a list of texts');
  return userIds;
}

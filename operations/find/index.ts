/** Finds users: by any id that belongs to them, and those who registered last. */

export type { RecentUser } from './explanations.ts';
export { type FoundUser, findUsers, type UserSearch } from './find-users.ts';
export { JournalUsers, USER_HOPS } from './journal-users.ts';
export { followRecentUsers, type RecentUsers } from './recent-users.ts';

/** Users: register them, and wait for their buckets. */
export {
  checkUserIds,
  generateUserIds,
  newRunId,
  type RegisterProgress,
  type RegisterUsersOptions,
  registerUsers,
  SAMPLE_USERS,
  type UriWatch,
  type UserReport,
  watchForUris,
} from './register-users.ts';

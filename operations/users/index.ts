/** Users: register them, wait for their buckets, read how far one has come. */
export { type BucketTags, type BucketView, type Reading, readUser, type UserView } from './read-user.ts';
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
export { type Known, stateOf, type UserState } from './user-state.ts';

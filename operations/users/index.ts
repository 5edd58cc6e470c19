/** Users: register them, wait for their buckets, read how far one has come. */
export { type BucketTags, type BucketView, type Reading, readUser, type UserView } from './read-user.ts';
export { type RegisterProgress, type RegisterUsersOptions, registerUsers, type UserReport } from './register-users.ts';
export { type UriWatch, watchForUris } from './uri-watch.ts';
export { checkUserIds, generateUserIds, newRunId, SAMPLE_USERS } from './user-ids.ts';
export { type Known, stateOf, type UserState } from './user-state.ts';

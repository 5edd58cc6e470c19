/** What there is of one user: row, bucket and settings, and how far the registration is. */
export { type DescribedUser, describeUser, type Line } from './describe-user.ts';
export { type BucketTags, type BucketView, type Reading, readUser, type UserView } from './read-user.ts';
export { type Known, stateOf, type UserState } from './user-state.ts';

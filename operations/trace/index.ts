/** What happened to a user's registrations, hop by hop, and what they still wait for. */
export { describeHop, spanText, type TracedRegistration, type TraceHop } from './hops.ts';
export { type OpenEnd, openEndsOf } from './open-ends.ts';
export { registrationsInJournal, traceUser, type UnreadLog, type UserTrace } from './read-trace.ts';
export type { FollowedUser } from './registration-ids.ts';

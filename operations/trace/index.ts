/** What happened to a user's registrations, hop by hop, and what they still wait for. */

export { describeHop, kindOf, remedyOf, spanText } from './describe-hop.ts';
export { type Ending, endingOf, summaryOf, type Verdict, verdictOf } from './ending.ts';
export { type FollowedTrace, followTrace } from './follow-trace.ts';
export type { UnreadLog } from './function-logs.ts';
export type { HopOf, TracedRegistration, TraceHop } from './hops.ts';
export { containingAnyOf, type SearchLogs, searchLogsOf, withFields } from './log-search.ts';
export { type Mark, markOf } from './marks.ts';
export { type OpenEnd, openEndsOf } from './open-ends.ts';
export type { Payloads } from './payloads.ts';
export { registrationsInJournal, type TraceReader, traceReaders, traceUser, type UserTrace } from './read-trace.ts';
export type { FollowedUser } from './registration-ids.ts';
export { namesOf } from './trace-items.ts';

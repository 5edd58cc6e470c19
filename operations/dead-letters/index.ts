/** What failed for good: the messages of the dead-letter queues, why they are there, sending them back, deleting them. */
export {
  attemptsOf,
  type CauseGroup,
  causeIdOf,
  type ExplainedMessage,
  errorOf,
  groupByCause,
  usersOf,
} from './cause.ts';
export { choiceOptions, isChoice, type MessageChoice } from './choice.ts';
export type { DeadLetter, DeadLetterKind, QueueOwner } from './dead-letter.ts';
export { type DeadLetterChoice, type ExplainedQueue, explainMessages, MOST_LOOKED, type Unread } from './explain.ts';
export { type DlqDepth, followDepths } from './follow-depths.ts';
export { type DeadLetterList, type ListedQueue, listDeadLetters } from './list.ts';
export { BATCH_SIZE, SqsMessageQueue } from './message-queue.ts';
export {
  type PurgeReport,
  purgeLines,
  purgeProblem,
  type RedriveReport,
  redriveLines,
  redriveProblem,
} from './outcome.ts';
export {
  describeKinds,
  KIND_NAMES,
  logsNote,
  messagesToPurge,
  messagesToRedrive,
  optionOf,
  purgePreview,
  type QueueLine,
  type QueueSummary,
  recordsNote,
  redrivePreview,
  scanNotes,
} from './preview.ts';
export { type PurgedQueue, type PurgePlan, planPurge, purge } from './purge.ts';
export {
  planRedrive,
  REDRIVE_RATE,
  type RedrivenQueue,
  type RedrivePlan,
  redrive,
  requireRedriveTargets,
} from './redrive.ts';
export { handledMessages, type RedriveOutcome } from './redrive-queue.ts';
export { type Replacement, replaceDeadLetter } from './replace.ts';
export { type DlqChoice, MessageSummary, type ScannedQueue, scanDlq, scanQueues } from './scan.ts';

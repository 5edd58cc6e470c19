/** What failed for good: the messages of the dead-letter queues, why they are there, sending them back, deleting them. */
export type { DeadLetter, DeadLetterKind, QueueOwner } from './dead-letter.ts';
export { type ExplainedMessage, explainMessages } from './explain.ts';
export { BATCH_SIZE, SqsMessageQueue } from './message-queue.ts';
export { type PurgedQueue, type PurgePlan, planPurge, purge } from './purge.ts';
export {
  handledMessages,
  planRedrive,
  type RedrivenQueue,
  type RedriveOutcome,
  type RedrivePlan,
  redrive,
  requireRedriveTargets,
} from './redrive.ts';
export { type DlqChoice, MessageSummary, type ScannedQueue, scanDlq, scanQueues } from './scan.ts';

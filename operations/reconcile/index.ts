/** Whether users, URIs and buckets fit together, and the events that fix what does not. */
export { type BucketLook, lookAtBucket } from './buckets.ts';
export { type FixResult, fix, USUAL, waitForFixes } from './fix.ts';
export { type FindingGroup, type FindingKind, fixableText, groupFindings, nothingFound } from './groups.ts';
export { eventIdOf, type Fix, MISMATCH_CLASSES, type Mismatch, type MismatchClass } from './mismatch.ts';
export { chooseFixes, mayRegisterTwice, NOTHING_PENDING, type PendingWork, readPendingWork } from './pending-work.ts';
export {
  type Deletion,
  deleteEmptied,
  type RetiredBucket,
  type RetiredBuckets,
} from './retired.ts';
export { type Survey, type SurveyStep, survey } from './survey.ts';
export {
  deletionText,
  fixProblem,
  fixQuestion,
  heldText,
  pendingText,
  putText,
  rerunText,
  retiredText,
  STEP_LABELS,
  seeRest,
} from './texts.ts';

import type { Plan } from '../day/plan.ts';
import { deadLettersSayWhy, everyAcknowledgedEventIsHandled, everyEventReachesItsSubscribers } from './acknowledged.ts';
import { causesFormTrees } from './causes.ts';
import {
  commandsEndWell,
  importsNoteWhatIsDone,
  lookingChangesNothing,
  onlyRefusedEntriesAreSentAgain,
  redrivesLoseNothing,
  replaysReachOnlyTheChosen,
  replaysReachTheChosen,
} from './commands.ts';
import type { Outcome } from './outcome.ts';
import type { Promised } from './promised.ts';
import { engineHasNoBug, everythingComesToRest, nothingIsDenied, nothingPersonalIsLogged } from './stage.ts';
import {
  bucketsOf,
  bucketsStay,
  everyBucketIsOfOneRegistration,
  everyUserIsServed,
  findUnrepaired,
  noUriIsOverwritten,
  onlyNewRowsAreRegistrations,
  onlySignUpsMakeRows,
} from './users.ts';
import type { Violation } from './violation.ts';

export { MetricChecks } from './metrics.ts';
export type { ArchivedEvent, Bucket, BusEvent, DeadLetter, Outcome, Registered, ReplayedMessage } from './outcome.ts';
export { StepChecks } from './steps.ts';
export type { Violation } from './violation.ts';
export { bucketsOf, findUnrepaired };

/** What the pipeline promises of each day, whatever fails. */
const PROMISES: readonly Promised[] = [
  everythingComesToRest,
  engineHasNoBug,
  nothingIsDenied,
  nothingPersonalIsLogged,
  everyUserIsServed,
  everyBucketIsOfOneRegistration,
  bucketsStay,
  noUriIsOverwritten,
  onlySignUpsMakeRows,
  onlyNewRowsAreRegistrations,
  causesFormTrees,
  everyEventReachesItsSubscribers,
  everyAcknowledgedEventIsHandled,
  deadLettersSayWhy,
  commandsEndWell,
  lookingChangesNothing,
  redrivesLoseNothing,
  importsNoteWhatIsDone,
  onlyRefusedEntriesAreSentAgain,
  replaysReachOnlyTheChosen,
  replaysReachTheChosen,
  ({ brokenSteps }) => brokenSteps,
];

/** Which promises of the pipeline the outcome breaks. */
export function findViolations(plan: Plan, outcome: Outcome): Violation[] {
  return PROMISES.flatMap((promise) => promise(outcome, plan));
}

import type { Plan } from '../day/plan.ts';
import {
  conditionsHold,
  deadLettersSayWhy,
  everyAcknowledgedEventIsHandled,
  everyEventReachesItsSubscribers,
} from './acknowledged.ts';
import { causesFormTrees } from './causes.ts';
import { theChosenAreDeleted } from './chosen-messages.ts';
import {
  commandsEndWell,
  fixesAreOfUsersWhoAreThere,
  lookingChangesNothing,
  ON_CALL,
  onlyRefusedEntriesAreSentAgain,
  repairsDoTheirWork,
  wrongLooks,
} from './commands.ts';
import { editedEventsAreHandled, editsLoseNothing } from './edits.ts';
import { bucketsOfThoseWhoLeftAreRetired, onlyDeletedRowsAreDeletions } from './leaving.ts';
import { exportsHoldTheirWindow, importsNoteWhatIsDone, importsPutTheirFile } from './moved-events.ts';
import type { Outcome, Promised } from './outcome.ts';
import { purgedBy, purgesDeleteOnlyTheChosen } from './purges.ts';
import { redrivesLoseNothing, redrivesSendOnlyTheChosen } from './redrives.ts';
import { replaysReachOnlyTheChosen, replaysReachTheChosen } from './replays.ts';
import { engineHasNoBug, everythingComesToRest, nothingIsDenied, nothingPersonalIsLogged } from './stage.ts';
import {
  bucketsStay,
  everyBucketIsOfOneRegistration,
  everyUserIsRepaired,
  everyUserIsServed,
  noUriIsOverwritten,
  onlyNewRowsAreRegistrations,
  onlySignUpsMakeRows,
} from './users.ts';
import type { Violation } from './violation.ts';

export { isAt, placeOf } from './dead-messages.ts';
export { bodyOf } from './message-body.ts';
export { MetricChecks } from './metrics.ts';
export type {
  ArchivedEvent,
  Bucket,
  BusEvent,
  DeadLetter,
  Dlq,
  Outcome,
  Registered,
  ReplayedMessage,
} from './outcome.ts';
export { ReplayMarks } from './replay-marks.ts';
export { Restorations } from './restorations.ts';
export { SettlingChecks, type SettlingSurroundings } from './settling.ts';
export { StepChecks } from './steps.ts';
export type { Violation } from './violation.ts';
export { ON_CALL, purgedBy };

/** What the pipeline promises of each day, whatever fails, and also after the repair. */
const ALWAYS: readonly Promised[] = [
  everythingComesToRest,
  engineHasNoBug,
  nothingIsDenied,
  nothingPersonalIsLogged,
  everyBucketIsOfOneRegistration,
  bucketsStay,
  noUriIsOverwritten,
  onlySignUpsMakeRows,
  onlyNewRowsAreRegistrations,
  causesFormTrees,
  everyEventReachesItsSubscribers,
  deadLettersSayWhy,
  conditionsHold,
  bucketsOfThoseWhoLeftAreRetired,
  onlyDeletedRowsAreDeletions,
  commandsEndWell,
  lookingChangesNothing,
  redrivesLoseNothing,
  redrivesSendOnlyTheChosen,
  purgesDeleteOnlyTheChosen,
  theChosenAreDeleted,
  editsLoseNothing,
  fixesAreOfUsersWhoAreThere,
  repairsDoTheirWork,
  exportsHoldTheirWindow,
  importsNoteWhatIsDone,
  importsPutTheirFile,
  onlyRefusedEntriesAreSentAgain,
  replaysReachOnlyTheChosen,
  replaysReachTheChosen,
  ({ brokenSteps }) => brokenSteps,
];

/** Which promises of the pipeline the outcome of a day breaks. In the repair, dead letters may be purged. */
export function findViolations(plan: Plan, outcome: Outcome): Violation[] {
  return [everyUserIsServed, everyAcknowledgedEventIsHandled, editedEventsAreHandled, ...ALWAYS].flatMap((promise) =>
    promise(outcome, plan),
  );
}

/** The same after nothing failed any more, and operators did what the documents say. */
export function findUnrepaired(plan: Plan, outcome: Outcome): Violation[] {
  return [everyUserIsRepaired, ...ALWAYS].flatMap((promise) => promise(outcome, plan));
}

/** Which promises a command breaks that looks at the end of it all. @param before what was there, and `after`, both at rest */
export function findWrongLooks(plan: Plan, before: Outcome, after: Outcome): Violation[] {
  const ofCommand = [commandsEndWell, lookingChangesNothing].flatMap((promise) => promise(after, plan));
  return [...ofCommand, ...wrongLooks(before, after)];
}

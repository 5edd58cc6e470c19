/** Replays of archived events to chosen subscribers: plan, start, follow, cancel, and what came of them. */
export {
  type ChosenPlan,
  type ChosenProgress,
  type ChosenReceiver,
  chosenEvents,
  type EventChoice,
  needsReading,
  planChosenReplay,
} from './chosen-plan.ts';
export { chosenEventsText, chosenNotes, reasonNothingChosen, sentText } from './chosen-texts.ts';
export { EventTimeline } from './event-counts.ts';
export { type ArchiveHistogram, readHistogram } from './histogram.ts';
export { type CountedEvents, type ReplaySummary, summarizeReplay, waitForSubscribers } from './outcome.ts';
export {
  narrowPlan,
  planReplay,
  type Receiver,
  type ReplayPlan,
  reachedSubscribers,
  reasonNothingToReplay,
  typesText,
  windowText,
} from './plan.ts';
export { type FollowedReplay, followReplays } from './replay-list.ts';
export {
  eventsText,
  leftNotes,
  leftText,
  planHeading,
  planNotes,
  queuesTexts,
  replayProblem,
  summaryNotes,
} from './replay-texts.ts';
export {
  cancelReplay,
  followReplay,
  listReplays,
  outcomeText,
  ReplayCancelled,
  readDepths,
  replayText,
  startReplay,
} from './run.ts';
export { DEFAULT_RATE, type SentEvents, sendChosen } from './send-chosen.ts';

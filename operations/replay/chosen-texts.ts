import type { Target } from '../aws/target.ts';
import { ARCHIVE_DELAY_MS, LATE_EVENTS } from '../deployed/archive.ts';
import { count, numberText } from '../messages/display.ts';
import { formatTime } from '../time/time.ts';
import { type ChosenPlan, type ChosenReceiver, chosenEvents } from './chosen-plan.ts';
import { windowText } from './plan.ts';
import { retentionNotes } from './replay-texts.ts';
import type { SentEvents } from './send-chosen.ts';

/** What people read about a replay of chosen events: the command and the console say the same. */

/** How many events a chosen subscriber gets, or why it gets none. */
export function chosenEventsText({ events, done, hindrance, isIncluded }: ChosenReceiver): string {
  if (hindrance === 'its rule skips replays') return `none: ${hindrance}; --include-skipped sends them all the same`;
  if (hindrance !== undefined) return `none: ${hindrance}`;
  const without = done > 0 ? `, without ${numberText(done)} whose effect is there` : '';
  return `${numberText(events.length)}${without}${isIncluded ? ', although it skips replays' : ''}`;
}

/** What to know about a plan. @param now milliseconds since the Unix epoch */
export function chosenNotes(plan: ChosenPlan, target: Target, now: number): string[] {
  const { window, receivers, notDone } = plan;
  const reached = receivers.filter(({ hindrance }) => hindrance === undefined);
  const known = reached.filter(({ doneBy }) => doneBy !== undefined);
  const unknown = reached.filter(({ doneBy }) => doneBy === undefined).map(({ subscriber }) => subscriber.name);
  return [
    ...known.map(({ subscriber, doneBy }) => `The effect of ${subscriber.name} is there where ${doneBy}.`),
    ...(notDone && unknown.length > 0
      ? [`Whether the effect of ${unknown.join(', ')} is there cannot be known: no event is left out.`]
      : []),
    ...(!('endpoint' in target) && now - window.to < ARCHIVE_DELAY_MS ? [LATE_EVENTS] : []),
    ...retentionNotes(plan, now),
  ];
}

/** Why a plan would send no event, in one line; undefined if it sends some. */
export function reasonNothingChosen(plan: ChosenPlan): string | undefined {
  if (chosenEvents(plan) > 0) return undefined;
  const reached = plan.receivers.filter(({ hindrance }) => hindrance === undefined);
  if (reached.length === 0) {
    const reasons = plan.receivers.map((each) => `${each.subscriber.name} gets ${chosenEventsText(each)}`);
    return `nothing to replay: ${reasons.join('; ')}`;
  }
  const done = reached.reduce((sum, each) => sum + each.done, 0);
  const names = reached.map(({ subscriber }) => subscriber.name).join(', ');
  if (done > 0) return `nothing to replay: the effect of all ${count(done, 'event')} for ${names} is there`;
  return `nothing to replay: the archive ${plan.archive.name} holds no such event for ${names} from ${windowText(plan.window)}`;
}

/**
 * How far a replay of chosen events came, such as `again: 12 of 40 events sent`, and how to continue.
 */
export function sentText({ name }: Pick<ChosenPlan, 'name'>, { sent, total, next }: SentEvents): string {
  if (next === undefined) return `${name}: ${count(total, 'event')} sent`;
  return `${name}: ${numberText(sent)} of ${count(total, 'event')} sent; --from ${formatTime(next)} continues with the rest`;
}

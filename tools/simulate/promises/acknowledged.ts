import type { Promised } from './outcome.ts';

/** Every event that the bus acknowledged reaches each subscriber to it. One that skips replays gets none, nor what comes of them. */
export const everyEventReachesItsSubscribers: Promised = ({ events, subscriptions, archived }) => {
  const reached = new Set(archived.map(({ subscriber, eventId }) => `${subscriber} ${eventId}`));
  return events.flatMap(({ detailType, metadata: { eventId, replayName }, data: { userId } }) =>
    subscriptions
      .filter(({ event, replays }) => event === detailType && !(replays === 'skip' && replayName !== undefined))
      .filter(({ userPrefix = '' }) => userId.toLowerCase().startsWith(userPrefix))
      .filter(({ subscriber }) => !reached.has(`${subscriber} ${eventId}`))
      .map(({ subscriber }) => ({ userId, what: `has the event ${eventId}, which was not sent to ${subscriber}` })),
  );
};

/**
 * Each of them handled it, or it is in the subscriber's dead-letter queue, unless someone has purged it, or the rule may not send it
 * there: then only the archive has it.
 */
export const everyAcknowledgedEventIsHandled: Promised = ({ archived, handled, deadLetters, lostByRules, purged }) => {
  const excused = [...deadLetters, ...purged, ...lostByRules].map(
    ({ subscriber, eventId }) => `${subscriber} ${eventId}`,
  );
  const done = new Set([...handled, ...excused]);
  return archived.flatMap(({ subscriber, eventId, userId }) => {
    if (done.has(`${subscriber} ${eventId}`)) return [];
    return [{ userId, what: `has the event ${eventId}, which ${subscriber} has not handled` }];
  });
};

/** A dead letter says why it is one: EventBridge in its attributes, or SQS by the number of receives. */
export const deadLettersSayWhy: Promised = ({ deadLetters }) =>
  deadLetters
    .filter(({ reason }) => reason === undefined)
    .map(({ userId, queue }) => ({ userId, what: `has a dead letter without a reason in ${queue}` }));

/** A subscriber with a condition gets no other events. */
export const conditionsHold: Promised = ({ archived, subscriptions }) =>
  archived.flatMap(({ subscriber, eventId, userId }) => {
    const { userPrefix = '' } = subscriptions.find((each) => each.subscriber === subscriber) ?? {};
    if (userId.toLowerCase().startsWith(userPrefix)) return [];
    return [{ userId, what: `has the event ${eventId}, which ${subscriber} does not want` }];
  });

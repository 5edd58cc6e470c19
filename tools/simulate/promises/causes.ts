import type { BusEvent, Promised } from './outcome.ts';

/** What was published names its cause, which was published before it, and the registration where it began. */
export const causesFormTrees: Promised = ({ events }) => {
  const seen = new Map<string, BusEvent>();
  return events.flatMap((event) => {
    const { metadata, data, detailType } = event;
    const cause = seen.get(metadata.causationId ?? '');
    seen.set(metadata.eventId, event);
    if (metadata.causationId === undefined) {
      return metadata.correlationId === metadata.eventId
        ? []
        : [{ userId: data.userId, what: `${detailType} has no cause` }];
    }
    const isOfCause =
      cause?.data.userId === data.userId &&
      cause.metadata.correlationId === metadata.correlationId &&
      metadata.eventId === `${metadata.causationId}:${detailType}`;
    return isOfCause
      ? []
      : [{ userId: data.userId, what: `${detailType} ${metadata.eventId} is not what its cause led to` }];
  });
};

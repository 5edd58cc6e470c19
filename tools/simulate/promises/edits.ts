import type { CommandRun } from '../operators/operators.ts';
import { operationOf, sentBy } from '../operators/sent-call.ts';
import { broken, inputOf, receivedBy } from './commands.ts';
import type { BusEvent, Promised } from './outcome.ts';
import type { Violation } from './violation.ts';

type Metadata = BusEvent['metadata'];

export function isEdit({ args }: CommandRun): boolean {
  return args[0] === 'dlq' && args.includes('--edit');
}

/** Events that an operator has edited, as far as an answer says that they were sent. */
function editedBy(run: CommandRun): readonly BusEvent[] {
  return run.calls
    .filter((call) => operationOf(call.request) === 'SendMessage' && sentBy(call)[0]?.isAcknowledged === true)
    .map((call) => JSON.parse((inputOf(call) as { readonly MessageBody: string }).MessageBody).detail);
}

/** A dead letter that is edited is deleted only when the event in its place was sent, which it caused. */
export const editsLoseNothing: Promised = ({ commands }) => commands.filter(isEdit).flatMap(ofEdit);

function ofEdit(run: CommandRun): Violation[] {
  const received = new Map<string, Metadata>();
  return run.calls.flatMap((call, place): Violation[] => {
    for (const { ReceiptHandle, Body } of receivedBy(call)) {
      const { detail } = JSON.parse(Body) as { readonly detail?: BusEvent };
      if (detail !== undefined) received.set(ReceiptHandle, detail.metadata);
    }
    if (operationOf(call.request) !== 'DeleteMessage') return [];
    const original = received.get((inputOf(call) as { readonly ReceiptHandle: string }).ReceiptHandle);
    const before = editedBy({ ...run, calls: run.calls.slice(0, place) });
    const isSent = before.some(
      ({ metadata }) =>
        metadata.causationId === original?.eventId && metadata.correlationId === original?.correlationId,
    );
    return isSent ? [] : [broken(run, `deletes ${original?.eventId}, in whose place it has sent nothing`)];
  });
}

/** An edited event is handled as any other, or is a dead letter again, or was purged. */
export const editedEventsAreHandled: Promised = ({ commands, handled, deadLetters, purged }) => {
  const ended = new Set([...deadLetters, ...purged].map(({ eventId }) => eventId));
  return commands.filter(isEdit).flatMap((run) =>
    editedBy(run)
      .filter(({ metadata: { eventId } }) => !handled.has(`uri-recorder ${eventId}`) && !ended.has(eventId))
      .map(({ data: { userId }, metadata: { eventId } }) => ({
        userId,
        ...broken(run, `sent ${eventId}, which was not handled`),
      })),
  );
};

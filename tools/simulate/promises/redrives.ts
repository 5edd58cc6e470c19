import type { CommandRun } from '../operators/operators.ts';
import { operationOf, putEventIds, type SentCall } from '../operators/sent-call.ts';
import { choiceOf } from './choice.ts';
import { broken, inputOf, optionOf, receivedBy } from './commands.ts';
import { type DeadMessage, deadMessagesOf, dlqOf, isPartOf, recordsIn, recordsReadBy } from './dead-messages.ts';
import { isEdit } from './edits.ts';
import type { Outcome, Promised } from './outcome.ts';
import type { Violation } from './violation.ts';

/**
 * A redrive deletes a dead letter only when the answer says that its event was sent, and sends each once: twice only if an answer was
 * lost, or if another run redrives it too (docs/operating.md).
 */
export const redrivesLoseNothing: Promised = ({ commands }) =>
  commands.filter((run) => isRedrive(run) && !isEdit(run)).flatMap(lostBy);

export function isRedrive({ args: [name, word] }: CommandRun): boolean {
  return name === 'dlq' && word === 'redrive';
}

function lostBy(run: CommandRun): Violation[] {
  const bodyOf = new Map<string, string>();
  const messageIds = new Map<string, Set<string>>();
  const sent = new Map<string, number>();
  const deleted = new Map<string, number>();
  return run.calls.flatMap((call): Violation[] => {
    for (const { MessageId, ReceiptHandle, Body } of receivedBy(call)) {
      bodyOf.set(ReceiptHandle, Body);
      messageIds.set(Body, (messageIds.get(Body) ?? new Set()).add(MessageId));
    }
    switch (operationOf(call.request)) {
      case 'SendMessage': {
        const { MessageBody: body } = inputOf(call) as { readonly MessageBody: string };
        // Its own part of a dead letter that it could not put as a whole was not received.
        const times = messageIds.get(body)?.size ?? Number.POSITIVE_INFINITY;
        if ((sent.get(body) ?? 0) >= times) return [broken(run, `sends what was sent: ${body}`)];
        if (call.answer?.status === 200) sent.set(body, (sent.get(body) ?? 0) + 1);
        return [];
      }
      case 'DeleteMessage': {
        const { ReceiptHandle: handle } = inputOf(call) as { readonly ReceiptHandle: string };
        const body = bodyOf.get(handle);
        if (body === undefined) return [broken(run, 'deletes a message that it has not received')];
        // The pipe's holds no event: what it is about is put on the bus.
        if (body.includes('DDBStreamBatchInfo')) return [];
        if ((sent.get(body) ?? 0) <= (deleted.get(body) ?? 0))
          return [broken(run, `deletes what it has not sent: ${body}`)];
        if (call.answer?.status === 200) deleted.set(body, (deleted.get(body) ?? 0) + 1);
        return [];
      }
      default:
        return [];
    }
  });
}

/**
 * A redrive sends, puts on the bus and deletes only what its options choose, each where it failed, and no more than it may. Where two
 * messages are the same event, it counts as chosen when one of them is. An edit sends another event in the place of the chosen one.
 */
export const redrivesSendOnlyTheChosen: Promised = (outcome) =>
  outcome.commands.filter(isRedrive).flatMap((run) => {
    const received = deadMessagesOf(run);
    const chosen = [...received.values()].filter(choiceOf(run, outcome));
    const wrong = run.calls.flatMap((call) => wrongOf(call, { run, received, chosen, outcome }));
    const limit = Number(optionOf(run, '--limit') ?? Number.POSITIVE_INFINITY);
    const worked = workedOn(run, received);
    return worked > limit ? [...wrong, broken(run, `is about ${worked} messages`)] : wrong;
  });

interface Redriven {
  readonly run: CommandRun;
  readonly received: ReadonlyMap<string, DeadMessage>;
  readonly chosen: readonly DeadMessage[];
  readonly outcome: Outcome;
}

function wrongOf(call: SentCall, { run, received, chosen, outcome }: Redriven): Violation[] {
  const ofPipe = chosen.filter((message) => dlqOf(message, outcome)?.owner === 'pipe');
  switch (operationOf(call.request)) {
    case 'SendMessage': {
      const { QueueUrl, MessageBody } = inputOf(call) as Readonly<Record<'QueueUrl' | 'MessageBody', string>>;
      const isLeft = ofPipe.some((message) => message.queueUrl === QueueUrl && isPartOf(MessageBody, message, outcome));
      const isMeant = chosen.some(
        (message) => dlqOf(message, outcome)?.sourceUrl === QueueUrl && (isEdit(run) || message.body === MessageBody),
      );
      return isLeft || isMeant ? [] : [broken(run, `sends to ${QueueUrl} ${MessageBody}`)];
    }
    case 'PutEvents': {
      const records = recordsReadBy(run);
      const meant = new Set(
        ofPipe.flatMap((message) => recordsIn(message, records, outcome).map(({ eventID }) => eventID)),
      );
      const others = putEventIds(call).filter((eventId) => !meant.has(eventId));
      return others.map((eventId) => broken(run, `puts ${eventId} on the bus`));
    }
    case 'DeleteMessage': {
      const message = received.get((inputOf(call) as { readonly ReceiptHandle: string }).ReceiptHandle);
      const isMeant = message === undefined || chosen.includes(message);
      return isMeant ? [] : [broken(run, `deletes what it does not choose: ${message.body}`)];
    }
    default:
      return [];
  }
}

/** About how many messages a redrive was, at least: those that it sent, or deleted. Two may be the same event. */
function workedOn({ calls }: CommandRun, received: ReadonlyMap<string, DeadMessage>): number {
  const of = (operation: string) => calls.filter(({ request }) => operationOf(request) === operation);
  const bodies = new Set([...received.values()].map(({ body }) => body));
  const sent = of('SendMessage').flatMap((call) => {
    const { MessageBody: body } = inputOf(call) as { readonly MessageBody: string };
    return bodies.has(body) ? [body] : [];
  });
  const deleted = of('DeleteMessage').flatMap((call) => {
    const message = received.get((inputOf(call) as { readonly ReceiptHandle: string }).ReceiptHandle);
    return message === undefined ? [] : [message];
  });
  const kept = new Set(sent.filter((body) => !deleted.some((message) => message.body === body)));
  return new Set(deleted.map(({ messageId }) => messageId)).size + kept.size;
}

import type { CommandRun } from '../operators/operators.ts';
import { operationOf, type SentCall } from '../operators/sent-call.ts';
import { sureChoiceOf } from './choice.ts';
import { broken, inputOf } from './commands.ts';
import { type DeadMessage, deadMessagesOf } from './dead-messages.ts';
import { isEdit } from './edits.ts';
import type { Promised } from './outcome.ts';
import { isPurge } from './purges.ts';
import { isRedrive } from './redrives.ts';

/**
 * A redrive or a purge that ended well has deleted every message that it has looked at and that its options surely choose; that a redrive
 * has sent it before, `redrivesLoseNothing` says. What the documents let stay in the queue has exit code 1: what cannot be read, sent or
 * deleted, what came back, and what someone else held (docs/operating.md).
 */
export const theChosenAreDeleted: Promised = (outcome) =>
  outcome.commands.filter(isWhole).flatMap((run) => {
    const gone = deletedUntil(run.calls.at(-1)?.place ?? 0, outcome.commands);
    return lookedAtBy(run)
      .filter(sureChoiceOf(run, outcome))
      .filter(({ messageId }) => !gone.has(messageId))
      .map(({ body }) => broken(run, `leaves ${body}`));
  });

/** Whether it ended well and was to leave nothing. Where an answer is lost, messages may stay hidden for a while. */
function isWhole(run: CommandRun): boolean {
  const { args, ending, isInterrupted, calls } = run;
  const isChange = (isRedrive(run) && !isEdit(run)) || isPurge(run);
  const isUnlimited = !args.includes('--limit') && !args.includes('--dry-run');
  return (
    isChange && isUnlimited && ending?.code === 0 && !isInterrupted && calls.every(({ answer }) => answer !== undefined)
  );
}

/** The messages that a command made its plan of: those of a queue that it received before it first gave any back there. */
function lookedAtBy(run: CommandRun): readonly DeadMessage[] {
  const given = new Set<string>();
  const calls = run.calls.filter((call) => {
    const queueUrl = givenBackBy(call);
    if (queueUrl !== undefined) given.add(queueUrl);
    return operationOf(call.request) === 'ReceiveMessage' && !given.has((inputOf(call) as OfQueue).QueueUrl);
  });
  return [...deadMessagesOf({ ...run, calls }).values()];
}

interface OfQueue {
  readonly QueueUrl: string;
}

interface Hidden extends OfQueue {
  readonly Entries: readonly { readonly VisibilityTimeout: number }[];
}

/** The queue where a call makes messages visible again, which it had received; undefined for another call. */
function givenBackBy(call: SentCall): string | undefined {
  if (operationOf(call.request) !== 'ChangeMessageVisibilityBatch') return undefined;
  const { QueueUrl, Entries } = inputOf(call) as Hidden;
  return Entries.every(({ VisibilityTimeout }) => VisibilityTimeout === 0) ? QueueUrl : undefined;
}

/** The ids of messages that any command has deleted, or may have, until the last of these calls. @param place of that call */
function deletedUntil(place: number, commands: readonly CommandRun[]): ReadonlySet<string> {
  return new Set(
    commands.flatMap((run) => {
      const received = deadMessagesOf(run);
      return run.calls
        .filter((call) => operationOf(call.request) === 'DeleteMessage' && call.place <= place)
        .filter(({ answer }) => answer === undefined || answer.status === 200)
        .map(
          (call) => received.get((inputOf(call) as { readonly ReceiptHandle: string }).ReceiptHandle)?.messageId ?? '',
        );
    }),
  );
}

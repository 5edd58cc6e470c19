import type { CommandRun } from '../operators/operators.ts';
import { operationOf } from '../operators/sent-call.ts';
import { choiceOf } from './choice.ts';
import { broken, inputOf, optionOf, receivedBy } from './commands.ts';
import { type DeadMessage, deadMessagesOf } from './dead-messages.ts';
import { isEdit } from './edits.ts';
import type { Outcome, Promised } from './outcome.ts';
import type { Violation } from './violation.ts';

/** A message that a purge, or an edit, asked SQS to delete. */
export interface PurgedMessage extends DeadMessage {
  /** Whether the answer says that it is gone. */
  readonly isAcknowledged: boolean;
}

export function isPurge({ args: [name, word], args }: CommandRun): boolean {
  return name === 'dlq' && word === 'purge' && !args.includes('--dry-run');
}

/** What a command deleted for good, each once: a call is made again where no answer came. */
export function purgedBy(run: CommandRun): readonly PurgedMessage[] {
  if (!isPurge(run) && !isEdit(run)) return [];
  const received = deadMessagesOf(run);
  const purged = new Map<string, PurgedMessage>();
  for (const call of run.calls) {
    if (operationOf(call.request) !== 'DeleteMessage') continue;
    const { QueueUrl: queueUrl, ReceiptHandle } = inputOf(call) as Readonly<
      Record<'QueueUrl' | 'ReceiptHandle', string>
    >;
    const message = received.get(ReceiptHandle);
    if (message === undefined) continue;
    const isAcknowledged = call.answer?.status === 200 || purged.get(message.messageId)?.isAcknowledged === true;
    purged.set(message.messageId, { ...message, queueUrl, isAcknowledged });
  }
  return [...purged.values()];
}

/** A purge deletes what its options choose and what it has shown, no more than it may, and says how many. */
export const purgesDeleteOnlyTheChosen: Promised = (outcome) =>
  outcome.commands.filter(isPurge).flatMap((run) => ofPurge(run, outcome));

function ofPurge(run: CommandRun, outcome: Outcome): Violation[] {
  const isChosen = choiceOf(run, outcome);
  const purged = purgedBy(run);
  const limit = Number(optionOf(run, '--limit') ?? Number.POSITIVE_INFINITY);
  const acknowledged = purged.filter(({ isAcknowledged }) => isAcknowledged).length;
  const said = saidBy(run);
  const isSilent = run.ending?.code === 'killed' || said === undefined;
  return [
    ...purged.filter((message) => !isChosen(message)).map(({ body }) => broken(run, `deletes ${body}`)),
    ...purged
      .filter(({ messageId }) => timesReceived(run, messageId) < 2)
      .map(({ body }) => broken(run, `deletes what it has not shown: ${body}`)),
    ...(purged.length > limit ? [broken(run, `deletes ${purged.length} messages`)] : []),
    ...(isSilent || said === acknowledged ? [] : [broken(run, `deletes ${acknowledged} messages, and says ${said}`)]),
  ];
}

/** Once to be shown, and once to be deleted. */
function timesReceived({ calls }: CommandRun, messageId: string): number {
  return calls.flatMap(receivedBy).filter((message) => message.MessageId === messageId).length;
}

/** How many messages it says that it has deleted, with `--json`; undefined if it came to say nothing. */
function saidBy({ output }: CommandRun): number | undefined {
  const lines = output.split('\n').filter((line) => line.startsWith('{"queue"') && line.includes('"deleted"'));
  if (lines.length === 0) return undefined;
  return lines.reduce((sum, line) => sum + JSON.parse(line).deleted.size, 0);
}

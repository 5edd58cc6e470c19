import type { CommandRun } from '../operators/operators.ts';
import { operationOf } from '../operators/sent-call.ts';
import { ageOf, broken, inputOf, optionOf, receivedBy } from './commands.ts';
import { isEdit } from './edits.ts';
import type { BusEvent, Promised } from './outcome.ts';
import type { Violation } from './violation.ts';

/** A message that a purge, or an edit, asked SQS to delete. */
export interface PurgedMessage {
  readonly queueUrl: string;
  readonly messageId: string;
  readonly body: string;
  /** What the clock of SQS showed when it was sent, in milliseconds since the Unix epoch. @default - SQS has not said it */
  readonly sentAt?: number;
  /** Whether the answer says that it is gone. */
  readonly isAcknowledged: boolean;
}

function isPurge({ args: [name, word], args }: CommandRun): boolean {
  return name === 'dlq' && word === 'purge' && !args.includes('--dry-run');
}

/** What a command deleted for good, each once: a call is made again where no answer came. */
export function purgedBy(run: CommandRun): readonly PurgedMessage[] {
  if (!isPurge(run) && !isEdit(run)) return [];
  const received = new Map<string, Omit<PurgedMessage, 'queueUrl' | 'isAcknowledged'>>();
  const purged = new Map<string, PurgedMessage>();
  for (const call of run.calls) {
    for (const { MessageId, ReceiptHandle, Body, Attributes } of receivedBy(call)) {
      const sent = Attributes?.SentTimestamp;
      received.set(ReceiptHandle, { messageId: MessageId, body: Body, ...(sent && { sentAt: Number(sent) }) });
    }
    if (operationOf(call.request) !== 'DeleteMessage') continue;
    const { QueueUrl: queueUrl, ReceiptHandle } = inputOf(call) as Readonly<
      Record<'QueueUrl' | 'ReceiptHandle', string>
    >;
    const message = received.get(ReceiptHandle);
    if (message === undefined) continue;
    const isAcknowledged = call.answer?.status === 200 || purged.get(message.messageId)?.isAcknowledged === true;
    purged.set(message.messageId, { queueUrl, ...message, isAcknowledged });
  }
  return [...purged.values()];
}

/** A purge deletes what its options choose and what it has shown, no more than it may, and says how many. */
export const purgesDeleteOnlyTheChosen: Promised = ({ commands }) => commands.filter(isPurge).flatMap(ofPurge);

function ofPurge(run: CommandRun): Violation[] {
  const purged = purgedBy(run);
  const limit = Number(optionOf(run, '--limit') ?? Number.POSITIVE_INFINITY);
  const acknowledged = purged.filter(({ isAcknowledged }) => isAcknowledged).length;
  const said = saidBy(run);
  const isSilent = run.ending?.code === 'killed' || said === undefined;
  return [
    ...purged.filter((message) => !isChosen(run, message)).map(({ body }) => broken(run, `deletes ${body}`)),
    ...purged
      .filter(({ messageId }) => timesReceived(run, messageId) < 2)
      .map(({ body }) => broken(run, `deletes what it has not shown: ${body}`)),
    ...(purged.length > limit ? [broken(run, `deletes ${purged.length} messages`)] : []),
    ...(isSilent || said === acknowledged ? [] : [broken(run, `deletes ${acknowledged} messages, and says ${said}`)]),
  ];
}

function isChosen(run: CommandRun, { body, sentAt }: PurgedMessage): boolean {
  const { 'detail-type': type, detail } = JSON.parse(body) as { 'detail-type'?: string; detail?: BusEvent };
  const [user, wanted, age] = ['--user', '--type', '--older-than'].map((option) => optionOf(run, option));
  return (
    (user === undefined || detail?.data.userId === user) &&
    (wanted === undefined || type === wanted) &&
    (age === undefined || (sentAt !== undefined && sentAt <= latestNow(run) - ageOf(age)))
  );
}

/** A smaller difference between its clock and that of the services says nothing to a command (`operations/aws/pipeline-time.ts`). */
const LEAST_NOTICED_MS = 5000;

/**
 * The latest time from which a command may have counted ages: it does so before it receives messages, by the clock of the services,
 * which may have been set back meanwhile, or by its own if that is not far ahead.
 */
function latestNow({ calls, clockAheadMs }: CommandRun): number {
  const receives = calls.findIndex(({ request }) => operationOf(request) === 'ReceiveMessage');
  const before = calls.slice(0, receives + 1);
  const aheadMs = Math.max(...before.map(({ clock, sentAt }) => clock - sentAt));
  return (before.at(-1)?.sentAt ?? Number.NaN) + aheadMs + Math.min(Math.max(clockAheadMs, 0), LEAST_NOTICED_MS);
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

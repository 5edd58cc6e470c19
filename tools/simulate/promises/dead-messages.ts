import type { CommandRun } from '../operators/operators.ts';
import { operationOf, type SentCall } from '../operators/sent-call.ts';
import { inputOf, receivedBy } from './commands.ts';
import type { Dlq, Outcome } from './outcome.ts';

/** A message of a dead-letter queue, as a command received it. */
export interface DeadMessage {
  readonly queueUrl: string;
  readonly messageId: string;
  readonly body: string;
  /** What the clock of SQS showed when it was sent, in milliseconds since the Unix epoch. @default - SQS has not said it */
  readonly sentAt?: number;
  /** Why EventBridge could not deliver its event. @default - it could */
  readonly failure?: string;
}

/** The messages that a command received, by their receipt handles: a message has another one each time. */
export function deadMessagesOf(run: CommandRun): ReadonlyMap<string, DeadMessage> {
  const received = new Map<string, DeadMessage>();
  for (const call of run.calls) {
    for (const { MessageId, ReceiptHandle, Body, Attributes, MessageAttributes } of receivedBy(call)) {
      const { QueueUrl } = inputOf(call) as { readonly QueueUrl: string };
      const [code, why] = ['ERROR_CODE', 'ERROR_MESSAGE'].map((name) => MessageAttributes?.[name]?.StringValue);
      const sent = Attributes?.SentTimestamp;
      received.set(ReceiptHandle, {
        queueUrl: QueueUrl,
        messageId: MessageId,
        body: Body,
        ...(sent && { sentAt: Number(sent) }),
        ...(code && { failure: `${code}: ${why}` }),
      });
    }
  }
  return received;
}

/** A record of the stream, as a command read it. */
export interface ReadRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly Keys: Readonly<Record<string, { readonly S?: string }>>;
  };
}

/** The records that a command read. */
export function recordsReadBy(run: CommandRun): readonly ReadRecord[] {
  return run.calls.flatMap(
    (call) => answerOf<{ readonly Records?: readonly ReadRecord[] }>(call, 'GetRecords')?.Records ?? [],
  );
}

/** A line that a function logged, as a command found it. */
export interface FoundLine {
  readonly at: number;
  /** Such as `bucket-service`. */
  readonly service?: string;
  readonly eventId?: string;
  /** What was wrong. */
  readonly text: string;
}

interface LogEvents {
  readonly events?: readonly { readonly timestamp: number; readonly message: string }[];
}

/** The lines that a command found in the logs of functions. */
export function linesFoundBy(run: CommandRun): readonly FoundLine[] {
  return run.calls.flatMap((call) =>
    (answerOf<LogEvents>(call, 'FilterLogEvents')?.events ?? []).map(({ timestamp, message }) => {
      const { service, eventId, problem = message } = JSON.parse(message);
      return { at: timestamp, service, eventId, text: problem };
    }),
  );
}

/** What a call got, if it is of that operation. */
function answerOf<T>({ request, answer }: SentCall, operation: string): T | undefined {
  if (operationOf(request) !== operation || answer?.status !== 200) return undefined;
  return JSON.parse(answer.body.toString()) as T;
}

/** What a pipe gave up. */
interface PipeLetter {
  readonly context: { readonly partnerResourceArn: string; readonly condition: string };
  readonly DDBStreamBatchInfo: { readonly startSequenceNumber: string; readonly endSequenceNumber: string };
}

/** Why a pipe gave up the records of a message. */
export function conditionOf({ body }: DeadMessage): string {
  return (JSON.parse(body) as PipeLetter).context.condition;
}

/** A part of the stream, both ends included, and the changes there that its pipe puts on the bus. */
export interface PipePlace {
  readonly change: 'INSERT' | 'REMOVE';
  readonly from: bigint;
  readonly to: bigint;
}

type PipesOfStage = Pick<Outcome, 'deletionPipe'>;

/** The place of the records that a message of a pipe is about. */
export function placeOf(body: string, { deletionPipe }: PipesOfStage): PipePlace {
  const { context, DDBStreamBatchInfo: batch } = JSON.parse(body) as PipeLetter;
  const isOfDeletions = deletionPipe !== undefined && context.partnerResourceArn.endsWith(`/${deletionPipe}`);
  return {
    change: isOfDeletions ? 'REMOVE' : 'INSERT',
    from: BigInt(batch.startSequenceNumber),
    to: BigInt(batch.endSequenceNumber),
  };
}

/** Whether the pipe of a place would have put a record on the bus. @param eventName what has changed */
export function isAt(place: PipePlace, eventName: string, sequenceNumber: string): boolean {
  const at = BigInt(sequenceNumber);
  return eventName === place.change && place.from <= at && at <= place.to;
}

/** Those of the records that a message of a pipe is about: the pipe would have put them on the bus. */
export function recordsIn(
  { body }: Pick<DeadMessage, 'body'>,
  records: readonly ReadRecord[],
  stage: PipesOfStage,
): readonly ReadRecord[] {
  const place = placeOf(body, stage);
  return records.filter(({ eventName, dynamodb }) => isAt(place, eventName, dynamodb.SequenceNumber));
}

/** Whether a message of a pipe is about a part of what another is about: a redrive leaves it for what it could not put on the bus. */
export function isPartOf(body: string, whole: DeadMessage, stage: PipesOfStage): boolean {
  const [part, all] = [placeOf(body, stage), placeOf(whole.body, stage)];
  return part.change === all.change && all.from <= part.from && part.to <= all.to;
}

/** The dead-letter queue that holds a message. */
export function dlqOf({ queueUrl }: DeadMessage, { dlqs }: Pick<Outcome, 'dlqs'>): Dlq | undefined {
  return dlqs.find(({ url }) => url === queueUrl);
}

import { afterEach } from '@jest/globals';
import { arnOf } from '../../../../packages/local-engine/core/account.ts';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import type { DynamoDbStream } from '../../../../packages/local-engine/dynamodb/dynamodb-stream.ts';
import type { PutEventsResultEntry } from '../../../../packages/local-engine/eventbridge/event-bridge.ts';
import type { PutEventsEntry } from '../../../../packages/local-engine/eventbridge/put-events.ts';
import { compileInputTemplate } from '../../../../packages/local-engine/pipes/input-template.ts';
import { Pipe } from '../../../../packages/local-engine/pipes/pipe.ts';
import type { PipeProps } from '../../../../packages/local-engine/pipes/pipe-definition.ts';
import type { PipeTarget } from '../../../../packages/local-engine/pipes/pipe-delivery.ts';
import { lanesByKey } from '../../../../packages/local-engine/pipes/pipe-lanes.ts';
import { ACCOUNT, GRANTED, makeParts, type Parts } from './parts.ts';
import { makeStream } from './stream.ts';

export const PIPE_ARN = arnOf(ACCOUNT, 'pipes', 'pipe/registrations');
export const BUS_ARN = arnOf(ACCOUNT, 'events', 'event-bus/main');
export const DLQ_ARN = arnOf(ACCOUNT, 'sqs', 'pipe-dlq');

/** An answer to one entry, or an error for the whole request. */
export type Verdict = PutEventsResultEntry | AwsError;

/** A bus that answers as it is told to, and remembers every request. */
export class FakeBus {
  readonly requests: PutEventsEntry[][] = [];
  /** Judges one entry; `attempt` counts requests from 1. */
  judge: (entry: PutEventsEntry, attempt: number) => Verdict = () => ({ EventId: 'id' });

  readonly putEvents: PipeProps['role']['putEvents'] = async (entries, taken) => {
    this.requests.push([...entries]);
    const verdicts = entries.map((entry) => this.judge(entry, this.requests.length));
    for (const verdict of verdicts) if (verdict instanceof Error) throw verdict;
    const results = verdicts as PutEventsResultEntry[];
    const result = { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length, Entries: results };
    taken(result);
    const lost = this.losesAnswer(this.requests.length);
    if (lost !== undefined) throw lost;
    return result;
  };
  /** The error that the pipe gets though the bus has taken the request; `attempt` counts requests from 1. */
  losesAnswer: (attempt: number) => AwsError | undefined = () => undefined;

  /** The user ids of every request, in order. */
  get users(): string[][] {
    return this.requests.map((entries) => entries.map(userOf));
  }
}

export const userOf = ({ Detail = '{}' }: PutEventsEntry): string => JSON.parse(Detail).userId;
export const failed = { ErrorCode: 'InternalFailure', ErrorMessage: 'Try again.' };
export const delivered = { EventId: 'id' };

export interface PipeUnderTest extends Parts {
  readonly stream: DynamoDbStream;
  readonly bus: FakeBus;
  /** What the dead-letter queue got: the queue's ARN and the parsed message. */
  readonly dlq: { readonly arn: string; readonly message: DlqMessage }[];
  readonly pipe: Pipe;
}

interface DlqMessage {
  readonly context: { readonly condition: string };
  readonly DDBStreamBatchInfo: Readonly<Record<string, unknown>>;
}

const started: Pipe[] = [];

// A pipe that still retries would outlive its test.
afterEach(() => {
  for (const pipe of started.splice(0)) pipe.stop();
});

type Settings = Partial<Omit<PipeProps, 'target' | 'role'>> & {
  readonly role?: Partial<PipeProps['role']>;
  readonly target?: Partial<PipeTarget>;
  readonly hasDlq?: boolean;
};

/** A pipe that is started, from a stream of users to a fake bus. Unlike AWS's default it bisects and ends its retries. */
export function startPipe(
  { target, role, hasDlq = true, ...settings }: Settings = {},
  parts: Parts = makeParts(),
): PipeUnderTest {
  const stream = settings.stream ?? makeStream(parts);
  const bus = new FakeBus();
  const dlq: PipeUnderTest['dlq'] = [];
  const pipe = new Pipe({
    name: 'registrations',
    arn: PIPE_ARN,
    definition: { Source: stream.arn, SourceParameters: {}, Target: BUS_ARN, TargetParameters: {} },
    desiredState: 'RUNNING',
    stream,
    startingPosition: 'TRIM_HORIZON',
    batchSize: 10,
    parallelizationFactor: 1,
    filters: [],
    maximumRetryAttempts: 3,
    maximumRecordAgeSeconds: -1,
    bisects: true,
    ...(hasDlq && { dlqArn: DLQ_ARN }),
    target: {
      busArn: BUS_ARN,
      render: compileInputTemplate('{"userId": <$.dynamodb.Keys.id.S>}'),
      ...target,
    },
    role: {
      mayRead: GRANTED,
      putEvents: bus.putEvents,
      sendDeadLetter: async (arn, body, taken) => {
        dlq.push({ arn, message: JSON.parse(body) });
        taken();
      },
      ...role,
    },
    ...parts,
    ...settings,
  });
  pipe.start();
  started.push(pipe);
  return { ...parts, stream, bus, dlq, pipe };
}

/** The lane of a user, one of `count`. */
export function laneOfUser(id: string, count: number): number {
  return lanesByKey('id')({ id: { S: id } }, count);
}

/** So many users who share a lane, by the order of their numbers. */
export function usersOfLane(lane: number, count: number, howMany: number): string[] {
  const ids = Array.from({ length: 100 + 3 * count * howMany }, (_, n) => `user-${n}`);
  return ids.filter((id) => laneOfUser(id, count) === lane).slice(0, howMany);
}

/** A bus behind pipes that are killed: it answers a turn later, and one that was killed by then gets no answer. */
export class DistantBus {
  /** What it has taken, in order. */
  readonly taken: { readonly user: string; readonly version: number }[] = [];
  /** Says, of a request, which users' events it refuses, or that it refuses the request as a whole. */
  judge: (users: readonly string[]) => readonly string[] | 'whole' = () => [];

  /** The way of one pipe to the bus. */
  wayOf(pipe: { isKilled: boolean }): PipeProps['role']['putEvents'] {
    return async (entries, settle) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (pipe.isKilled) return new Promise(() => {});
      const refused = this.judge(entries.map(userOf));
      if (refused === 'whole') throw new AwsError('InternalException', 'Try again.', 500);
      const results = entries.map((entry) => {
        if (refused.includes(userOf(entry))) return { ErrorCode: 'InternalFailure', ErrorMessage: 'Try again.' };
        this.taken.push({ user: userOf(entry), version: Number(JSON.parse(entry.Detail ?? '').version) });
        return { EventId: 'id' };
      });
      const result = { FailedEntryCount: results.filter((entry) => 'ErrorCode' in entry).length, Entries: results };
      settle(result);
      return result;
    };
  }
}

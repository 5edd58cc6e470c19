import type { EventMatcher } from '../event-pattern/index.ts';
import type { Faults } from '../journal/faults.ts';
import type { Storage } from '../storage/storage.ts';
import type { PipeDeliveryProps } from './pipe-delivery.ts';
import type { PipeProgress, PipeState } from './pipe-progress.ts';
import type { PipeRole } from './pipe-role.ts';

/** What a pipe is made of. */
export interface PipeProps extends PipeDeliveryProps {
  /** What the pipe was created with, as DescribePipe answers. Source: EventBridge Pipes API reference. */
  readonly definition: { readonly Source: string; readonly Target: string; readonly [member: string]: unknown };
  /** The state of a new pipe. */
  readonly desiredState: PipeState;
  readonly role: Pick<PipeRole, 'mayRead' | 'putEvents' | 'sendDeadLetter'>;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Records in one batch: 1 to 10 for an event bus. */
  readonly batchSize: number;
  /** Lanes: 1 to 10. The records of a partition key are all in the same lane. */
  readonly parallelizationFactor: number;
  /** A record passes if one of them matches; without filters every record passes. */
  readonly filters: readonly EventMatcher[];
  /** -1 retries until the record expires. */
  readonly maximumRetryAttempts: number;
  /** Seconds; with -1 records expire with the stream's retention. */
  readonly maximumRecordAgeSeconds: number;
  /** Whether a failing batch is halved until the failing record is alone. */
  readonly bisects: boolean;
  readonly faults: Faults;
  readonly storage: Storage;
}

/**
 * What DescribePipe answers; times are in seconds. A stopped pipe has a StateReason too (recorded on AWS, 2026-09).
 * @param isBusy whether an attempt still runs
 */
export function describePipe(
  { arn, name, definition }: Pick<PipeProps, 'arn' | 'name' | 'definition'>,
  { desiredState, createdAt, modifiedAt }: PipeProgress['stored'],
  isBusy: boolean,
) {
  return {
    Arn: arn,
    Name: name,
    ...definition,
    DesiredState: desiredState,
    ...(desiredState === 'STOPPED' && { StateReason: 'USER_INITIATED' }),
    CurrentState: desiredState === 'RUNNING' ? 'RUNNING' : isBusy ? 'STOPPING' : 'STOPPED',
    CreationTime: createdAt / 1000,
    LastModifiedTime: modifiedAt / 1000,
  } as const;
}

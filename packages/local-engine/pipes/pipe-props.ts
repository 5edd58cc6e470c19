import type { EventMatcher } from '../eventbridge/event-pattern/event-pattern.ts';
import type { Permission } from '../iam/access.ts';
import type { Faults } from '../journal/faults.ts';
import type { Storage } from '../storage/storage.ts';
import type { PipeDefinition } from './pipe-definition.ts';
import type { PipeDeliveryProps } from './pipe-delivery.ts';
import type { PipeState } from './pipe-progress.ts';

/** What a pipe is made with. */
export interface PipeProps extends PipeDeliveryProps {
  readonly definition: PipeDefinition;
  /** Whether a new pipe runs. */
  readonly desiredState: PipeState;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Records in one batch, 1 to 10 for an event bus. */
  readonly batchSize: number;
  /** Lanes that each shard is read in, 1 to 10; the records of a partition key are in the same one. */
  readonly parallelizationFactor: number;
  /** OR'ed; none lets every record through. */
  readonly filters: readonly EventMatcher[];
  /** -1 retries until the record expires. */
  readonly maximumRetryAttempts: number;
  /** Seconds; -1 is without end, which for a stream is its retention. */
  readonly maximumRecordAgeSeconds: number;
  /** Whether a failing batch is halved until the failing record is alone. */
  readonly bisects: boolean;
  /** To read the stream: without it the pipe stands still. */
  readonly leave: Permission;
  readonly faults: Faults;
  readonly storage: Storage;
}

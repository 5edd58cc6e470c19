/**
 * What the pipe carries. It reads the table's stream shard by shard, each shard in lanes. A partition key is always in the same
 * lane. A lane has one batch in flight; it sends what it has, without waiting for a batch to fill, and takes the next batch when
 * the bus has answered. So records that come faster than that share a batch.
 * Source: EventBridge user guide, eb-pipes-dynamodb and eb-pipes-batching-concurrency.
 */
import { assumed } from './assumptions.ts';
import { ROW_WRITES, writeUnits } from './line-items.ts';
import { SHARD_READS, TABLE_WRITES } from './quotas.ts';
import type { StackFacts } from './stack-facts.ts';

type PipeFacts = Pick<StackFacts, 'pipeLanes' | 'pipeBatchSize'>;

const MS = 1000;

/** Milliseconds from one batch of a lane to the next, while records wait. */
export function roundMs(): number {
  return assumed('putEventsMs') + assumed('pipeOverheadMs');
}

/** Events of a full batch: what the filter keeps of its records. */
export function fullBatch({ pipeBatchSize }: PipeFacts): number {
  return pipeBatchSize * assumed('keptByFilter');
}

/**
 * Shards that a table has at least, if it takes this many sign-ups a second: a new table's, then one for each partition that the
 * writes need. Not rounded, as if load moved to new shards little by little.
 */
export function shardsAt(signups: number): number {
  return Math.max(assumed('newTableShards'), (signups * writeUnits()) / TABLE_WRITES.ofPartition);
}

/** Sign-ups a second of one shard, by what limits them. The smallest is what it carries. */
export interface ShardRates {
  /** What the table's partition takes. */
  readonly writes: number;
  /** What the pipe can read of the shard. */
  readonly reads: number;
  /** What the lanes deliver, with full batches. */
  readonly lanes: number;
}

export function shardRates(facts: PipeFacts): ShardRates {
  const records = Math.min(SHARD_READS.records, Math.floor(SHARD_READS.bytes / recordBytes()));
  return {
    writes: TABLE_WRITES.ofPartition / writeUnits(),
    reads: (SHARD_READS.perSecond * records) / ROW_WRITES,
    lanes: (facts.pipeLanes * fullBatch(facts) * MS) / roundMs(),
  };
}

/** Bytes of a stream record, on average: the sign-up holds one image of the row, the change two. */
export function recordBytes(): number {
  return (3 * assumed('rowBytes')) / ROW_WRITES;
}

/** Sign-ups a second that one shard carries. */
export function shardCarries(facts: PipeFacts): number {
  const { writes, reads, lanes } = shardRates(facts);
  return Math.min(writes, reads, lanes);
}

/** Milliseconds up to which a round may take, so that the lanes deliver all that the partition takes. */
export function longestRoundMs(facts: PipeFacts): number {
  return (facts.pipeLanes * fullBatch(facts) * MS) / shardRates(facts).writes;
}

/** Lanes of each shard that are busy all the time, with full batches. */
export function busyLanes(signups: number, facts: PipeFacts): number {
  return ((signups / shardsAt(signups)) * roundMs()) / MS / fullBatch(facts);
}

/** PutEvents requests a second of the pipe, at most: one for each event, until every lane is busy; then one in a round of each lane. */
export function pipeRequests(signups: number, { pipeLanes }: PipeFacts): number {
  return Math.min(signups, (shardsAt(signups) * pipeLanes * MS) / roundMs());
}

/** Events in a request of the pipe, at least. */
export function eventsPerRequest(signups: number, facts: PipeFacts): number {
  return Math.min(signups / pipeRequests(signups, facts), fullBatch(facts));
}

/** Executions of the pipe at the same time, at most. */
export function pipeExecutions(signups: number, facts: PipeFacts): number {
  return (pipeRequests(signups, facts) * roundMs()) / MS;
}

/** The pipe under a load. */
export interface PipeLoad {
  /** Of the table's stream, at least. */
  readonly shards: number;
  /** Sign-ups a second. */
  readonly shardCarries: number;
  /** PutEvents requests a second, at most. */
  readonly requests: number;
  /** At least. */
  readonly eventsPerRequest: number;
  /** Executions at the same time, at most. */
  readonly executions: number;
}

/** What the pipe does at this many sign-ups a second. */
export function pipeLoad(signups: number, facts: PipeFacts): PipeLoad {
  return {
    shards: Math.ceil(shardsAt(signups)),
    shardCarries: shardCarries(facts),
    requests: pipeRequests(signups, facts),
    eventsPerRequest: eventsPerRequest(signups, facts),
    executions: pipeExecutions(signups, facts),
  };
}

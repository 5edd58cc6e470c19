import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { UserDeleted } from '../schemas/generated/event-contracts.ts';
import type { PipelineConfig } from './config.ts';
import type { Leaving } from './constructs/subscriber-access.ts';
import type { FoundSubscriber } from './find-subscribers.ts';

type LeavingSettings = Pick<PipelineConfig, 'whenUserLeaves' | 'emptyBucketAfterDays'>;

/** What a stage does when users leave; undefined for nothing. */
export function leavingOf({ whenUserLeaves, emptyBucketAfterDays }: LeavingSettings): Leaving | undefined {
  if (whenUserLeaves === 'nothing') return undefined;
  return whenUserLeaves === 'keep' ? {} : { emptyAfterDays: emptyBucketAfterDays };
}

/** Whether a stage publishes an event: UserDeleted only if it does something when users leave. */
export function isPublished({ detailType }: { readonly detailType: string }, stage: LeavingSettings): boolean {
  return detailType !== UserDeleted.detailType || leavingOf(stage) !== undefined;
}

/**
 * A service may have a second entry point, for stages where users leave: what it imports only for that would otherwise be loaded at
 * the cold starts of every stage.
 */
const ENTRY_WHERE_USERS_LEAVE = 'handler-where-users-leave.ts';

/**
 * The subscribers that a stage has use for, each with the entry point for that stage. Where nothing happens when users leave, there
 * is no use for one that retires buckets.
 */
export function subscribersOf(found: readonly FoundSubscriber[], stage: LeavingSettings): FoundSubscriber[] {
  if (leavingOf(stage) === undefined) {
    return found.filter(({ subscription }) => !subscription.access.includes('retire-user-buckets'));
  }
  return found.map((subscriber) => {
    const handlerFile = join(subscriber.folder, ENTRY_WHERE_USERS_LEAVE);
    return existsSync(handlerFile) ? { ...subscriber, handlerFile } : subscriber;
  });
}

/** Warns of what synthesis cannot know, and would harm a stage where users leave. */
export function warnOfLeaving(scope: Construct, { existingTable, sameBucketNamesAs = [] }: PipelineConfig): void {
  const warn = (id: string, text: string) =>
    Annotations.of(scope).addWarningV2(`user-bucket-pipeline:${id}`, `whenUserLeaves: ${text}`);
  if (existingTable !== undefined) {
    // Source: DynamoDB developer guide, quotas of streams; Lambda developer guide, with-ddb, for global tables.
    warn(
      'streamReaders',
      `the two pipes are the two readers that a shard of ${existingTable.tableStreamArn} takes at most: make sure that nothing else ` +
        'reads this stream, and that it is not the stream of a global table, which takes one; otherwise DynamoDB throttles all of them',
    );
  }
  if (sameBucketNamesAs.length > 0) {
    warn(
      'bucketNames',
      `the stage${sameBucketNamesAs.length > 1 ? 's' : ''} ${sameBucketNamesAs.join(', ')} may be in the same account and Region: buckets there ` +
        'have names of the same form, so those of a user with the same id are retired too; give one of the stages another bucketNamePrefix',
    );
  }
}

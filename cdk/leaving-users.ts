import { existsSync } from 'node:fs';
import { join } from 'node:path';
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

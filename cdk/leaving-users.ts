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

/** Whether a stage has use for a subscriber. Where nothing happens when users leave, there is none for one that retires buckets. */
export function isNeeded({ subscription }: FoundSubscriber, stage: LeavingSettings): boolean {
  return leavingOf(stage) !== undefined || !subscription.access.includes('retire-user-buckets');
}

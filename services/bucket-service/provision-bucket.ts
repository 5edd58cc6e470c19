import type { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import type { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';
import { PermanentError, RetryableError } from '../shared/errors.ts';
import { bucketCreated } from './bucket-created.ts';
import { type BucketPlan, planBucket, type SettingStep } from './bucket-plan.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { type BucketTag, tagCompletion } from './bucket-tags.ts';
import type { CreateOutcome } from './create-outcome.ts';
import { readRetirement } from './retirement.ts';

/** Provisioning's effects. */
export interface ProvisioningEffects {
  createBucket(input: BucketPlan['create']): Promise<CreateOutcome>;
  /** The tags of a bucket; undefined if S3 does not know a new bucket everywhere yet. */
  readTags(bucketName: string): Promise<readonly BucketTag[] | undefined>;
  /** Replaces all tags of a bucket. */
  putTags(bucketName: string, tags: readonly BucketTag[]): Promise<void>;
  applySettings(steps: readonly SettingStep[]): Promise<void>;
  /** Publishes BucketCreated. */
  publish(detail: BucketCreatedV1): Promise<void>;
  /** Whole seconds since the Unix epoch, UTC. */
  now(): number;
}

export interface ProvisionedBucket {
  readonly outcome: 'created' | 'already-ours';
  readonly bucketName: string;
  /** Keys of the tags that were added to an existing bucket. */
  readonly addedTags: readonly string[];
}

/**
 * Gives a registered user their bucket, and publishes BucketCreated. Safe to repeat: a repetition finds the same bucket, and
 * publishes the same event. It goes through all steps for an existing bucket too, because the attempt that made it may have died
 * before it set the bucket up or published. It restores missing tags of an existing bucket; a new one gets its tags on creation.
 *
 * @throws {PermanentError} when the name is taken, the bucket is another user's, or S3 refuses for good
 * @throws {RetryableError} when it may work later
 */
export async function provisionBucket(
  registered: UserRegisteredV1,
  settings: BucketSettings,
  effects: ProvisioningEffects,
): Promise<ProvisionedBucket> {
  const plan = planBucket(registered, settings);
  const { bucketName } = plan;
  const answer = await effects.createBucket(plan.create);
  const about = { userId: registered.data.userId, eventId: registered.metadata.eventId };

  switch (answer.kind) {
    case 'created':
    case 'already-ours': {
      const mayHaveBeenThere = answer.kind === 'already-ours' || plan.hidesRepetition;
      const { addedTags, isRetired } = mayHaveBeenThere
        ? await completeTags(plan, effects, about)
        : { addedTags: [], isRetired: false };
      // It has its settings, and one more rule in its lifecycle, which would be replaced.
      if (!isRetired) await effects.applySettings(plan.settings);
      await effects.publish(
        bucketCreated(registered, { bucketName, region: settings.region, createdAt: effects.now() }),
      );
      return { outcome: answer.kind, bucketName, addedTags };
    }
    case 'taken':
      throw new PermanentError(`another account owns the bucket name ${bucketName}: ${answer.problem}`, {
        ...about,
        hint: answer.hint,
        cause: answer.cause,
      });
    case 'refused':
      throw new PermanentError(`S3 refused to create ${bucketName}: ${answer.problem}`, {
        ...about,
        hint: answer.hint,
        cause: answer.cause,
      });
    case 'retry':
      throw new RetryableError(`S3 could not create ${bucketName} now: ${answer.problem}`, {
        ...about,
        hint: answer.hint,
        cause: answer.cause,
      });
  }
}

/** Adds the tags that a bucket lacks. Returns their keys, and whether the bucket is retired, since its user left. */
async function completeTags(
  { bucketName, tags }: BucketPlan,
  { readTags, putTags }: ProvisioningEffects,
  about: { readonly userId: string; readonly eventId: string },
): Promise<{ readonly addedTags: readonly string[]; readonly isRetired: boolean }> {
  const existing = await readTags(bucketName);
  if (existing === undefined) return { addedTags: [], isRetired: false };
  const isRetired = readRetirement(existing) !== undefined;
  const completion = tagCompletion(existing, tags);
  switch (completion.kind) {
    case 'complete':
      return { addedTags: [], isRetired };
    case 'incomplete':
      await putTags(bucketName, completion.tags);
      return { addedTags: completion.missing, isRetired };
    case 'another-users':
      throw new PermanentError(
        `the bucket ${bucketName} is tagged as another user's, so it was not given to this user`,
        {
          ...about,
          hint: 'npx pipeline reconcile names both users; if the tag userIdSha256 is wrong, correct it, then redrive',
        },
      );
  }
}

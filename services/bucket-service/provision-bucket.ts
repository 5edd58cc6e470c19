import type { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import type { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';
import { PermanentError, RetryableError } from '../shared/errors.ts';
import { bucketCreated } from './bucket-created.ts';
import { type BucketPlan, planBucket, type SettingStep } from './bucket-plan.ts';
import type { BucketSettings } from './bucket-settings.ts';
import type { CreateOutcome } from './create-outcome.ts';

/** What provisioning does to the world, and asks of it. */
export interface ProvisioningEffects {
  createBucket(input: BucketPlan['create']): Promise<CreateOutcome>;
  applySettings(steps: readonly SettingStep[]): Promise<void>;
  /** Publishes BucketCreated. */
  publish(detail: BucketCreatedV1): Promise<void>;
  /** Whole seconds since the Unix epoch, UTC. */
  now(): number;
}

export interface ProvisionedBucket {
  readonly outcome: 'created' | 'already-ours';
  readonly bucketName: string;
}

/**
 * Gives a registered user their bucket, and tells everyone. Safe to repeat: a repetition finds the same bucket,
 * and publishes the same event. It does not stop at a bucket that is there, since the attempt that made it may have
 * died before it set the bucket up or published.
 *
 * @throws {PermanentError} when the name is taken or S3 refuses for good
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
    case 'already-ours':
      await effects.applySettings(plan.settings);
      await effects.publish(
        bucketCreated(registered, { bucketName, region: settings.region, createdAt: effects.now() }),
      );
      return { outcome: answer.kind, bucketName };
    case 'taken':
      throw new PermanentError(`the bucket name ${bucketName} is held by another account: ${answer.problem}`, {
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

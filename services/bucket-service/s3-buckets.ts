import {
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { SettingStep } from './bucket-plan.ts';
import { createOutcome } from './create-outcome.ts';
import type { ProvisioningEffects } from './provision-bucket.ts';
import { settingsFailure } from './settings-failure.ts';

/** Provisioning's effects on S3. */
export function s3Buckets(client: S3Client): Pick<ProvisioningEffects, 'createBucket' | 'applySettings'> {
  return {
    async createBucket(input) {
      try {
        await client.send(new CreateBucketCommand(input));
        return createOutcome();
      } catch (error) {
        return createOutcome(error);
      }
    },

    async applySettings(steps) {
      for (const step of steps) {
        try {
          await apply(client, step);
        } catch (error) {
          throw settingsFailure(step, error);
        }
      }
    },
  };
}

async function apply(client: S3Client, step: SettingStep): Promise<void> {
  switch (step.kind) {
    case 'cors':
      await client.send(new PutBucketCorsCommand(step.input));
      return;
    case 'public-access':
      await client.send(new PutPublicAccessBlockCommand(step.input));
      return;
    case 'policy':
      await client.send(new PutBucketPolicyCommand(step.input));
  }
}

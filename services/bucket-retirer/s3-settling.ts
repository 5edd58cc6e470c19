import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  paginateListBuckets,
  type S3Client,
  type TransitionDefaultMinimumObjectSize,
} from '@aws-sdk/client-s3';
import { s3Buckets, settingsFailure } from '../bucket-service/s3-buckets.ts';
import { PermanentError, RetryableError } from '../shared/errors.ts';
import { describeServiceFailure, readServiceFailure } from '../shared/service-failure.ts';
import type { SettlingEffects } from './settle-buckets.ts';

/** Settling's effects on S3. @param region of the buckets: a global name does not contain it */
export function s3Settling(client: S3Client, region: string): Omit<SettlingEffects, 'readRow' | 'now'> {
  const { readTags, putTags } = s3Buckets(client);
  // Putting rules back without it would set it to its default.
  const minimumSizes = new Map<string, TransitionDefaultMinimumObjectSize>();
  return {
    readTags,
    putTags,

    async listBuckets(Prefix) {
      const names: string[] = [];
      try {
        for await (const { Buckets = [] } of paginateListBuckets({ client }, { Prefix })) {
          for (const { Name, BucketRegion = region } of Buckets) {
            if (Name !== undefined && BucketRegion === region) names.push(Name);
          }
        }
      } catch (cause) {
        const failure = readServiceFailure(cause);
        const message = `S3 did not list the buckets of this user, ${describeServiceFailure(failure)}`;
        throw failure.transient
          ? new RetryableError(message, { hint: 'nothing to do unless it lasts', cause })
          : new PermanentError(message, { hint: "check the role's s3:ListAllMyBuckets grant", cause });
      }
      return names;
    },

    async readRules(Bucket) {
      try {
        const answer = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
        const { Rules = [], TransitionDefaultMinimumObjectSize: size } = answer;
        if (size !== undefined) minimumSizes.set(Bucket, size);
        return Rules;
      } catch (error) {
        if (readServiceFailure(error).code === 'NoSuchLifecycleConfiguration') return [];
        throw settingsFailure({ kind: 'lifecycle', input: { Bucket } }, error);
      }
    },

    async putRules(Bucket, rules) {
      const size = minimumSizes.get(Bucket);
      try {
        await (rules.length === 0
          ? client.send(new DeleteBucketLifecycleCommand({ Bucket }))
          : client.send(
              new PutBucketLifecycleConfigurationCommand({
                Bucket,
                LifecycleConfiguration: { Rules: [...rules] },
                ...(size !== undefined && { TransitionDefaultMinimumObjectSize: size }),
              }),
            ));
      } catch (error) {
        throw settingsFailure({ kind: 'lifecycle', input: { Bucket } }, error);
      }
    },
  };
}

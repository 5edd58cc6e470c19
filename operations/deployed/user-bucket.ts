import { type BucketNameSettings, bucketName, readBucketName } from '../../services/bucket-service/bucket-name.ts';
import { CommandFailure } from '../messages/errors.ts';
import { type FoundStack, requireOutput } from './stack.ts';

/** How a stack names its users' buckets, by its outputs. @throws CommandFailure for a stack without them */
export function bucketNaming(stack: FoundStack): BucketNameSettings {
  const namespace = requireOutput(stack, 'BucketNamespace');
  if (namespace !== 'account-regional' && namespace !== 'global') {
    throw new CommandFailure(
      `the stack ${stack.name} names a bucket namespace that this command does not know: ${namespace}`,
    );
  }
  const [, , , region = '', accountId = ''] = requireOutput(stack, 'EventBusArn').split(':');
  return { prefix: requireOutput(stack, 'BucketNamePrefix'), namespace, accountId, region };
}

/** The bucket that a URI such as `s3://NAME` names; undefined for any other text. */
export function bucketOfUri(uri: string): string | undefined {
  return /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/.exec(uri)?.[1];
}

export function uriOfBucket(name: string): string {
  return `s3://${name}`;
}

/** When the user of a bucket registered, if its name is that of a registration of this user. Whole seconds, UTC. */
export function registrationIn(name: string, userId: string, naming: BucketNameSettings): number | undefined {
  const registeredAt = readBucketName(name, naming)?.registeredAt;
  const isTheirs = registeredAt !== undefined && bucketName({ userId, registeredAt }, naming) === name;
  return isTheirs ? registeredAt : undefined;
}

/** What all bucket names of a user begin with, before the time. */
export function bucketStem(userId: string, naming: BucketNameSettings): string {
  return readBucketName(bucketName({ userId, registeredAt: 0 }, naming), naming)?.stem ?? '';
}

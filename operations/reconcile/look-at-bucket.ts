import { GetBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { readServiceFailure } from '../../services/shared/service-failure.ts';
import type { OnStack } from '../deployed/stack.ts';
import { readOurTags } from '../deployed/user-bucket.ts';
import type { BucketLook } from './judge.ts';

/**
 * Asks S3 itself about one bucket: whether it is there, and its tags. One call says both.
 * @throws what may pass, such as throttling, when it has lasted
 */
export async function lookAtBucket({ clients }: OnStack, Bucket: string): Promise<BucketLook> {
  try {
    const { TagSet = [] } = await clients.of(S3Client).send(new GetBucketTaggingCommand({ Bucket }));
    return { kind: 'there', tags: readOurTags(TagSet) };
  } catch (error) {
    const failure = readServiceFailure(error);
    if (failure.code === 'NoSuchTagSet') return { kind: 'there', tags: readOurTags([]) };
    if (failure.code === 'NoSuchBucket') return { kind: 'missing' };
    if (failure.transient) throw error;
    return { kind: 'unreadable', why: failure.code };
  }
}

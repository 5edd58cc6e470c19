import type { BucketNameSettings } from '../../services/bucket-service/bucket-name.ts';
import { type Retirement, readRetirement } from '../../services/bucket-service/retirement.ts';
import { CommandFailure } from '../messages/errors.ts';
import { type FoundStack, identityOf, requireOutput } from './stack.ts';

export { bucketOfUri, bucketStem, registrationIn } from '../../services/bucket-service/bucket-name.ts';

/** How a stack names its users' buckets. @throws CommandFailure for a stack without these outputs */
export function bucketNaming(stack: FoundStack): BucketNameSettings {
  const namespace = requireOutput(stack, 'BucketNamespace');
  if (namespace !== 'account-regional' && namespace !== 'global') {
    throw new CommandFailure(
      `the stack ${stack.name} has an unknown bucket namespace: ${namespace}; use the version of this command that deployed it`,
    );
  }
  const { account: accountId, region } = identityOf(stack);
  return { prefix: requireOutput(stack, 'BucketNamePrefix'), namespace, accountId, region };
}

/** What the tags of a bucket say to this pipeline. */
export interface OurTags {
  /** SHA-256 of the id of the user whose bucket it is. */
  readonly owner: string | undefined;
  /** Also absent where a registration's id is no legal tag, and where the tag is empty: no event has such an id. */
  readonly correlationId: string | undefined;
  /** Those of the tags that every bucket has which this bucket lacks. */
  readonly missing: readonly string[];
  /** That its user left; undefined for a bucket in use. */
  readonly retirement: Retirement | undefined;
}

/** Tags that bucket-service gives to every bucket. */
const REQUIRED_TAGS = ['app', 'userIdSha256', 'registeredAt'];
const NOTHING_MISSING: readonly string[] = [];

export const NO_TAGS: OurTags = {
  owner: undefined,
  correlationId: undefined,
  missing: REQUIRED_TAGS,
  retirement: undefined,
};

/** Which of our tags a bucket has. */
export function readOurTags(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): OurTags {
  const valueIn = (key: string) => tags.find(({ Key }) => Key === key)?.Value;
  const missing = REQUIRED_TAGS.filter((key) => valueIn(key) === undefined);
  return {
    owner: valueIn('userIdSha256'),
    correlationId: valueIn('correlationId') || undefined,
    // One list for all, because an inventory holds the tags of a hundred thousand buckets.
    missing: missing.length === 0 ? NOTHING_MISSING : missing,
    retirement: readRetirement(tags),
  };
}

/** Whether a bucket has all tags that bucket-service gives. */
export function isTagged({ missing }: OurTags): boolean {
  return missing.length === 0;
}

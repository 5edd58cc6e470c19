import assert from 'node:assert/strict';
import {
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { bucketOfUri } from '../../../operations/deployed/user-bucket.ts';
import { userIdTag } from '../../../services/bucket-service/bucket-tags.ts';
import type { Scenario } from '../scenario.ts';

/** All that the option bucketPublicListing gives to everybody. */
const LISTING = ['s3:GetBucketLocation', 's3:ListBucket'];

export const bucketSettings: Scenario = {
  name: 'a bucket is private, tagged, and its owner owns every object in it',
  async run(pipeline) {
    const userId = pipeline.userId('private');
    const Bucket = bucketOfUri(await pipeline.register(userId));
    const s3 = pipeline.on.clients.of(S3Client);

    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
    const tags = Object.fromEntries(TagSet.map(({ Key = '', Value }) => [Key, Value]));
    assert.equal(tags.app, 'user-bucket-pipeline');
    assert.equal(tags.userIdSha256, userIdTag(userId));

    const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    assert.deepEqual(OwnershipControls?.Rules, [{ ObjectOwnership: 'BucketOwnerEnforced' }]);

    const granted = await actionsOfEverybody(s3, Bucket);
    assert.deepEqual(
      granted.filter((action) => !LISTING.includes(action)),
      [],
      'everybody may list at most',
    );
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    const isClosed = granted.length === 0;
    assert.deepEqual(PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: isClosed,
      RestrictPublicBuckets: isClosed,
    });
  },
};

/** What the bucket's policy allows to everybody. */
async function actionsOfEverybody(s3: S3Client, Bucket: string | undefined): Promise<string[]> {
  try {
    const { Policy = '{}' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    const { Statement = [] }: { Statement?: Statement[] } = JSON.parse(Policy);
    return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
  } catch (error) {
    if ((error as Error).name === 'NoSuchBucketPolicy') return [];
    throw error;
  }
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
}

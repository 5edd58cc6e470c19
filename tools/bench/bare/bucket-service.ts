/** bucket-service by AWS's own clients alone: the same calls for a registration, and nothing else. What its bundle is compared with. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  GetBucketTaggingCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { SQSEvent } from 'aws-lambda';

const s3 = new S3Client({});
const events = new EventBridgeClient({});

/** Calls that some stages and some buckets need, by what they set. */
const OTHER_CALLS: Readonly<Record<string, (Bucket: string) => Promise<unknown>>> = {
  readTags: (Bucket) => s3.send(new GetBucketTaggingCommand({ Bucket })),
  tags: (Bucket) => s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } })),
  cors: (Bucket) => s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [] } })),
  access: (Bucket) => s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: {} })),
  policy: (Bucket) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: '{}' })),
  lifecycle: (Bucket) => s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket })),
};

export async function handler({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) {
    const { data } = JSON.parse(body).detail;
    const Bucket = `siu${data.userId}-${data.registeredAt}`;
    await s3.send(new CreateBucketCommand({ Bucket, BucketNamespace: 'account-regional' }));
    await OTHER_CALLS[data.needs]?.(Bucket);
    const EventBusName = process.env.EVENT_BUS_NAME;
    const entry = { EventBusName, Source: 'bucket-service', DetailType: 'BucketCreated', Detail: body };
    await events.send(new PutEventsCommand({ Entries: [entry] }));
  }
}

import type { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import type { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';
import { partitionOf } from './aws-partition.ts';

export interface CreatedBucket {
  readonly bucketName: string;
  readonly region: string;
  /** Whole seconds since the Unix epoch, UTC. */
  readonly createdAt: number;
}

/**
 * The detail of the BucketCreated event for a registration. Its eventId is derived from the registration's, so that it is the same
 * each time the event is published. It carries the registration's `replayName`, so that subscribers that skip replays do not get it
 * again.
 */
export function bucketCreated(registered: UserRegisteredV1, bucket: CreatedBucket): BucketCreatedV1 {
  const { metadata, data } = registered;
  const { bucketName, region, createdAt } = bucket;
  const { dnsSuffix } = partitionOf(region);
  return {
    metadata: {
      schemaVersion: 1,
      eventId: `${metadata.eventId}:BucketCreated`,
      correlationId: metadata.correlationId,
      causationId: metadata.eventId,
      ...(metadata.replayName !== undefined && { replayName: metadata.replayName }),
    },
    data: {
      userId: data.userId,
      registeredAt: data.registeredAt,
      bucketName,
      region,
      bucketUri: `s3://${bucketName}`,
      bucketUrl: `https://${bucketName}.s3.${region}.${dnsSuffix}/`,
      bucketPathUrl: `https://s3.${region}.${dnsSuffix}/${bucketName}`,
      createdAt,
    },
  };
}

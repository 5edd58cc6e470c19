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
 * Tells, as the detail of a BucketCreated event, that the user of a registration has a bucket.
 * Its eventId comes from the registration's, so however often the event is published it is the same event. One that comes of
 * a replay says so: nobody who skips replays is told again.
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

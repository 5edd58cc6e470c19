import type { EnvelopeOf } from '../../../schemas/event-contract.ts';
import type { BucketCreatedV1 } from '../../../schemas/generated/bucket-created.v1.ts';
import type { UserRegisteredV1 } from '../../../schemas/generated/user-registered.v1.ts';

export const REGISTERED_AT = 1714458435; // 2024-04-30T06:27:15Z

/** The registration of a user, as its event tells it. */
export function registration(userId = 'test4', registeredAt = REGISTERED_AT): UserRegisteredV1 {
  const eventId = `registration-of-${userId}`;
  return { metadata: { schemaVersion: 1, eventId, correlationId: eventId }, data: { userId, registeredAt } };
}

/** A registration as it arrives from the bus. */
export function registrationEvent(userId = 'test4'): EnvelopeOf<typeof UserRegisteredV1> {
  return {
    version: '0',
    id: '6f7b0f2e-3f0a-4d53-9d0c-5f0f5a3c2b11',
    'detail-type': 'UserRegistered',
    source: 'users-table',
    account: '123456789012',
    time: '2024-04-30T06:27:16Z',
    region: 'ap-northeast-1',
    resources: [],
    detail: registration(userId),
  };
}

/** The detail that tells of a user's new bucket. */
export function createdBucket(userId = 'test4', bucketName = `siu${userId}-20240430062715`): BucketCreatedV1 {
  const cause = registration(userId).metadata.eventId;
  return {
    metadata: { schemaVersion: 1, eventId: `${cause}:BucketCreated`, correlationId: cause, causationId: cause },
    data: {
      userId,
      registeredAt: REGISTERED_AT,
      bucketName,
      region: 'ap-northeast-1',
      bucketUri: `s3://${bucketName}`,
      bucketUrl: `https://${bucketName}.s3.ap-northeast-1.amazonaws.com/`,
      bucketPathUrl: `https://s3.ap-northeast-1.amazonaws.com/${bucketName}`,
      createdAt: REGISTERED_AT + 2,
    },
  };
}

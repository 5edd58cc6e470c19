import type { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';
import { type BucketNameSettings, bucketOfUri, registrationIn } from './bucket-name.ts';
import type { UserRow } from './user-row.ts';

/**
 * A registration as it was at first. A row that was deleted and put back, from a backup for example, is a new row to the stream,
 * but names the bucket that its user has: the user keeps that one. So the registration gets the time in that bucket's name.
 *
 * @param row of the user, as it is now
 * @returns the registration itself where the row names no bucket, or one whose name is not of this user
 */
export function asFirstRegistered(
  registered: UserRegisteredV1,
  row: UserRow | undefined,
  settings: BucketNameSettings,
): UserRegisteredV1 {
  const { metadata, data } = registered;
  const bucket = bucketOfUri(row?.uri ?? '');
  const registeredAt = bucket === undefined ? undefined : registrationIn(bucket, data.userId, settings);
  return registeredAt === undefined ? registered : { metadata, data: { ...data, registeredAt } };
}

import type { BucketCreated } from 'user-bucket-pipeline/events';

/** A row of the directory, as DynamoDB's typed JSON. */
export type DirectoryEntry = Readonly<Record<'bucketName' | 'userId' | 'registrationId', { readonly S: string }>>;

/** What the directory says about a new bucket. The same event always gives the same row, so a replay changes nothing. */
export function directoryEntry({ data, metadata }: BucketCreated): DirectoryEntry {
  return {
    bucketName: { S: data.bucketName },
    userId: { S: data.userId },
    registrationId: { S: metadata.correlationId },
  };
}

import { expect, test } from '@jest/globals';
import { directoryEntry } from '../../../../examples/external-subscriber/bucket-directory/directory-entry.ts';
import { createdBucket } from '../../services/registrations.ts';

test('given a new bucket, when it is listed, then the row tells whose it is and by which registration', () => {
  expect(directoryEntry(createdBucket('test4', 'siutest4-20240430062715'))).toEqual({
    bucketName: { S: 'siutest4-20240430062715' },
    userId: { S: 'test4' },
    registrationId: { S: 'registration-of-test4' },
  });
});

test('given the event of a bucket again, when it is listed, then the row is the same', () => {
  const created = createdBucket('test4');
  const repeated = { ...created, data: { ...created.data, createdAt: created.data.createdAt + 60 } };
  expect(directoryEntry(repeated)).toEqual(directoryEntry(created));
});

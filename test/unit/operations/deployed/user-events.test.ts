import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { deletionTemplate } from '../../../../cdk/constructs/deletion-pipe.ts';
import { registrationTemplate } from '../../../../cdk/constructs/registration-pipe.ts';
import {
  bucketCreatedEntry,
  userDeletedEntry,
  userRegisteredEntry,
} from '../../../../operations/deployed/user-events.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { compileInputTemplate } from '../../../../packages/local-engine/pipes/input-template.ts';
import { UserDeleted } from '../../../../schemas/generated/event-contracts.ts';

const REGISTRATION = { userId: 'ji', registeredAt: 1714458435, eventId: 'd356b4b97244ffd0a2e1e6eb627ec456' };

describe('the event of a registration', () => {
  test.each(['ji', '김민지', 'Kim "MJ" \\ Seoul', '{"S":"x"}\n', '<$.eventID>'])(
    'is what the pipe makes of the record: %j',
    (userId) => {
      const record = {
        eventID: REGISTRATION.eventId,
        eventName: 'INSERT',
        dynamodb: { Keys: { userId: { S: userId } }, ApproximateCreationDateTime: REGISTRATION.registeredAt },
      };
      const rendered = compileInputTemplate(registrationTemplate('userId', 1))(record, {} as never);
      const { Detail = '', ...address } = userRegisteredEntry({ ...REGISTRATION, userId }, 'bus');
      expect(JSON.parse(Detail)).toEqual(JSON.parse(rendered));
      expect(address).toEqual({ EventBusName: 'bus', Source: 'users-table', DetailType: 'UserRegistered' });
    },
  );

  test('says what repairs it', () => {
    const { Detail = '' } = userRegisteredEntry({ ...REGISTRATION, replayName: 'reconcile' }, 'bus');
    expect(JSON.parse(Detail).metadata.replayName).toBe('reconcile');
  });

  test('is the sample of the contract', () => {
    const folder = join(import.meta.dirname, '../../../../schemas/samples');
    const { detail } = JSON.parse(readFileSync(join(folder, 'user-registered.v1.json'), 'utf8'));
    const { eventId } = detail.metadata;
    const { Detail = '' } = userRegisteredEntry({ ...detail.data, eventId }, 'bus');
    expect(JSON.parse(Detail)).toEqual(detail);
  });

  test.each([
    ['an empty user id', { userId: '' }, /data\.userId/],
    ['a time in milliseconds', { registeredAt: 1714458435000 }, /data\.registeredAt/],
    ['a time with a fraction', { registeredAt: 1714458435.5 }, /data\.registeredAt/],
    ['no event id', { eventId: '' }, /metadata\.eventId/],
  ])('given %s is refused with the field', (_, broken, field) => {
    const make = () => userRegisteredEntry({ ...REGISTRATION, ...broken }, 'bus');
    expect(make).toThrow(CommandFailure);
    expect(make).toThrow(field);
  });
});

describe('the event of a bucket', () => {
  const folder = join(import.meta.dirname, '../../../../schemas/samples');
  const { detail } = JSON.parse(readFileSync(join(folder, 'bucket-created.v1.json'), 'utf8'));
  const { userId, registeredAt, bucketName, region, createdAt } = detail.data;
  const signUp = { userId, registeredAt, eventId: detail.metadata.correlationId };

  test('is the sample of the contract', () => {
    const { Detail = '', ...address } = bucketCreatedEntry(signUp, { bucketName, region, createdAt }, 'bus');
    expect(JSON.parse(Detail)).toEqual(detail);
    expect(address).toEqual({ EventBusName: 'bus', Source: 'bucket-service', DetailType: 'BucketCreated' });
  });

  test('of a bucket that has no name is refused', () => {
    const make = () => bucketCreatedEntry(signUp, { bucketName: '', region, createdAt }, 'bus');
    expect(make).toThrow(/^the BucketCreated event for u42 is not valid: .*data\.bucketName/);
  });
});

describe('the event of a deletion', () => {
  /** Source: DynamoDB developer guide, time-to-live-ttl-streams: only records of the time to live have an identity. */
  test.each([
    ['a call', undefined, ''],
    ['the time to live', { type: 'Service', principalId: 'dynamodb.amazonaws.com' }, 'dynamodb.amazonaws.com'],
  ])('is what the pipe makes of a record of %s', (_, userIdentity, deletedBy) => {
    for (const userId of ['ji', 'Kim "MJ" \\ Seoul']) {
      const deletion = { userId, deletedAt: 1714640399, deletedBy, eventId: REGISTRATION.eventId };
      const record = {
        eventID: deletion.eventId,
        eventName: 'REMOVE',
        ...(userIdentity && { userIdentity }),
        dynamodb: { Keys: { userId: { S: userId } }, ApproximateCreationDateTime: deletion.deletedAt },
      };
      const rendered = JSON.parse(compileInputTemplate(deletionTemplate('userId', 1))(record, {} as never));
      const { Detail = '', ...address } = userDeletedEntry(deletion, 'bus');
      expect(JSON.parse(Detail)).toEqual(rendered);
      expect(UserDeleted.validateDetail(rendered)).toBe(true);
      expect(address).toEqual({ EventBusName: 'bus', Source: 'users-table', DetailType: 'UserDeleted' });
    }
  });

  test('of a record without the key is refused', () => {
    const broken = { userId: '', deletedAt: 1714640399, deletedBy: '', eventId: 'x' };
    expect(() => userDeletedEntry(broken, 'bus')).toThrow(CommandFailure);
  });
});

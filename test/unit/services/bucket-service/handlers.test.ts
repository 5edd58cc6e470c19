import { describe, expect, it } from '@jest/globals';
import { bucketName } from '../../../../services/bucket-service/bucket-name.ts';
import { bucketVariables } from '../../../../services/bucket-service/bucket-settings.ts';
import { bucketTags } from '../../../../services/bucket-service/bucket-tags.ts';
import { type AwsRequest, useAws } from '../handled.ts';
import { REGISTERED_AT, registration, registrationEvent } from '../registrations.ts';
import { settings } from './settings.ts';

const VARIABLES = { ...bucketVariables(settings()), EVENT_BUS_NAME: 'bus' };
const ON_BUS = { body: '{"FailedEntryCount":0,"Entries":[{"EventId":"id"}]}' };
const NAME = bucketName(registration().data, settings());

const handled = useAws();
const published = (requests: readonly AwsRequest[]) =>
  requests
    .filter(({ operation }) => operation === 'PutEvents')
    .flatMap(({ body }) => JSON.parse(body).Entries.map(({ Detail }: { Detail: string }) => JSON.parse(Detail)));

/** An S3 where the user's bucket is there, with these of its tags. */
function s3WithBucket(tags: readonly { readonly Key: string; readonly Value: string }[]) {
  const set = tags.map(({ Key, Value }) => `<Tag><Key>${Key}</Key><Value>${Value}</Value></Tag>`).join('');
  return ({ operation, url }: AwsRequest) => {
    if (operation === 'PutEvents') return ON_BUS;
    if (operation === 'GET') return { body: `<Tagging><TagSet>${set}</TagSet></Tagging>` };
    return url.includes('tagging') ? {} : { status: 409, body: '<Error><Code>BucketAlreadyOwnedByYou</Code></Error>' };
  };
}

describe('bucket-service', () => {
  it('given a new user, creates their bucket, tells the bus, and says for which calls it waited', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { output, failed, requests } = await handled(
      'bucket-service',
      registrationEvent(),
      VARIABLES,
      ({ operation }) => (operation === 'PutEvents' ? ON_BUS : {}),
    );
    expect(failed).toBe(0);
    expect(requests.map(({ operation, url }) => `${operation} ${url.split('?')[0]}`)).toEqual([
      `PUT /${NAME}/`,
      'PutEvents /',
    ]);
    const [created] = published(requests);
    expect(created.data).toMatchObject({ userId: 'test4', bucketName: NAME, registeredAt: REGISTERED_AT });
    expect(created.data.createdAt).toBeGreaterThanOrEqual(before);
    expect(created.data.createdAt).toBeLessThanOrEqual(Date.now() / 1000);
    expect(output.log('INFO')).toEqual([
      expect.objectContaining({
        message: 'bucket created',
        bucketName: NAME,
        calls: { CreateBucket: expect.any(Number), PutEvents: expect.any(Number) },
      }),
    ]);
  });

  it('given a bucket that lacks tags, says which it has added', async () => {
    const [app, owner] = bucketTags(registration());
    const tags = [app, owner].filter((tag) => tag !== undefined);
    const { output, requests } = await handled('bucket-service', registrationEvent(), VARIABLES, s3WithBucket(tags));
    expect(published(requests)).toHaveLength(1);
    expect(output.log('INFO')).toEqual([
      expect.objectContaining({ message: 'bucket was already there', bucketName: NAME }),
      expect.objectContaining({
        message: 'bucket tags completed',
        bucketName: NAME,
        addedTags: ['registeredAt', 'correlationId'],
      }),
    ]);
  });

  it('given a bucket that has all of them, says nothing of tags', async () => {
    const aws = s3WithBucket(bucketTags(registration()));
    const { output } = await handled('bucket-service', registrationEvent(), VARIABLES, aws);
    expect(output.log('INFO').map(({ message }) => message)).toEqual(['bucket was already there']);
  });
});

describe('bucket-service where users leave', () => {
  const file = 'bucket-service/handler-where-users-leave.ts';
  const variables = { ...VARIABLES, USERS_TABLE_NAME: 'users', USER_ID_ATTRIBUTE: 'user-id' };
  const first = bucketName({ userId: 'test4', registeredAt: REGISTERED_AT - 86_400 }, settings());

  it.each([
    ['whose row names their first bucket', { 'user-id': { S: 'test4' }, s3_bucket_uri: { S: `s3://${first}` } }, first],
    ['whose row names none', { 'user-id': { S: 'test4' } }, NAME],
    ['without a row', undefined, NAME],
  ])('given a user %s, provides that bucket', async (_user, Item, name) => {
    const { failed, requests } = await handled(file, registrationEvent(), variables, ({ operation }) => {
      if (operation === 'GetItem') return { body: JSON.stringify({ Item }) };
      return operation === 'PutEvents' ? ON_BUS : {};
    });
    expect(failed).toBe(0);
    const [read, create] = requests;
    expect(JSON.parse(read?.body ?? '')).toMatchObject({ TableName: 'users', Key: { 'user-id': { S: 'test4' } } });
    expect(create).toMatchObject({ operation: 'PUT', url: expect.stringContaining(`/${name}/`) });
    expect(published(requests)).toEqual([
      expect.objectContaining({ data: expect.objectContaining({ bucketName: name }) }),
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { type Answer, useAws } from './handled.ts';
import { createdBucket, registrationEvent } from './registrations.ts';

const handled = useAws();

describe('the metrics of uri-recorder, by their units', () => {
  const event = { ...registrationEvent(), 'detail-type': 'BucketCreated', source: 'bucket-service' };
  const variables = { USERS_TABLE_NAME: 'users', USER_ID_ATTRIBUTE: 'userId' };
  const told = (registeredAt: number) => {
    const { metadata, data } = createdBucket();
    return { ...event, detail: { metadata, data: { ...data, registeredAt } } };
  };

  it('given a registration of seven seconds ago, tells that wait in milliseconds', async () => {
    const registeredAt = Math.floor(Date.now() / 1000) - 7;
    const aws = () => ({ body: '{}' });
    const { output, failed, requests } = await handled('uri-recorder', told(registeredAt), variables, aws);
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ TableName: 'users', Key: { userId: { S: 'test4' } } });
    expect(output.log('INFO')).toEqual([
      expect.objectContaining({ message: 'bucket URI recorded', bucketUri: 's3://siutest4-20240430062715' }),
    ]);
    expect(failed).toBe(0);
    expect(output.units()).toEqual({
      EventsHandled: 'Count',
      UrisRecorded: 'Count',
      RegistrationToUri: 'Milliseconds',
    });
    const wait = output.metric('RegistrationToUri');
    expect(wait).toBeGreaterThanOrEqual(7000);
    expect(wait).toBeLessThanOrEqual(Date.now() - registeredAt * 1000);
  });

  it('given a row that is gone, counts it', async () => {
    const body = '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"x"}';
    const { output } = await handled('uri-recorder', told(1), variables, () => ({ status: 400, body }));
    expect(output.units()).toEqual({ EventsHandled: 'Count', RowsGone: 'Count' });
    expect(output.log('WARN')).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('the user is gone'),
        bucketUri: 's3://siutest4-20240430062715',
      }),
    ]);
  });

  it('given a URI that was recorded before, counts it, and no wait', async () => {
    const body = '{"Attributes":{"s3_bucket_uri":{"S":"s3://siutest4-20240430062715"}}}';
    const { output } = await handled('uri-recorder', told(1), variables, () => ({ body }));
    expect(output.units()).toEqual({ EventsHandled: 'Count', UrisRecorded: 'Count' });
  });

  it('given a refusal, counts it', async () => {
    const body = '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"x"}';
    const { output, failed } = await handled('uri-recorder', told(1), variables, () => ({ status: 400, body }));
    expect(failed).toBe(1);
    expect(output.units()).toEqual({ EventsFailed: 'Count' });
  });
});

describe('the metrics of bucket-service, by their units', () => {
  const variables = {
    EVENT_BUS_NAME: 'bus',
    BUCKET_ACCOUNT_ID: '123456789012',
    BUCKET_CORS: 'false',
    BUCKET_LIFECYCLE: '{}',
    BUCKET_NAMESPACE: 'account-regional',
    BUCKET_NAME_PREFIX: 'siu',
    BUCKET_PUBLIC_LISTING: 'false',
    BUCKET_TAGS: '{}',
    BUCKET_TLS_ONLY: 'false',
  };
  let puts = 0;
  const onBus = '{"FailedEntryCount":0,"Entries":[{"EventId":"id"}]}';
  const answers =
    (status: number, body: string): Answer =>
    ({ operation }) =>
      operation === 'PutEvents' ? { body: onBus } : { status: operation === 'PUT' ? status : 200, body };
  const tags = '<Tagging><TagSet></TagSet></Tagging>';
  const ours = '<Error><Code>BucketAlreadyOwnedByYou</Code><Message>x</Message></Error>';

  it.each([
    ['a new bucket', 'BucketsCreated', answers(200, '')],
    [
      'one that is there',
      'BucketsAlreadyThere',
      (({ operation }) => {
        if (operation === 'PutEvents') return { body: onBus };
        if (operation === 'GET') return { body: tags };
        return puts++ === 0 ? { status: 409, body: ours } : {};
      }) as Answer,
    ],
  ])('given %s, counts %s', async (_given, metric, answering) => {
    puts = 0;
    const { output, failed } = await handled('bucket-service', registrationEvent(), variables, answering);
    expect(failed).toBe(0);
    expect(output.units()).toEqual({ EventsHandled: 'Count', [metric]: 'Count' });
    expect(output.metric(metric)).toBe(1);
  });
});

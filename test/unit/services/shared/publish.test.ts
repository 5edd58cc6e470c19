import type { PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { BucketCreatedV1 } from '../../../../schemas/generated/bucket-created.v1.ts';
import { PermanentError, RetryableError } from '../../../../services/shared/errors.ts';
import { createPublisher } from '../../../../services/shared/publish.ts';
import { createdBucket } from '../registrations.ts';
import { networkError, serviceError } from '../service-errors.ts';

const ACCEPTED = { FailedEntryCount: 0, Entries: [{ EventId: 'x' }] };

function publisher(answer: () => Promise<object>, detail = createdBucket()) {
  const sent: PutEventsCommandInput[] = [];
  const publish = createPublisher({
    eventBusName: 'bus',
    putEvents: (input) => {
      sent.push(input);
      return answer() as Promise<typeof ACCEPTED>;
    },
  });
  return { sent, publish: () => publish(BucketCreatedV1, detail) };
}

const refusedEntry = (ErrorCode: string) => async () => ({
  FailedEntryCount: 1,
  Entries: [{ ErrorCode, ErrorMessage: 'no.' }],
});

describe('publishing an event', () => {
  it('puts one entry on the bus, addressed as its contract says', async () => {
    const { sent, publish } = publisher(async () => ACCEPTED);
    await publish();
    expect(sent).toEqual([
      {
        Entries: [
          {
            EventBusName: 'bus',
            Source: 'bucket-service',
            DetailType: 'BucketCreated',
            Detail: JSON.stringify(createdBucket()),
          },
        ],
      },
    ]);
  });

  it.each([
    ['InternalFailure', RetryableError],
    ['ThrottlingException', RetryableError],
    ['AccessDeniedException', PermanentError],
    ['MalformedDetail', PermanentError],
    ['NotAuthorizedForSourceException', PermanentError],
  ])('given an entry refused with %s in a successful answer, throws', async (code, expected) => {
    const { publish } = publisher(refusedEntry(code));
    const thrown = await publish().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(expected);
    expect(thrown).toHaveProperty('message', `the bus refused BucketCreated, ${code}: no.`);
  });

  it('given an answer that does not say that nothing failed, throws', async () => {
    await expect(publisher(async () => ({})).publish()).rejects.toThrow('the bus refused BucketCreated');
  });

  it.each([
    ['the network failed', networkError('ECONNREFUSED'), RetryableError],
    ['the service failed', serviceError('InternalException', 500), RetryableError],
    ['the role may not', serviceError('AccessDeniedException', 400), PermanentError],
  ])('given a request that failed because %s, throws with the cause', async (_case, cause, expected) => {
    const thrown = await publisher(() => Promise.reject(cause))
      .publish()
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(expected);
    expect(thrown).toHaveProperty('cause', cause);
  });

  it('given a detail that breaks the contract, sends nothing and names the field', async () => {
    const broken = { ...createdBucket(), data: { ...createdBucket().data, bucketUri: 'http://x' } };
    const { sent, publish } = publisher(async () => ACCEPTED, broken);
    await expect(publish()).rejects.toThrow(/BucketCreated would break its contract, .*data\.bucketUri/);
    expect(sent).toEqual([]);
  });
});

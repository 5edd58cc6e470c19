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
    const hint = expected === PermanentError ? 'events:PutEvents' : 'nothing to do unless it lasts';
    expect(thrown).toHaveProperty('hint', expect.stringContaining(hint));
  });

  it('given an answer that says that nothing failed, and no more, is done', async () => {
    await expect(publisher(async () => ({ FailedEntryCount: 0 })).publish()).resolves.toBeUndefined();
  });

  it('after one that is done, puts the next one on the bus', async () => {
    const { sent, publish } = publisher(async () => ACCEPTED);
    await publish();
    await publish();
    expect(sent).toHaveLength(2);
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
    expect(thrown).toHaveProperty('message', expect.stringMatching(/^publishing BucketCreated failed, \w+/));
  });

  it('given a detail that breaks the contract, sends nothing and names the field', async () => {
    const broken = { ...createdBucket(), data: { ...createdBucket().data, bucketUri: 'http://x' } };
    const { sent, publish } = publisher(async () => ACCEPTED, broken);
    const thrown = await publish().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(PermanentError);
    expect(thrown).toMatchObject({
      message: expect.stringMatching(/^BucketCreated would break its contract, .*data\.bucketUri/),
      hint: expect.stringContaining('redrive'),
    });
    expect(sent).toEqual([]);
  });
});

describe('events that are published while a request is under way', () => {
  /** A bus that answers when it is told to. */
  function slowBus() {
    const requests: { ids: string[]; answer: (answer: object) => void; fail: (error: Error) => void }[] = [];
    const publish = createPublisher({
      eventBusName: 'bus',
      putEvents: ({ Entries = [] }) =>
        new Promise((resolve, reject) => {
          const ids = Entries.map(({ Detail = '' }) => JSON.parse(Detail).metadata.eventId);
          requests.push({ ids, answer: resolve as (answer: object) => void, fail: reject });
        }),
    });
    const send = (eventId: string, padding = '') => {
      const detail = createdBucket();
      return publish(BucketCreatedV1, { ...detail, metadata: { ...detail.metadata, eventId, padding } as never });
    };
    return { requests, send };
  }
  const accepted = (count: number) => ({
    FailedEntryCount: 0,
    Entries: Array.from({ length: count }, () => ({ EventId: 'x' })),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('share the next request, ten at most, in their order', async () => {
    const { requests, send } = slowBus();
    const all = Array.from({ length: 13 }, (_, index) => send(`e${index}`));
    expect(requests.map(({ ids }) => ids)).toEqual([['e0']]);
    requests[0]?.answer(accepted(1));
    await settled();
    expect(requests[1]?.ids).toEqual(Array.from({ length: 10 }, (_, index) => `e${index + 1}`));
    requests[1]?.answer(accepted(10));
    await settled();
    expect(requests[2]?.ids).toEqual(['e11', 'e12']);
    requests[2]?.answer(accepted(2));
    await Promise.all(all);
    expect(requests).toHaveLength(3);
  });

  /** How many characters of padding make an event of so many bytes: its source, its type and its detail. */
  const paddingFor = (bytes: number, eventId: string) => {
    const detail = createdBucket();
    const text = JSON.stringify({ ...detail, metadata: { ...detail.metadata, eventId, padding: '' } });
    return 'x'.repeat(bytes - Buffer.byteLength(`bucket-serviceBucketCreated${text}`));
  };
  const MOST = 1024 * 1024;

  it.each([
    [MOST, [['first'], ['a', 'b']]],
    [MOST + 1, [['first'], ['a'], ['b']]],
  ])('of %i bytes in all share a request up to 1 MB', async (bytes, expected) => {
    const { requests, send } = slowBus();
    const half = Math.floor(bytes / 2);
    const all = [send('first'), send('a', paddingFor(half, 'a')), send('b', paddingFor(bytes - half, 'b'))];
    for (let index = 0; index < expected.length; index++) {
      requests[index]?.answer(accepted(2));
      await settled();
    }
    await Promise.all(all);
    expect(requests.map(({ ids }) => ids)).toEqual(expected);
  });

  it('given one that is too large by itself, it is sent alone, for the bus to refuse it', async () => {
    const { requests, send } = slowBus();
    const all = [send('large', paddingFor(MOST + 1, 'large')), send('next')];
    requests[0]?.answer(accepted(1));
    await settled();
    requests[1]?.answer(accepted(1));
    await Promise.all(all);
    expect(requests.map(({ ids }) => ids)).toEqual([['large'], ['next']]);
  });

  it('given one refused entry, only its publisher hears of it', async () => {
    const { requests, send } = slowBus();
    const [first, good, bad] = [send('first'), send('good'), send('bad')];
    requests[0]?.answer(accepted(1));
    await settled();
    requests[1]?.answer({ FailedEntryCount: 1, Entries: [{ EventId: 'x' }, { ErrorCode: 'InternalFailure' }] });
    await expect(bad).rejects.toBeInstanceOf(RetryableError);
    await expect(Promise.all([first, good])).resolves.toBeDefined();
  });

  it('given a failed request, all that shared it hear of it, and the next ones go on', async () => {
    const { requests, send } = slowBus();
    const lost = send('lost');
    const next = send('next');
    requests[0]?.fail(networkError('ECONNRESET'));
    await expect(lost).rejects.toBeInstanceOf(RetryableError);
    requests[1]?.answer(accepted(1));
    await expect(next).resolves.toBeUndefined();
  });

  it.each([
    ['letters', 'x'.repeat(600_000)],
    ['characters of more than one byte', 'ü'.repeat(300_000)],
  ])('given more %s than one request may carry, they are split by their bytes', async (_case, half) => {
    const { requests, send } = slowBus();
    const all = [send('first'), send('large', half), send('larger', half)];
    requests[0]?.answer(accepted(1));
    await settled();
    expect(requests[1]?.ids).toEqual(['large']);
    requests[1]?.answer(accepted(1));
    await settled();
    expect(requests[2]?.ids).toEqual(['larger']);
    requests[2]?.answer(accepted(1));
    await Promise.all(all);
  });
});

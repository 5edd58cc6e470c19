import { EventBridgeClient, type PutEventsRequestEntry, ResourceNotFoundException } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from '@jest/globals';
import { putEvents, requireBus } from '../../../../operations/aws/event-bridge.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';

function entries(count: number, detail = '{}'): PutEventsRequestEntry[] {
  return Array.from({ length: count }, (_, index) => ({ Source: `s${index}`, DetailType: 'T', Detail: detail }));
}

/** A bus that answers each entry with the next of its codes, and takes it when there is none left. */
function bus(codes: Readonly<Record<string, string[]>> = {}) {
  const requests: string[][] = [];
  const pauses: number[] = [];
  return {
    requests,
    pauses,
    pause: async (ms: number) => void pauses.push(ms),
    send: async (request: PutEventsRequestEntry[]) => {
      requests.push(request.map(({ Source = '' }) => Source));
      const Entries = request.map(({ Source = '' }) => {
        const ErrorCode = codes[Source]?.shift();
        return ErrorCode === undefined ? { EventId: Source } : { ErrorCode, ErrorMessage: 'no.' };
      });
      return { FailedEntryCount: Entries.filter(({ EventId }) => EventId === undefined).length, Entries };
    },
  };
}

describe('putting events', () => {
  test('takes ten to a request, in their order', async () => {
    const given = bus();
    expect(await putEvents(entries(23), given)).toEqual([]);
    expect(given.requests.map((request) => request.length)).toEqual([10, 10, 3]);
    expect(given.requests.flat()).toEqual(entries(23).map(({ Source }) => Source));
    expect(given.pauses).toEqual([]);
  });

  test('sends nothing when there is nothing', async () => {
    const given = bus();
    expect(await putEvents([], given)).toEqual([]);
    expect(given.requests).toEqual([]);
  });

  test('keeps a request under 1 MB, counted in bytes, and sends what is too large alone', async () => {
    const given = bus();
    const half = '김'.repeat(180_000);
    await putEvents([...entries(3, half), { Source: 'large', DetailType: 'T', Detail: '김'.repeat(400_000) }], given);
    expect(given.requests).toEqual([['s0'], ['s1'], ['s2'], ['large']]);
  });

  test('puts throttled entries again, and only those, with growing pauses', async () => {
    const given = bus({ s1: ['ThrottlingException', 'InternalFailure'], s2: ['ThrottlingException'] });
    expect(await putEvents(entries(3), given)).toEqual([]);
    expect(given.requests).toEqual([['s0', 's1', 's2'], ['s1', 's2'], ['s1']]);
    expect(given.pauses).toEqual([200, 400]);
  });

  test('names what is refused for good at once, and continues with the others', async () => {
    const given = bus({ s1: ['MalformedDetail'], s12: ['NotAuthorizedForSourceException'] });
    expect(await putEvents(entries(14), given)).toEqual([
      { index: 1, code: 'MalformedDetail', message: 'no.' },
      { index: 12, code: 'NotAuthorizedForSourceException', message: 'no.' },
    ]);
    expect(given.requests).toHaveLength(2);
  });

  test('gives up an entry that is throttled without end', async () => {
    const given = bus({ s0: Array.from({ length: 100 }, () => 'ThrottlingException') });
    expect(await putEvents(entries(2), given)).toEqual([{ index: 0, code: 'ThrottlingException', message: 'no.' }]);
    expect(given.requests).toHaveLength(8);
    expect(given.pauses.reduce((sum, ms) => sum + ms)).toBe(16_200);
  });

  test('takes for refused what the answer does not name', async () => {
    const silent = { ...bus(), send: async () => ({}) };
    expect(await putEvents(entries(1), silent)).toEqual([{ index: 0, code: 'no code', message: 'no message' }]);
  });

  test('throws what a whole request fails with', async () => {
    const denied = new Error('AccessDenied');
    await expect(putEvents(entries(1), { ...bus(), send: () => Promise.reject(denied) })).rejects.toBe(denied);
  });
});

describe('the bus', () => {
  const client = (answer: () => Promise<object>) => {
    const made = new EventBridgeClient({ region: 'eu-west-1' });
    made.send = answer as never;
    return made;
  };

  test('that is there is taken', async () => {
    await expect(
      requireBus(
        client(async () => ({ Name: 'bus' })),
        'bus',
      ),
    ).resolves.toBeUndefined();
  });

  test('that is gone is a failure, since it would swallow every event', async () => {
    const gone = new ResourceNotFoundException({ $metadata: {}, message: 'no' });
    const required = requireBus(
      client(() => Promise.reject(gone)),
      'bus',
    );
    await expect(required).rejects.toThrow(CommandFailure);
    await expect(required).rejects.toThrow('the event bus bus does not exist: recreate it');
  });

  test("that may not be looked at is reported with AWS's error", async () => {
    const denied = new Error('AccessDeniedException');
    await expect(
      requireBus(
        client(() => Promise.reject(denied)),
        'bus',
      ),
    ).rejects.toBe(denied);
  });
});

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, it } from '@jest/globals';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { UserRegisteredV1 } from '../../../../schemas/generated/user-registered.v1.ts';
import { CallTimes } from '../../../../services/shared/call-times.ts';
import { PermanentError, RetryableError } from '../../../../services/shared/errors.ts';
import { createEventLogger, createSubscriber, type SubscriberOptions } from '../../../../services/shared/subscriber.ts';
import { type CapturedOutput, captureOutput } from '../captured-output.ts';
import { registrationEvent } from '../registrations.ts';
import { lambdaContext, sqsBatch } from '../sqs-batch.ts';

type Handle = SubscriberOptions<UserRegisteredV1, 'UserRegistered'>['handle'];

async function deliver(batch: SQSEvent, handle: Handle, context = lambdaContext(), calls = new CallTimes()) {
  let response: SQSBatchResponse | undefined;
  const output: CapturedOutput = await captureOutput(async () => {
    const telemetry = {
      logger: new Logger({ serviceName: 'test-service' }),
      metrics: new Metrics({ namespace: 'Test', serviceName: 'test-service' }),
      calls,
    };
    response = await createSubscriber({ contract: UserRegisteredV1, telemetry, handle })(batch, context);
  });
  return { failed: response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), output };
}

const tenEvents = Array.from({ length: 10 }, (_, index) => registrationEvent(`user${index}`));
const succeed: Handle = async () => {};

describe('a batch of events', () => {
  it('given ten good ones, hands over what each one tells, and reports none', async () => {
    const seen: unknown[] = [];
    const { failed, output } = await deliver(sqsBatch(tenEvents), async (event) => void seen.push(event));
    expect(seen).toEqual(tenEvents.map(({ detail }) => detail));
    expect(failed).toEqual([]);
    expect(output.metric('EventsHandled')).toBe(10);
    expect(output.metric('EventsFailed')).toBe(0);
    expect(output.log('ERROR')).toEqual([]);
  });

  it('given a replayed one, tells its handler which replay it came of', async () => {
    const { detail } = registrationEvent('user1');
    const again = { ...detail, metadata: { ...detail.metadata, replayName: 'monday' } };
    const seen: UserRegisteredV1[] = [];
    await deliver(
      sqsBatch([
        { ...registrationEvent('user1'), 'replay-name': 'tuesday' },
        { ...registrationEvent('user1'), detail: again },
        registrationEvent('user1'),
        { ...registrationEvent('user1'), detail: again, 'replay-name': 'tuesday' },
      ]),
      async (event) => void seen.push(event),
    );
    // Of what came of one replay and came again in a later one, the later one is told: that of the envelope.
    expect(seen.map(({ metadata }) => metadata.replayName)).toEqual(['tuesday', 'monday', undefined, 'tuesday']);
    expect(seen[0]).toEqual({ ...detail, metadata: { ...detail.metadata, replayName: 'tuesday' } });
  });

  const wrongType = { ...registrationEvent('user3'), 'detail-type': 'UserDeleted' };
  const noTime = {
    ...registrationEvent('user3'),
    detail: { ...registrationEvent('user3').detail, data: { userId: 'user3' } },
  };
  it.each([
    ['no JSON', 'hello', /not JSON \(5 characters\)/],
    ['an empty body', '', /not JSON \(0 characters\)/],
    ['JSON, but no event', '[1]', /not a valid UserRegistered v1 event: value must be object/],
    ['another event', wrongType, /detail-type must be "UserRegistered"/],
    ['an event without its time', noTime, /data\.registeredAt is missing/],
  ])('given one that is %s, reports exactly that one and says what was wrong', async (_case, poison, problem) => {
    const { failed, output } = await deliver(sqsBatch(tenEvents.with(3, poison as never)), succeed);
    expect(failed).toEqual(['m3']);
    expect(output.log('ERROR')).toEqual([
      expect.objectContaining({
        message: 'event not handled',
        messageId: 'm3',
        receiveCount: 2,
        problem: expect.stringMatching(problem),
        hint: expect.any(String),
        retryable: false,
        next: expect.stringContaining('dead-letter queue'),
      }),
    ]);
    expect(output.metric('EventsFailed')).toBe(1);
    expect(output.metric('EventsHandled')).toBe(9);
  });

  it.each([
    ['a permanent error', new PermanentError('no', { hint: 'h', cause: new Error('why') }), false, 'redrive'],
    [
      'a retryable error',
      new RetryableError('no', { hint: 'h', cause: new Error('why') }),
      true,
      'delivers the event again',
    ],
    ['any other error', new Error('no'), undefined, 'delivers the event again'],
    ['what is no error at all', 'no', undefined, 'delivers the event again'],
  ])('given one whose handler throws %s, reports exactly that one', async (_case, thrown, retryable, next) => {
    const { failed, output } = await deliver(sqsBatch(tenEvents), async ({ data }) => {
      if (data.userId === 'user7') throw thrown;
    });
    expect(failed).toEqual(['m7']);
    const [line, ...more] = output.log('ERROR');
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      messageId: 'm7',
      eventId: 'registration-of-user7',
      correlationId: 'registration-of-user7',
      userId: 'user7',
      problem: 'no',
      next: expect.stringContaining(next),
      error: expect.anything(),
    });
    expect(line?.retryable).toBe(retryable);
  });

  const LINE = ['cold_start', 'function_arn', 'function_memory_size', 'function_name', 'function_request_id'].concat(
    ...['level', 'message', 'sampling_rate', 'service', 'timestamp'],
  );
  const IDS = ['correlationId', 'eventId', 'userId'];
  const FAILED = ['messageId', 'next', 'problem', 'receiveCount'];
  const secret = { Item: { mail: { S: 'jane@example.com' } }, body: 'jane@example.com', $response: { body: 'jane' } };
  const answered = Object.assign(new Error('why'), secret, { $metadata: { httpStatusCode: 400, requestId: 'r' } });
  const nested = Object.assign(new Error('no', { cause: answered }), secret);

  it.each<[what: string, thrown: unknown, keys: readonly string[], error: readonly string[] | undefined]>([
    [
      'a permanent error',
      new PermanentError('no', { hint: 'h', cause: answered }),
      ['error', 'hint', 'retryable'],
      ['message', 'name', 'requestId', 'stack', 'status'],
    ],
    [
      'a retryable error of the network',
      new RetryableError('no', { hint: 'h', cause: Object.assign(new Error('why'), secret, { code: 'ECONNRESET' }) }),
      ['error', 'hint', 'retryable'],
      ['code', 'message', 'name', 'stack'],
    ],
    [
      'a permanent error that knows its event',
      new PermanentError('no', { hint: 'h', userId: 'u', eventId: 'e' }),
      ['hint', 'retryable'],
      undefined,
    ],
    ['any other error', nested, ['error'], ['cause', 'message', 'name', 'stack']],
    ['what is no error at all', secret, ['error'], undefined],
  ])('given one whose handler throws %s, its line has these keys and no others', async (_what, thrown, keys, error) => {
    const { output } = await deliver(sqsBatch([registrationEvent('user7')]), () => Promise.reject(thrown));
    const [line = {}, ...more] = output.log('ERROR');
    expect(more).toEqual([]);
    expect(Object.keys(line).sort()).toEqual([...LINE, ...IDS, ...FAILED, ...keys].sort());
    if (error) expect(Object.keys(line.error as object).sort()).toEqual(error);
    expect(JSON.stringify(line)).not.toContain('jane');
  });

  it.each([
    ['no JSON', 'jane@example.com', []],
    ['another event', { ...wrongType, detail: { ...wrongType.detail, mail: 'jane@example.com' } }, IDS],
    ['a replayed one', { ...wrongType, 'replay-name': 'monday', detail: {} }, ['replayName']],
  ])('given one that is %s, its line has these keys and no others', async (_case, body, ids) => {
    const { output } = await deliver(sqsBatch([body]), succeed);
    const [line = {}, ...more] = output.log('ERROR');
    expect(more).toEqual([]);
    expect(Object.keys(line).sort()).toEqual([...LINE, ...ids, ...FAILED, 'hint', 'retryable'].sort());
    expect(JSON.stringify(line)).not.toContain('jane');
  });

  it('given one that is not finished in time, its line has the same keys', async () => {
    const never = () => new Promise<never>(() => {});
    const { output } = await deliver(sqsBatch([registrationEvent()]), never, lambdaContext(500));
    const [line = {}] = output.log('ERROR');
    expect(Object.keys(line).sort()).toEqual([...LINE, ...IDS, ...FAILED, 'hint', 'retryable'].sort());
  });

  it('given causes that lead round in a circle, they are told to some depth', async () => {
    const first = new Error('first');
    first.cause = new Error('second', { cause: first });
    const { failed, output } = await deliver(sqsBatch([registrationEvent()]), () => Promise.reject(first));
    expect(failed).toEqual(['m0']);
    expect(output.log('ERROR')).toMatchObject([{ error: { message: 'first', cause: { message: 'second' } } }]);
  });

  it('given only failures, reports each one, and does not fail as a whole', async () => {
    const { failed } = await deliver(sqsBatch(tenEvents), () => Promise.reject(new Error('down')));
    expect(failed?.toSorted()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9']);
  });

  it.each([[0], [5], [9]])('reports the same failure wherever it stands, here at %i', async (position) => {
    const events = tenEvents.toSpliced(9, 1).toSpliced(position, 0, registrationEvent('poison'));
    const { failed } = await deliver(sqsBatch(events), async ({ data }) => {
      if (data.userId === 'poison') throw new Error('no');
    });
    expect(failed).toEqual([`m${position}`]);
  });

  it('handles its events at the same time: the first does not hold up the last', async () => {
    const lastArrived = Promise.withResolvers<void>();
    const { failed } = await deliver(sqsBatch(tenEvents), async ({ data }) => {
      if (data.userId === 'user9') lastArrived.resolve();
      await lastArrived.promise;
    });
    expect(failed).toEqual([]);
  });

  it('writes the ids of its own event on each line, also while others are under way', async () => {
    const bothArrived = Promise.withResolvers<void>();
    const { output } = await deliver(sqsBatch(tenEvents.slice(0, 2)), async ({ data }, { logger }) => {
      if (data.userId === 'user1') bothArrived.resolve();
      await bothArrived.promise;
      logger.info('done', { at: data.userId });
    });
    for (const line of output.log('INFO')) {
      expect(line).toMatchObject({ userId: line.at, correlationId: `registration-of-${line.at}` });
    }
    expect(output.log('INFO')).toHaveLength(2);
  });

  it('given an event that is not finished shortly before the timeout, gives up that one only', async () => {
    const { failed, output } = await deliver(
      sqsBatch(tenEvents),
      ({ data }) => (data.userId === 'user2' ? new Promise<never>(() => {}) : Promise.resolve()),
      lambdaContext(500),
    );
    expect(failed).toEqual(['m2']);
    expect(output.log('ERROR')).toEqual([
      expect.objectContaining({ messageId: 'm2', problem: expect.stringContaining('timeout'), retryable: true }),
    ]);
  });

  it('given no time at all, gives up each event, and not the batch as a whole', async () => {
    const { failed } = await deliver(
      sqsBatch(tenEvents.slice(0, 2)),
      () => new Promise<never>(() => {}),
      lambdaContext(1),
    );
    expect(failed).toEqual(['m0', 'm1']);
  });

  it('counts by service only, never by user', async () => {
    const { output } = await deliver(sqsBatch(tenEvents), async (_event, { count }) => count('BucketsCreated'));
    expect(output.metric('BucketsCreated')).toBe(10);
    expect(output.dimensions()).toEqual([['service']]);
  });

  it('measures each event’s value, by service only', async () => {
    const { output } = await deliver(sqsBatch(tenEvents), async (_event, { measure }) =>
      measure('RegistrationToUri', 250, 'Milliseconds'),
    );
    expect(output.metric('RegistrationToUri')).toBe(2500);
    expect(output.dimensions()).toEqual([['service']]);
  });
});

describe('the log lines of an event', () => {
  const lines: unknown[] = [];
  const note = (level: string) => (message: unknown, fields: unknown) => void lines.push([level, message, fields]);
  const sink = { debug: note('debug'), info: note('info'), warn: note('warn') };

  it.each(['debug', 'info', 'warn'] as const)('of level %s have its ids, their fields, and nothing empty', (level) => {
    lines.length = 0;
    const logger = createEventLogger(sink as never, { eventId: 'e' }, { read: () => undefined });
    logger[level]('looked', { found: 1 });
    logger[level]('done');
    expect(lines).toStrictEqual([
      [level, 'looked', { eventId: 'e', found: 1 }],
      [level, 'done', { eventId: 'e' }],
    ]);
  });

  it('say for what it has waited so far', () => {
    lines.length = 0;
    createEventLogger(sink as never, {}, { read: () => ({ GetItem: 3 }) }).warn('slow');
    expect(lines).toStrictEqual([['warn', 'slow', { calls: { GetItem: 3 } }]]);
  });
});

describe('the time that an event waited for AWS', () => {
  const batchOf = (...users: string[]) => sqsBatch(users.map((user) => registrationEvent(user)));

  it('stands on the lines of that event, and of no other', async () => {
    let now = 0;
    const calls = new CallTimes(() => now);
    const arrived = Promise.withResolvers<void>();
    const handle: Handle = async ({ data }, { logger }) => {
      logger.info('begun');
      if (data.userId === 'quick') return arrived.resolve();
      await calls.measure('CreateBucket', async () => {
        await arrived.promise;
        now = 132;
      });
      logger.info('done');
    };
    const { output } = await deliver(batchOf('slow', 'quick'), handle, lambdaContext(), calls);
    expect(output.log('INFO').map(({ message, userId, calls: times }) => ({ message, userId, times }))).toEqual([
      { message: 'begun', userId: 'slow' },
      { message: 'begun', userId: 'quick' },
      { message: 'done', userId: 'slow', times: { CreateBucket: 132 } },
    ]);
  });

  it('given an event that fails while it waits, its line says for what', async () => {
    let now = 0;
    const calls = new CallTimes(() => now);
    const handle: Handle = async () => {
      void calls.measure('CreateBucket', () => new Promise<never>(() => {}));
      now = 9500;
      throw new RetryableError('not finished', { hint: 'h' });
    };
    const { output } = await deliver(batchOf('slow'), handle, lambdaContext(), calls);
    expect(output.log('ERROR')).toEqual([expect.objectContaining({ calls: { CreateBucket: 9500 } })]);
  });
});

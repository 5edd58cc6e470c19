import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, it } from '@jest/globals';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { UserRegisteredV1 } from '../../../../schemas/generated/user-registered.v1.ts';
import { PermanentError, RetryableError } from '../../../../services/shared/errors.ts';
import { createSubscriber, type SubscriberOptions } from '../../../../services/shared/subscriber.ts';
import { loadTracing } from '../../../../services/shared/tracing.ts';
import { type CapturedOutput, captureOutput } from '../captured-output.ts';
import { registrationEvent } from '../registrations.ts';
import { lambdaContext, sqsBatch } from '../sqs-batch.ts';

type Handle = SubscriberOptions<UserRegisteredV1, 'UserRegistered'>['handle'];

async function deliver(batch: SQSEvent, handle: Handle, context = lambdaContext()) {
  let response: SQSBatchResponse | undefined;
  const output: CapturedOutput = await captureOutput(async () => {
    const telemetry = {
      logger: new Logger({ serviceName: 'test-service' }),
      metrics: new Metrics({ namespace: 'Test', serviceName: 'test-service' }),
      tracing: await loadTracing({}),
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
      ]),
      async (event) => void seen.push(event),
    );
    expect(seen.map(({ metadata }) => metadata.replayName)).toEqual(['tuesday', 'monday', undefined]);
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

describe('tracing', () => {
  it.each([
    ['outside AWS', {}],
    ['elsewhere in AWS', { AWS_EXECUTION_ENV: 'CloudShell' }],
    ['where it is switched off', { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', POWERTOOLS_TRACE_ENABLED: 'false' }],
  ])('is not there %s, and costs nothing', async (_case, environment) => {
    const tracing = await loadTracing(environment);
    const client = {};
    expect(tracing.middleware).toBeUndefined();
    expect(tracing.captureClient(client)).toBe(client);
    expect(await tracing.inSubsegment('name', {}, async () => 'result')).toBe('result');
  });
});

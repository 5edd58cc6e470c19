import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import type { MetricUnit } from '@aws-lambda-powertools/metrics/types';
import middy from '@middy/core';
import validator from '@middy/validator';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { EventContract, EventEnvelope } from '../../schemas/event-contract.ts';
import type { CallTimes } from './call-times.ts';
import { PermanentError, RetryableError } from './errors.ts';
import { findEventKeys } from './event-keys.ts';
import { nameViolations, reportFailure } from './failure-report.ts';
import { EVENTS_FAILED, EVENTS_HANDLED } from './metric-names.ts';
import type { Telemetry } from './telemetry.ts';

/** What a handler gets besides its event. */
export interface EventContext {
  /** Writes log lines that carry the event's ids. */
  readonly logger: EventLogger;
  /** Adds one to a metric of the service, such as `BucketsCreated`. */
  count(metric: string): void;
  /** Adds a value to a metric of the service, such as `RegistrationToUri` in `Milliseconds`. */
  measure(metric: string, value: number, unit: MetricUnit): void;
}

export interface SubscriberOptions<TDetail, TDetailType extends string> {
  /** The event that it handles. Any other event fails. */
  readonly contract: EventContract<TDetail, TDetailType>;
  /**
   * Handles one event: its `metadata` and `data`. For a replayed event, `metadata.replayName` names the replay; events that are
   * published because of it must have the same `replayName`. Returns when all is done, and throws otherwise, preferably a
   * PermanentError or RetryableError.
   */
  handle(event: TDetail, context: EventContext): Promise<void>;
  readonly telemetry: Telemetry;
}

/** The part of one invocation's context that belongs to one event. */
type EventInvocation = Context & { readonly eventContext: EventContext };

/**
 * Milliseconds before the function's timeout at which unfinished events fail, so that only they are delivered again: a function
 * that times out fails its whole batch.
 */
const SPARE_MILLISECONDS = 500;

/**
 * Makes a Lambda handler for a queue of events from a function that handles one event.
 *
 * The events of a batch are parsed, validated and handled separately, at the same time. An event that fails is logged, counts as
 * `EventsFailed` and is reported to SQS, which delivers it again and finally moves it to the dead-letter queue. The others count
 * as `EventsHandled`. No unprocessed event is acknowledged.
 *
 * @example
 * export const handler = createSubscriber({
 *   contract: UserRegistered,
 *   telemetry: createTelemetry(),
 *   handle: async ({ data }, { logger }) => logger.info('welcome', { since: data.registeredAt }),
 * });
 */
export function createSubscriber<TDetail, TDetailType extends string>(
  options: SubscriberOptions<TDetail, TDetailType>,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const { contract, handle, telemetry } = options;
  const { logger, metrics, calls } = telemetry;
  const measure: EventContext['measure'] = (metric, value, unit) => void metrics.addMetric(metric, unit, value);
  const count = (metric: string): void => measure(metric, 1, 'Count');

  const handleValid = middy<EventEnvelope<TDetailType, TDetail>, void, Error, EventInvocation>(
    (envelope: EventEnvelope<TDetailType, TDetail>, { eventContext }: EventInvocation) =>
      handle(detailOf(envelope), eventContext),
    { timeoutEarlyInMillis: SPARE_MILLISECONDS, timeoutEarlyResponse: giveUp },
    // Its type asks for an Ajv instance, its code and documentation for a compiled validator, which this is.
  ).use(validator({ eventSchema: contract.validateEnvelope as never }));

  async function handleRecord(record: SQSRecord, context: Context): Promise<void> {
    let keys: Readonly<Record<string, unknown>> = { messageId: record.messageId };
    try {
      const envelope = parseBody(record.body);
      keys = { ...keys, ...findEventKeys(envelope) };
      const invocation = Object.assign(Object.create(context), {
        eventContext: { logger: createEventLogger(logger, keys, calls), count, measure },
      }) as EventInvocation;
      await handleValid(envelope as EventEnvelope<TDetailType, TDetail>, invocation).catch((error: unknown) => {
        throw nameViolations(error, `${contract.detailType} v${contract.schemaVersion}`);
      });
      count(EVENTS_HANDLED);
    } catch (error) {
      const receiveCount = Number(record.attributes.ApproximateReceiveCount);
      logger.error('event not handled', { ...keys, ...timesOf(calls), receiveCount, ...reportFailure(error) });
      count(EVENTS_FAILED);
      throw error instanceof Error ? error : new Error(String(error)); // the batch processor reads its message
    }
  }

  const handleOne = (record: SQSRecord, context: Context) => calls.ofEvent(() => handleRecord(record, context));

  // A processor holds the state of one batch, so each invocation gets its own.
  const handleBatch = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    processPartialResponse(event, handleOne, new BatchProcessor(EventType.SQS), {
      context,
      processInParallel: true,
      throwOnFullBatchFailure: false,
    });

  // Without an early timeout of its own: that one would fail the whole batch.
  return middy<SQSEvent, SQSBatchResponse>(handleBatch, { timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics));
}

/** EventBridge names a replay in the envelope only, which its handler does not see. */
function detailOf<TDetail>({ detail, 'replay-name': replayName }: EventEnvelope<string, TDetail>): TDetail {
  if (replayName === undefined) return detail;
  const { metadata } = detail as { metadata: object };
  return { ...detail, metadata: { ...metadata, replayName } };
}

/** @throws {PermanentError} that does not quote the body, which may hold personal data. */
function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new PermanentError(`the message body is not JSON (${body.length} characters)`, {
      hint: 'only the rule should send to this queue: find out who else sent this, or delete the message',
    });
  }
}

function giveUp(): never {
  throw new RetryableError(`not finished ${SPARE_MILLISECONDS} ms before the function's timeout`, {
    hint: "if this repeats, the slow call is in `calls`: find out why, or raise the subscription's timeoutSeconds",
  });
}

/** Fields of one structured log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Writes log lines with one event's keys. It has no `error` on purpose: a handler throws, and the subscriber logs that once.
 */
export interface EventLogger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
}

/**
 * Adds an event's keys to each line, and how long it has waited for AWS. Events of a batch are handled at the same time, so the keys
 * cannot be set on the shared logger; a child logger for each event would cost 60 µs instead of 3.
 */
export function createEventLogger(
  logger: Pick<Logger, 'debug' | 'info' | 'warn'>,
  keys: LogFields,
  calls: Pick<CallTimes, 'read'>,
): EventLogger {
  const about = (fields?: LogFields) => ({ ...keys, ...fields, ...timesOf(calls) });
  return {
    debug: (message, fields) => logger.debug(message, about(fields)),
    info: (message, fields) => logger.info(message, about(fields)),
    warn: (message, fields) => logger.warn(message, about(fields)),
  };
}

function timesOf(calls: Pick<CallTimes, 'read'>): LogFields {
  const times = calls.read();
  return times === undefined ? {} : { calls: times };
}

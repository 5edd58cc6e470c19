import type { JournalEntry } from '../../../../operations/journal/journal.ts';
import { describeHop } from '../../../../operations/trace/describe-hop.ts';
import type { TracedRegistration } from '../../../../operations/trace/hops.ts';
import { registrationsOf } from '../../../../operations/trace/registrations.ts';
import { inOrder, type LogLine, namesOf } from '../../../../operations/trace/trace-items.ts';

/** One entry without its place: the hop, and what it tells. */
export type Step = readonly [hop: string, fields?: Readonly<Record<string, unknown>>];

const url = (queue: string) => `http://127.0.0.1:4566/123456789012/${queue}`;
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;

export const STACK = {
  name: 'app-dev',
  outputs: {
    PipeName: 'registrations-pipe',
    BucketServiceQueueUrl: url('bucket-queue'),
    BucketServiceDlqUrl: url('bucket-dlq'),
    BucketServiceRuleArn: arn('events', 'rule/bus/bucket-rule'),
    UriRecorderQueueUrl: url('uri-queue'),
    UriRecorderDlqUrl: url('uri-dlq'),
    UriRecorderRuleArn: arn('events', 'rule/bus/uri-recorder-rule'),
  },
};
export const FUNCTIONS = new Map([
  ['bucket-function', 'bucket-service'],
  ['uri-function', 'uri-recorder'],
]);
export const NAMES = namesOf(STACK, FUNCTIONS);
/** 2026-11-22T09:00:00.000Z */
export const START = 1_795_338_000_000;

/** Numbers entries as a journal does; each is a millisecond after the one before, unless it says when it is. */
export function journal(...steps: readonly Step[]): JournalEntry[] {
  let at = START - 1;
  return steps.map(([hop, fields], index) => {
    at = (fields?.at as number | undefined) ?? at + 1;
    return { ...fields, hop, sequence: index + 1, at };
  });
}

/** The registrations that a journal, and lines of logs, tell of a user. */
export function traced(
  userId: string,
  entries: readonly JournalEntry[],
  lines: readonly LogLine[] = [],
): TracedRegistration[] {
  return registrationsOf(inOrder(entries, lines, NAMES), { userId, userIdAttribute: 'id' }, NAMES);
}

/** The hops of a registration as a reader sees them. */
export function told(registration: TracedRegistration | undefined): string[] {
  return (registration?.hops ?? []).map((hop) => describeHop(hop).join(': '));
}

export function row(userId: string, eventId: string, eventName = 'INSERT', uri?: string): Step {
  const image = uri === undefined ? {} : { s3_bucket_uri: { S: uri } };
  return [
    'stream-record',
    { eventName, eventId, keys: { id: { S: userId } }, newImage: { id: { S: userId }, ...image } },
  ];
}

interface Happened {
  readonly type: 'UserRegistered' | 'BucketCreated';
  readonly userId: string;
  readonly correlationId: string;
  /** The envelope's id. */
  readonly id: string;
  readonly replay?: string;
  readonly bucketUri?: string;
}

function envelopeOf({ type, userId, correlationId, id, replay, bucketUri }: Happened) {
  const eventId = type === 'UserRegistered' ? correlationId : `${correlationId}:${type}`;
  const source = type === 'UserRegistered' ? 'users-table' : 'bucket-service';
  const data = { userId, ...(bucketUri !== undefined && { bucketUri }) };
  const detail = { metadata: { eventId, correlationId }, data };
  return { id, 'detail-type': type, source, detail, ...(replay !== undefined && { 'replay-name': replay }) };
}

export function event(happened: Happened): Step {
  const { id: eventId, source, detail, 'detail-type': detailType } = envelopeOf(happened);
  return ['event', { eventId, source, detailType, detail, replay: happened.replay, dropped: false }];
}

export function message(happened: Happened, queue: string, messageId: string): Step {
  return ['message', { queue, messageId, receives: 0, body: JSON.stringify(envelopeOf(happened)) }];
}

/** A client deletes a message. */
export function deleted(happened: Happened, queue: string, messageId: string): Step {
  return ['message-deleted', { queue, messageId, body: JSON.stringify(envelopeOf(happened)) }];
}

export function deadLetter(happened: Happened, queue: string, messageId: string, receives = 5): Step {
  return ['redriven-to-dlq', { queue, messageId, receives, body: JSON.stringify(envelopeOf(happened)) }];
}

export function rule(name: string, eventId: string, reason?: string): Step {
  return ['rule', { rule: name, eventId, matched: reason === undefined, reason }];
}

export function delivery(name: string, queue: string, eventId: string, more: object = {}): Step {
  return [
    'rule-delivery',
    { rule: name, target: arn('sqs', queue), eventId, outcome: 'delivered', retries: 0, ...more },
  ];
}

export function batch(
  functionName: string,
  requestId: string,
  messageIds: readonly string[],
  receives: number[],
): Step {
  return ['batch', { functionName, requestId, messageIds, receives }];
}

export function invocation(functionName: string, requestId: string, more: object = {}): Step {
  return ['invocation', { functionName, requestId, outcome: 'answered', durationMs: 12.4, ...more }];
}

export function failedItems(functionName: string, requestId: string, messageIds: readonly string[]): Step {
  return ['invocation', { functionName, requestId, outcome: 'items-failed', messageIds }];
}

export function log(functionName: string, fields: object): Step {
  return ['log', { functionName, line: JSON.stringify(fields) }];
}

/** What a queue gets: the rule matches, the message is there, the rule says so. */
export function delivered(happened: Happened, subscriber: 'bucket' | 'uri-recorder', messageId: string): Step[] {
  const queue = subscriber === 'bucket' ? 'bucket-queue' : 'uri-queue';
  const name = `${subscriber}-rule`;
  return [rule(name, happened.id), message(happened, queue, messageId), delivery(name, queue, happened.id)];
}

/** From the row to the message that bucket-service gets. */
export function registered(userId: string, correlationId = `r-${userId}`): Step[] {
  const happened: Happened = { type: 'UserRegistered', userId, correlationId, id: `bus-${correlationId}` };
  return [
    row(userId, correlationId),
    ['pipe-filter', { eventId: correlationId, eventName: 'INSERT', passed: true }],
    event(happened),
    ['archived', { archive: 'archive', eventId: happened.id }],
    ...delivered(happened, 'bucket', `m-${correlationId}`),
    rule('uri-recorder-rule', happened.id, 'detail-type does not accept "UserRegistered"'),
    ['pipe-delivery', { eventId: correlationId, outcome: 'delivered', retries: 0, busEventId: happened.id }],
  ];
}

/** From there to the message that uri-recorder gets. */
export function provisioned(userId: string, correlationId = `r-${userId}`): Step[] {
  const happened: Happened = { type: 'BucketCreated', userId, correlationId, id: `bus2-${correlationId}` };
  const [requestId, messageId] = [`q-${correlationId}`, `m-${correlationId}`];
  const keys = { userId, correlationId, messageId, function_request_id: requestId };
  return [
    batch('bucket-function', requestId, [messageId], [1]),
    ['api-call', { invocation: requestId, service: 's3', operation: 'CreateBucket', status: 200 }],
    event(happened),
    ...delivered(happened, 'uri-recorder', `m2-${correlationId}`),
    log('bucket-function', { level: 'INFO', message: 'bucket created', ...keys }),
    invocation('bucket-function', requestId),
  ];
}

/** From there to the URI in the row. */
export function recorded(userId: string, correlationId = `r-${userId}`): Step[] {
  const requestId = `q2-${correlationId}`;
  return [
    batch('uri-function', requestId, [`m2-${correlationId}`], [1]),
    row(userId, `u-${correlationId}`, 'MODIFY', `s3://${userId}`),
    ['pipe-filter', { eventId: `u-${correlationId}`, eventName: 'MODIFY', passed: false }],
    invocation('uri-function', requestId),
  ];
}

import { Random } from './random.ts';

/** A sign-up. */
export interface Registration {
  readonly userId: string;
  /** Milliseconds after the beginning. */
  readonly atMs: number;
}

/** An AWS error instead of an answer, for some calls of an operation by whoever makes them. */
export interface CallError {
  readonly kind: 'error';
  /** As in IAM, such as `s3:CreateBucket`. What a rule sends to its queue is `sqs:SendMessage`. */
  readonly operation: string;
  /** The first call that it strikes, from 1, and how many. */
  readonly nth: number;
  readonly times: number;
  readonly when: 'before' | 'after';
  readonly code: string;
  readonly status: number;
}

/** A call of an operation takes effect only after some time: others overtake it. */
export interface Delay {
  readonly kind: 'delay';
  readonly operation: string;
  readonly nth: number;
  readonly ms: number;
}

/** A record or a message is delivered twice. */
export interface Duplicate {
  readonly kind: 'duplicate';
  readonly what: 'stream-record' | 'queue-message';
  readonly nth: number;
}

/** What happens to one call of a service on its way: calls are counted over all operations and environments, from 1. */
export interface OnTheWay {
  readonly kind:
    | 'kill-before'
    | 'kill-after'
    | 'reset-before'
    | 'reset-after'
    | 'no-answer'
    | 'slow'
    | 'entries-refused';
  /** Such as `bucket-service`. */
  readonly service: string;
  readonly nth: number;
}

export type PlannedFault = CallError | Delay | Duplicate | OnTheWay;

/** All that a schedule does. A seed decides it, and it decides the run, together with the seed. */
export interface Plan {
  readonly seed: string;
  readonly registrations: readonly Registration[];
  readonly faults: readonly PlannedFault[];
}

const SERVICES = ['bucket-service', 'uri-recorder'];

const ON_THE_WAY: readonly OnTheWay['kind'][] = [
  ...(['kill-before', 'kill-after', 'kill-after', 'reset-before', 'reset-after'] as const),
  ...(['no-answer', 'slow', 'entries-refused'] as const),
];

/** Errors that AWS documents for each operation, with their status. */
const ERRORS: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  's3:CreateBucket': [
    ['InternalError', 500],
    ['SlowDown', 503],
    ['OperationAborted', 409],
    ['AccessDenied', 403],
  ],
  's3:GetBucketTagging': [
    ['InternalError', 500],
    ['SlowDown', 503],
    ['NoSuchBucket', 404],
  ],
  's3:PutBucketTagging': [
    ['InternalError', 500],
    ['OperationAborted', 409],
  ],
  'events:PutEvents': [
    ['InternalException', 500],
    ['ThrottlingException', 400],
  ],
  'dynamodb:UpdateItem': [
    ['InternalServerError', 500],
    ['ProvisionedThroughputExceededException', 400],
    ['ThrottlingException', 400],
  ],
  'sqs:SendMessage': [
    ['ServiceUnavailable', 503],
    ['ThrottlingException', 400],
  ],
};

/** How many calls in a row an error strikes: one, more than the SDK's attempts, a burst, or longer than SQS tries. */
const TIMES = [1, 1, 2, 3, 4, 8, 15, 60] as const;

/** Ids that make every kind of bucket name, and two that differ only in case. */
const IDS = ['ada', 'Ada', '김민지', 'min.ji@example.com', '3f0c1a52-8f5e-4b67-9a55-2d1c8e4f7b90'] as const;

const REGISTERED_WITHIN_MS = 4000;

/** @param users how many sign up */
export function planOf(seed: string, users: number): Plan {
  const random = new Random(`plan ${seed}`);
  const registrations = Array.from({ length: users }, (_, index) => ({
    userId: `${random.pick(IDS)}${index}`,
    atMs: random.below(REGISTERED_WITHIN_MS),
  })).sort((one, other) => one.atMs - other.atMs);
  const faults = Array.from({ length: random.between(0, 6) }, () => faultOf(random, users));
  return { seed, registrations, faults };
}

function faultOf(random: Random, users: number): PlannedFault {
  // A registration takes some three calls; what is struck later finds nothing to strike.
  const nth = random.between(1, users * 3);
  const kind = random.below(10);
  if (kind < 4) {
    const operation = random.pick(Object.keys(ERRORS));
    const [code, status] = random.pick(ERRORS[operation] ?? []);
    const when = random.pick(['before', 'after'] as const);
    return { kind: 'error', operation, nth: random.between(1, users), times: random.pick(TIMES), when, code, status };
  }
  if (kind < 8) return { kind: random.pick(ON_THE_WAY), service: random.pick(SERVICES), nth };
  if (kind < 9) return { kind: 'duplicate', what: random.pick(['stream-record', 'queue-message'] as const), nth };
  const operation = random.pick(['sqs:SendMessage', 'events:PutEvents', 'dynamodb:UpdateItem']);
  return { kind: 'delay', operation, nth, ms: random.pick([50, 500, 2500, 15_000]) };
}

/** One line for people. */
export function describeFault(fault: PlannedFault): string {
  switch (fault.kind) {
    case 'error': {
      const calls = fault.times === 1 ? `call ${fault.nth}` : `calls ${fault.nth} to ${fault.nth + fault.times - 1}`;
      return `${fault.code} (${fault.status}) ${fault.when} ${calls} of ${fault.operation}`;
    }
    case 'delay':
      return `call ${fault.nth} of ${fault.operation} waits ${fault.ms} ms`;
    case 'duplicate':
      return `${fault.what} ${fault.nth} is delivered twice`;
    default:
      return `${fault.kind} at call ${fault.nth} of ${fault.service}`;
  }
}

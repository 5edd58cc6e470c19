import type { Random } from '../world/random.ts';
import type { FaultKind, Prospect } from './fault-kind.ts';

/** An AWS error instead of an answer, for some calls of an operation by whoever makes them. */
export interface CallError {
  readonly kind: 'error';
  /** As in IAM, such as `s3:CreateBucket`. What a rule sends to its queue is `sqs:SendMessage`. */
  readonly operation: string;
  /** The first call that it strikes, from 1, and how many. */
  readonly nth: number;
  readonly times: number;
  /** Before the call takes effect, or after. */
  readonly when: 'before' | 'after';
  readonly code: string;
  readonly status: number;
}

/** Errors that AWS documents for each operation, with their status. Pollers and pipes make some of these calls, besides commands. */
const ERRORS: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  's3:CreateBucket': [
    ['InternalError', 500],
    ['SlowDown', 503],
    ['OperationAborted', 409],
    ['AccessDenied', 403],
    ['BucketAlreadyExists', 409],
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
    ['AccessDeniedException', 400],
  ],
  'dynamodb:UpdateItem': [
    ['InternalServerError', 500],
    ['ProvisionedThroughputExceededException', 400],
    ['ThrottlingException', 400],
  ],
  'dynamodb:PutItem': [
    ['InternalServerError', 500],
    ['ThrottlingException', 400],
  ],
  'sqs:SendMessage': [
    ['ServiceUnavailable', 503],
    ['ThrottlingException', 400],
  ],
  'sqs:ReceiveMessage': [
    ['ServiceUnavailable', 503],
    ['ThrottlingException', 400],
  ],
  'sqs:DeleteMessage': [
    ['ServiceUnavailable', 503],
    ['ThrottlingException', 400],
  ],
  'sqs:ChangeMessageVisibility': [['ServiceUnavailable', 503]],
  'dynamodb:GetShardIterator': [['InternalServerError', 500]],
  'dynamodb:GetRecords': [
    ['InternalServerError', 500],
    ['LimitExceededException', 400],
    ['ExpiredIteratorException', 400],
  ],
  'lambda:InvokeFunction': [
    ['TooManyRequestsException', 429],
    ['ServiceException', 500],
  ],
};

/** Those of a stage where users leave; S3's operations have the names of their permissions. */
const ERRORS_OF_LEAVING: typeof ERRORS = {
  's3:ListAllMyBuckets': [
    ['InternalError', 500],
    ['SlowDown', 503],
  ],
  's3:PutBucketTagging': [
    ['InternalError', 500],
    ['OperationAborted', 409],
  ],
  's3:GetLifecycleConfiguration': [
    ['InternalError', 500],
    ['NoSuchBucket', 404],
  ],
  's3:PutLifecycleConfiguration': [['InternalError', 500]],
  's3:DeleteLifecycleConfiguration': [['InternalError', 500]],
  'dynamodb:GetItem': [
    ['InternalServerError', 500],
    ['ThrottlingException', 400],
  ],
};

/** How many calls in a row an error strikes: one, more than the SDK's attempts, a burst, or longer than SQS tries. */
const TIMES = [1, 1, 2, 3, 4, 8, 15, 60] as const;

/** What brings events into dead-letter queues. */
const OF_DEAD_LETTERS = ['s3:CreateBucket', 's3:CreateBucket', 'events:PutEvents', 'dynamodb:UpdateItem'];

/** An error that lasts longer than SQS tries, so that events become dead letters. */
export function drawLastingError(random: Random, { userIds }: Pick<Prospect, 'userIds'>): CallError {
  const operation = random.pick(OF_DEAD_LETTERS);
  const [code, status] = random.pick(ERRORS[operation] ?? []);
  const nth = random.between(1, userIds.length);
  return { kind: 'error', operation, nth, times: Math.max(...TIMES), when: 'before', code, status };
}

export const callError: FaultKind<CallError> = {
  weight: 10,
  draw: (random, { userIds, stage }) => {
    const errors = stage === 'leaving' && random.chance(0.5) ? ERRORS_OF_LEAVING : ERRORS;
    const operation = random.pick(Object.keys(errors));
    const [code, status] = random.pick(errors[operation] ?? []);
    const when = random.pick(['before', 'after'] as const);
    const nth = random.between(1, userIds.length * 2);
    return { kind: 'error', operation, nth, times: random.pick(TIMES), when, code, status };
  },
  describe: ({ nth, times, code, status, when, operation }) => {
    const calls = times === 1 ? `call ${nth}` : `calls ${nth} to ${nth + times - 1}`;
    return `${code} (${status}) ${when} ${calls} of ${operation}`;
  },
  arm: ({ kind: _, operation, code, ...rest }, { engine }) => {
    engine.faults.fail(operation, code, rest);
  },
  milder: (fault) => (fault.times > 1 ? { ...fault, times: Math.floor(fault.times / 2) } : undefined),
};

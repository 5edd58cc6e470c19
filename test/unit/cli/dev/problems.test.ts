import { describe, expect, test } from '@jest/globals';
import { ProblemLines } from '../../../../cli/commands/dev/problems.ts';
import type { Hop } from '../../../../packages/local-engine/journal/journal.ts';
import { bodyOf, journal, registration, STACK } from './entries.ts';

/** The lines about what happens after the registration of alice and bob. */
function linesAbout(...entries: readonly (readonly [Hop, Readonly<Record<string, unknown>>])[]): string[] {
  const all = journal(...registration('alice'), ...registration('bob'), ...entries);
  const problems = new ProblemLines({ stack: STACK, userIdAttribute: 'id', entries: () => all });
  return all.flatMap((entry) => problems.read(entry)?.line ?? []);
}

const functionName = 'app-dev-BucketServiceFunction0A-000000000006';

test('a registration that goes well makes no line', () => {
  expect(
    linesAbout(
      ['log', { line: '{"level":"INFO","message":"bucket created"}' }],
      ['invocation', { functionName, outcome: 'answered' }],
      ['pipe-delivery', { pipe: 'p', eventId: 'record-alice', outcome: 'delivered', retries: 0 }],
    ),
  ).toEqual([]);
});

describe('a line says what happened, to which user and event, and what is next', () => {
  test('where a service reports an event', () => {
    const line = JSON.stringify({
      level: 'ERROR',
      service: 'bucket-service',
      message: 'event not handled',
      userId: 'alice',
      eventId: 'record-alice',
      receiveCount: 2,
      problem: 'the name is taken',
      hint: 'choose another',
      next: 'SQS tries again',
    });
    expect(linesAbout(['log', { line }])).toEqual([
      'bucket-service: event not handled: the name is taken (user alice, event record-alice, receive 2); choose another; SQS tries again',
    ]);
  });

  test('where a service logs an error of another form, or text that is not JSON', () => {
    expect(
      linesAbout(
        ['log', { line: '{"level":"ERROR","service":"s","message":"failed","error":{"message":"why"}}' }],
        ['log', { line: 'text with "level":"ERROR" in it' }],
      ),
    ).toEqual(['s: failed: why (an event without ids)', 'text with "level":"ERROR" in it']);
  });

  test('where a log may not be written, but not where a call shows the denial itself', () => {
    const message = 'User: x is not authorized to perform: logs:PutLogEvents';
    expect(
      linesAbout(
        ['denied', { action: 'logs:PutLogEvents', message }],
        ['denied', { action: 's3:CreateBucket', message: 'User: x is not authorized' }],
      ),
    ).toEqual([`log lines are lost: ${message}`]);
  });

  test('where a function dies, but not where it has reported its items itself', () => {
    const invocation = { functionName, requestId: 'r1' };
    const failed = {
      ...invocation,
      outcome: 'failed',
      errorType: 'Sandbox.Timedout',
      message: `${functionName}: slow`,
    };
    const left = { ...invocation, outcome: 'items-failed', messageIds: ['message-alice'] };
    const other = { ...left, requestId: 'r2' };
    expect(linesAbout(['invocation', failed], ['invocation', other], ['invocation', left])).toEqual([
      'bucket-service failed: Sandbox.Timedout: slow (user alice, event record-alice, UserRegistered); SQS delivers again after the visibility timeout',
    ]);
  });

  test('where a queue gives an event up: with the dead-letter queue to look into', () => {
    const { BucketServiceDlqUrl: url } = STACK.outputs;
    const entry = { queue: url.split('/').at(-1), messageId: 'm', receives: 5, body: bodyOf('alice') };
    expect(linesAbout(['redriven-to-dlq', entry], ['redriven-to-dlq', { ...entry, body: 'no JSON' }])).toEqual([
      `given up after 5 receives (user alice, event record-alice, UserRegistered): the event is now in the dead-letter queue BucketServiceDlqUrl ${url}`,
      `given up after 5 receives (an event without ids): the event is now in the dead-letter queue BucketServiceDlqUrl ${url}`,
    ]);
  });

  test('where a rule cannot deliver', () => {
    const { BucketServiceDlqUrl: url } = STACK.outputs;
    const entry = {
      rule: 'app-dev-BucketServiceRule0A1B2C3D-000000000003',
      eventId: 'bus-alice',
      reason: 'NO_PERMISSIONS',
      dlqArn: `arn:aws:sqs:x:1:${url.split('/').at(-1)}`,
    };
    const what =
      'BucketServiceRule could not deliver (user alice, event record-alice, UserRegistered): NO_PERMISSIONS; the event is';
    expect(linesAbout(['rule-dlq', { ...entry, lost: false }], ['rule-dlq', { ...entry, lost: true }])).toEqual([
      `${what} now in the dead-letter queue BucketServiceDlqUrl ${url}`,
      `${what} lost`,
    ]);
  });

  test('where the pipe is refused, once, and where it gives up', () => {
    const pipe = 'app-dev-RegistrationPipe0A1B2C3D-000000000007';
    const refused = { pipe, eventId: 'record-bob', outcome: 'refused', code: 'Throttling', message: 'slow down' };
    const eventIds = ['record-alice', 'record-bob'];
    const dlqArn = `arn:aws:sqs:x:1:${STACK.outputs.PipeDlqUrl.split('/').at(-1)}`;
    expect(
      linesAbout(
        ['pipe-delivery', { ...refused, retries: 0 }],
        ['pipe-delivery', { ...refused, retries: 1 }],
        ['pipe-dlq', { pipe, eventIds, condition: 'RecordAgeExpired', outcome: 'delivered', dlqArn }],
        ['pipe-dlq', { pipe, eventIds: ['unknown'], condition: 'RecordAgeExpired', outcome: 'lost' }],
      ),
    ).toEqual([
      'RegistrationPipe was refused by the bus (user bob): Throttling: slow down; it will retry',
      `RegistrationPipe gave up (user alice, user bob): RecordAgeExpired; the position of the stream record is in the dead-letter queue PipeDlqUrl ${STACK.outputs.PipeDlqUrl}`,
      'RegistrationPipe gave up (of no known user): RecordAgeExpired; the position of the stream record is lost',
    ]);
  });
});

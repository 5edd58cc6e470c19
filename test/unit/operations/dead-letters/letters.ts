import { type DeadLetter, type QueueOwner, readDeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import { eventBody, pipeBody } from './fake-queue.ts';

const SENT_AT = Date.parse('2026-11-22T09:00:00Z');

function letter(id: string, body: string, owner: QueueOwner, attributes: Readonly<Record<string, string>> = {}) {
  const typed = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  return readDeadLetter(
    {
      MessageId: id,
      ReceiptHandle: `handle-of-${id}`,
      Body: body,
      Attributes: { SentTimestamp: String(SENT_AT), ApproximateReceiveCount: '6' },
      MessageAttributes: Object.fromEntries(typed),
    },
    owner,
  );
}

/** Messages for tests of what is told of them. */
export function handlerFailure(id: string): DeadLetter {
  return letter(id, eventBody(id), 'subscriber');
}

export function deliveryFailure(id: string, code = 'NO_RESOURCE'): DeadLetter {
  const attributes = { RULE_ARN: 'arn:rule', ERROR_CODE: code, ERROR_MESSAGE: 'no queue', RETRY_ATTEMPTS: '0' };
  return letter(id, eventBody(id), 'subscriber', attributes);
}

export function pipeFailure(id: string): DeadLetter {
  return letter(id, pipeBody('111', '222'), 'pipe');
}

export function foreignMessage(id: string, body = 'hello'): DeadLetter {
  return letter(id, body, 'subscriber');
}

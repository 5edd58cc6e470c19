import { SQSClient } from '@aws-sdk/client-sqs';
import { messagesIn, type QueueDepth, readDepth } from '../deployed/queues.ts';
import { count } from '../messages/display.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

const NAME = 'dead letters';

/** A dead-letter queue: of a subscriber, or of the pipe. */
export interface DeadLetterFacts {
  /** Undefined for that of the pipe. */
  readonly subscriber: string | undefined;
  /** Undefined if there is no such queue. */
  readonly depth: QueueDepth | undefined;
}

/** Whether anything was given up. */
export const deadLetters: Check = {
  name: NAME,
  async run({ deployed, mends }) {
    const { clients, subscribers } = deployed;
    const queues = [
      { subscriber: undefined, url: deployed.output('PipeDlqUrl') },
      ...subscribers.map(({ name, dlqUrl }) => ({ subscriber: name, url: dlqUrl })),
    ];
    return Promise.all(
      queues.map(async ({ subscriber, url }) =>
        judgeDeadLetters({ subscriber, depth: await readDepth(clients.of(SQSClient), url) }, mends),
      ),
    );
  },
};

export function judgeDeadLetters({ subscriber, depth }: DeadLetterFacts, mends: Mends): Finding {
  const about = { check: NAME, subject: subscriber ?? 'pipe' };
  if (depth === undefined) {
    const detail = 'there is no such queue: what is given up is lost';
    return { ...about, status: 'problem', detail, mend: mends.putBack() };
  }
  const letters = messagesIn(depth);
  if (letters === 0) return { ...about, status: 'ok', detail: 'none' };
  const choice = subscriber === undefined ? '--pipe' : `--subscriber ${subscriber}`;
  const detail =
    subscriber === undefined
      ? `${count(letters, 'message')}: sign-ups that became no event; the stream keeps their records for 24 hours`
      : `${count(letters, 'event')} that it did not handle or get; they are kept for 14 days`;
  const mend = `${mends.pipeline(`dlq show ${choice}`)}, mend the cause, then: ${mends.pipeline(`dlq redrive ${choice}`)}`;
  return { ...about, status: 'problem', detail, mend };
}

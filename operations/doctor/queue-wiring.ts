import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { MOST_RECEIVES } from '../../services/shared/subscription.ts';
import { ifFound } from '../aws/not-found.ts';
import { queueName, ruleMaySend } from '../deployed/queues.ts';
import type { DeployedSubscriber } from '../deployed/subscribers.ts';
import { fieldsOf, parseObject } from '../messages/json-fields.ts';
import type { Check } from './check.ts';
import type { Deployed } from './deployed.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

const NAME = 'queue wiring';

/** What a queue says of where its messages go, and who may send to it, both as JSON. */
export interface QueuePolicies {
  readonly redrivePolicy?: string;
  readonly policy?: string;
}

/** A subscriber's queues and rule, as they should hang together. */
export interface WiringFacts {
  readonly subscriber: string;
  readonly ruleArn: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly dlqUrl: string;
  readonly dlqArn: string;
  /** Undefined if there is no such queue. */
  readonly queue: QueuePolicies | undefined;
  readonly dlq: QueuePolicies | undefined;
}

/** The dead-letter queue that the pipe has, and should have. */
export interface PipeWiringFacts {
  readonly pipe: string;
  readonly wanted: string;
  readonly dlqArn: string | undefined;
}

/** Whether what fails, or cannot be sent, gets to a dead-letter queue; and whether rules may send to the queues at all. */
export const queueWiring: Check = {
  name: NAME,
  async run({ deployed, mends }) {
    const [pipe, ...found] = await Promise.all([
      deployed.pipe(),
      ...deployed.subscribers.map((subscriber) => readWiring(deployed, subscriber)),
    ]);
    const parameters = pipe?.SourceParameters?.DynamoDBStreamParameters;
    const ofPipe = {
      pipe: deployed.output('PipeName'),
      wanted: deployed.arnOf('sqs', queueName(deployed.output('PipeDlqUrl'))),
      dlqArn: parameters?.DeadLetterConfig?.Arn || undefined,
    };
    return [
      ...(pipe === undefined ? [] : [judgePipeWiring(ofPipe, mends)]),
      ...found.flatMap((facts) => judgeWiring(facts, mends)),
    ];
  },
};

async function readWiring(deployed: Deployed, subscriber: DeployedSubscriber): Promise<WiringFacts> {
  const { name, ruleArn, queueUrl, dlqUrl } = subscriber;
  const [queue, dlq] = await Promise.all([readPolicies(deployed, queueUrl), readPolicies(deployed, dlqUrl)]);
  const arnOf = (url: string) => deployed.arnOf('sqs', queueName(url));
  const urls = { queueUrl, queueArn: arnOf(queueUrl), dlqUrl, dlqArn: arnOf(dlqUrl) };
  return { subscriber: name, ruleArn, ...urls, queue, dlq };
}

async function readPolicies({ clients }: Deployed, QueueUrl: string): Promise<QueuePolicies | undefined> {
  const wanted = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy', 'Policy'] });
  const answer = await ifFound(clients.of(SQSClient).send(wanted));
  if (answer === undefined) return undefined;
  // SQS leaves out what is not set; an attribute that was set to an empty text is not set either.
  const { RedrivePolicy, Policy } = answer.Attributes ?? {};
  return { ...(RedrivePolicy && { redrivePolicy: RedrivePolicy }), ...(Policy && { policy: Policy }) };
}

export function judgePipeWiring({ pipe: subject, wanted, dlqArn }: PipeWiringFacts, mends: Mends): Finding {
  const about = { check: NAME, subject };
  if (dlqArn === wanted) return { ...about, status: 'ok', detail: 'what it gives up goes to its dead-letter queue' };
  const detail =
    dlqArn === undefined
      ? 'it has no dead-letter queue: sign-ups that it gives up are lost'
      : `what it gives up goes to ${dlqArn}, and not to the dead-letter queue of this stack`;
  return { ...about, status: 'problem', detail, mend: mends.deploy() };
}

/** A queue that is gone is left to the checks of queues and dead letters. */
export function judgeWiring(facts: WiringFacts, mends: Mends): Finding[] {
  const { subscriber: subject, ruleArn, queueUrl, queueArn, dlqUrl, dlqArn, queue, dlq } = facts;
  const about = { check: NAME, subject };
  const set = (url: string, name: string, value: object) => {
    const attributes = JSON.stringify({ [name]: JSON.stringify(value) });
    return mends.aws(`sqs set-queue-attributes --queue-url ${url} --attributes '${attributes}'`);
  };
  const problems: Finding[] = [];
  const problem = (detail: string, mend: string) => problems.push({ ...about, status: 'problem', detail, mend });

  if (queue !== undefined) {
    const target = deadLetterTarget(queue.redrivePolicy);
    const redrive = set(queueUrl, 'RedrivePolicy', { deadLetterTargetArn: dlqArn, maxReceiveCount: MOST_RECEIVES });
    if (target === undefined) {
      problem(
        'its queue has no redrive policy: an event that it cannot handle is tried for 4 days, then lost',
        redrive,
      );
    } else if (target !== dlqArn) {
      problem(`its queue moves what it cannot handle to ${target}, and not to its dead-letter queue`, redrive);
    }
    if (!maySend(queue.policy, ruleArn)) {
      const mend = set(queueUrl, 'Policy', policyFor(ruleArn, queueArn));
      problem('its queue does not let its rule send: it gets no events', mend);
    }
  }
  if (dlq !== undefined && !maySend(dlq.policy, ruleArn)) {
    const mend = set(dlqUrl, 'Policy', policyFor(ruleArn, dlqArn));
    problem('its dead-letter queue does not let its rule send: an event that cannot be sent is lost', mend);
  }
  if (problems.length > 0) return problems;
  const detail = 'its rule may send to its queue, and what fails goes to its dead-letter queue';
  return queue === undefined || dlq === undefined ? [] : [{ ...about, status: 'ok', detail }];
}

function deadLetterTarget(redrivePolicy: string | undefined): string | undefined {
  const { deadLetterTargetArn: target } = parseObject(redrivePolicy ?? '') ?? {};
  return typeof target === 'string' && target !== '' ? target : undefined;
}

/**
 * Whether a queue's policy may let a rule send. It is read generously, since only IAM itself judges policies: what is reported is a
 * policy in which no statement allows EventBridge to send, or none for this rule.
 */
function maySend(policy: string | undefined, ruleArn: string): boolean {
  const { Statement } = parseObject(policy ?? '') ?? {};
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  return statements.some((each: unknown) => {
    const { Effect, Principal, Action, NotAction, Condition } = fieldsOf(each);
    const isEventBridge = Principal === '*' || /"(events\.amazonaws\.com|\*)"/.test(JSON.stringify(Principal ?? {}));
    const isSend = NotAction !== undefined || /"(sqs:\*|\*|sqs:Send[^"]*)"/i.test(JSON.stringify(Action ?? ''));
    const condition = JSON.stringify(Condition ?? {});
    const isForRule =
      !condition.includes('"aws:SourceArn"') || condition.includes(`"${ruleArn}"`) || /[*?]/.test(condition);
    return Effect === 'Allow' && isEventBridge && isSend && isForRule;
  });
}

/** What the stack allows on the queue. */
function policyFor(ruleArn: string, queueArn: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      ruleMaySend(ruleArn, queueArn),
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: queueArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}

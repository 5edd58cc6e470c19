import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { MOST_RECEIVES } from '../../services/shared/subscription.ts';
import { ifFound } from '../aws/aws-failure.ts';
import { type DeployedSubscriber, queueName, ruleMaySend } from '../deployed/subscribers.ts';
import { fieldsOf, parseObject } from '../messages/json-fields.ts';
import { type Check, type FixCommands, findingsAbout, type HealthFinding } from './check.ts';
import type { Deployed, PipeOfRows } from './deployed.ts';

/** Where a queue's failed messages go, and who may send to it, both as JSON. */
interface QueuePolicies {
  readonly redrivePolicy?: string;
  readonly policy?: string;
}

/** A subscriber's queues and rule, and how they are connected. */
export interface WiringFacts {
  readonly subscriber: string;
  readonly ruleArn: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly dlqUrl: string;
  readonly dlqArn: string;
  /** Undefined if the queue does not exist. */
  readonly queue: QueuePolicies | undefined;
  readonly dlq: QueuePolicies | undefined;
}

/** Whether failed messages and deliveries go to a dead-letter queue, and whether rules may send to the queues. */
export const queueWiring: Check = {
  name: 'queue wiring',
  async run({ deployed, fixes }) {
    const [pipes, ...wiring] = await Promise.all([
      deployed.pipes(),
      ...deployed.subscribers.map((subscriber) => readWiring(deployed, subscriber)),
    ]);
    const wanted = deployed.queueArn(queueName(deployed.output('PipeDlqUrl')));
    return [
      ...pipes.flatMap(({ name, rows, found }) => {
        if (found === undefined) return [];
        const { Arn } = found.SourceParameters?.DynamoDBStreamParameters?.DeadLetterConfig ?? {};
        return [pipeWiringFinding({ pipe: name, rows, wanted, dlqArn: Arn || undefined }, fixes)];
      }),
      ...wiring.flatMap((facts) => wiringFindings(facts, fixes)),
    ];
  },
};

async function readWiring(deployed: Deployed, subscriber: DeployedSubscriber): Promise<WiringFacts> {
  const { name, ruleArn, queueUrl, dlqUrl } = subscriber;
  const [queue, dlq] = await Promise.all([readPolicies(deployed, queueUrl), readPolicies(deployed, dlqUrl)]);
  const arnOf = (url: string) => deployed.queueArn(queueName(url));
  const urls = { queueUrl, queueArn: arnOf(queueUrl), dlqUrl, dlqArn: arnOf(dlqUrl) };
  return { subscriber: name, ruleArn, ...urls, queue, dlq };
}

async function readPolicies({ clients }: Deployed, QueueUrl: string): Promise<QueuePolicies | undefined> {
  const wanted = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy', 'Policy'] });
  const answer = await ifFound(clients.of(SQSClient).send(wanted));
  if (answer === undefined) return undefined;
  // SQS leaves out an attribute that is not set. An empty one is not set either.
  const { RedrivePolicy, Policy } = answer.Attributes ?? {};
  return { ...(RedrivePolicy && { redrivePolicy: RedrivePolicy }), ...(Policy && { policy: Policy }) };
}

/** A pipe, and where the positions of records go that it gives up. */
export interface PipeWiringFacts {
  readonly pipe: string;
  readonly rows: PipeOfRows['rows'];
  /** The dead-letter queue of the stack's pipes. */
  readonly wanted: string;
  readonly dlqArn: string | undefined;
}

export function pipeWiringFinding({ pipe, rows, wanted, dlqArn }: PipeWiringFacts, fixes: FixCommands): HealthFinding {
  const { ok, problem } = findingsAbout(queueWiring.name, pipe);
  const failed = rows === 'new rows' ? 'failed sign-ups' : 'failed deletions';
  if (dlqArn === wanted) return ok(`${failed} go to its dead-letter queue`);
  if (dlqArn === undefined) return problem(`it has no dead-letter queue: ${failed} are lost`, fixes.deploy());
  return problem(`${failed} go to ${dlqArn}, not to the dead-letter queue of this stack`, fixes.deploy());
}

/** A queue that does not exist is reported by the checks of queues and dead letters. */
export function wiringFindings(facts: WiringFacts, fixes: FixCommands): HealthFinding[] {
  const { subscriber, ruleArn, queueUrl, queueArn, dlqUrl, dlqArn, queue, dlq } = facts;
  const { ok, repairable } = findingsAbout(queueWiring.name, subscriber);
  const problems: HealthFinding[] = [];
  const add = (detail: string, queueUrl: string, name: 'RedrivePolicy' | 'Policy', value: object) =>
    problems.push(repairable(detail, { does: 'set-queue-attribute', queueUrl, name, value }, fixes));
  if (queue !== undefined) {
    const target = deadLetterTarget(queue.redrivePolicy);
    const redrive = { deadLetterTargetArn: dlqArn, maxReceiveCount: MOST_RECEIVES };
    if (target === undefined) {
      const detail = 'its queue has no redrive policy: a failing event is retried for 4 days, then lost';
      add(detail, queueUrl, 'RedrivePolicy', redrive);
    } else if (target !== dlqArn) {
      const detail = `its queue moves failed events to ${target}, not to its dead-letter queue`;
      add(detail, queueUrl, 'RedrivePolicy', redrive);
    }
    if (!maySend(queue.policy, ruleArn)) {
      const detail = 'its queue does not allow its rule to send: it gets no events';
      add(detail, queueUrl, 'Policy', policyFor(ruleArn, queueArn));
    }
  }
  if (dlq !== undefined && !maySend(dlq.policy, ruleArn)) {
    const detail = 'its dead-letter queue does not allow its rule to send: an event that cannot be delivered is lost';
    add(detail, dlqUrl, 'Policy', policyFor(ruleArn, dlqArn));
  }
  if (problems.length > 0 || queue === undefined || dlq === undefined) return problems;
  return [ok('its rule may send to its queue, and failed events go to its dead-letter queue')];
}

function deadLetterTarget(redrivePolicy: string | undefined): string | undefined {
  const { deadLetterTargetArn: target } = parseObject(redrivePolicy ?? '') ?? {};
  return typeof target === 'string' && target !== '' ? target : undefined;
}

/**
 * Whether a queue's policy may allow a rule to send. Only IAM can evaluate a policy exactly, so this errs on the side of yes:
 * no means that no statement allows EventBridge to send, or none for this rule.
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

/** The policy that the stack gives the queue. */
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

import type { Account } from './account.ts';
import { AwsError } from './aws-error.ts';
import type { Clock } from './clock.ts';
import { isAllowed, type PolicyDocument } from './iam.ts';
import type { Journal } from './journal.ts';
import type { MessageAttributes, Queues } from './queues.ts';
import { DLQ_RETRIES, isThrottling, Pauses, pauseBefore } from './retry.ts';

export interface RuleTarget {
  readonly id: string;
  /** The target queue. */
  readonly arn: string;
  readonly dlqArn?: string;
  /** 0 to 185. */
  readonly maximumRetryAttempts: number;
  /** 60 to 86,400. */
  readonly maximumEventAgeSeconds: number;
}

/** A rule's event on its way to one target. */
export interface Delivery {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly target: RuleTarget;
  readonly eventId: string;
  /** The envelope as JSON text: what the target gets, and what its dead-letter queue gets if it cannot. */
  readonly body: string;
}

interface RuleDeliveryProps {
  readonly account: Account;
  readonly queues: Queues;
  /** Policies of a queue, by its ARN. */
  readonly policiesOf: (queueArn: string) => readonly PolicyDocument[];
  readonly clock: Clock;
  readonly journal: Journal;
}

/** Why a delivery failed, in the words of the DLQ attributes. Source: EventBridge user guide, eb-rule-dlq. */
interface Refusal {
  readonly code: 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'THROTTLING' | 'ERROR_FROM_TARGET';
  readonly message: string;
  /** Missing permissions and missing targets are not retried. */
  readonly isFinal: boolean;
}

/**
 * Delivers events to the target queues of rules: retries with exponential backoff and jitter, then hands the event to the
 * target's dead-letter queue. Source: EventBridge user guide, eb-rule-retry-policy and eb-rule-dlq.
 */
export class RuleDelivery {
  readonly #props: RuleDeliveryProps;
  readonly #pauses: Pauses;

  constructor(props: RuleDeliveryProps) {
    this.#props = props;
    this.#pauses = new Pauses(props.clock);
  }

  /** Calls off every retry that is still to come. */
  stop(): void {
    this.#pauses.stop();
  }

  async deliver(delivery: Delivery): Promise<void> {
    const { clock } = this.#props;
    const { target } = delivery;
    const lastMoment = clock.now() + target.maximumEventAgeSeconds * 1000;
    for (let retries = 0; !this.#pauses.stopped; retries++) {
      const refusal = await this.#send(delivery, target.arn);
      this.#write('rule-delivery', delivery, refusal, { retries });
      if (refusal === undefined) return;
      if (refusal.isFinal) return this.#bury(delivery, refusal, retries);
      if (retries >= target.maximumRetryAttempts) {
        return this.#bury(delivery, refusal, retries, 'MaximumRetryAttempts');
      }
      const pause = pauseBefore(retries);
      if (clock.now() + pause >= lastMoment) {
        return this.#bury(delivery, refusal, retries, 'MaximumEventAgeInSeconds');
      }
      await this.#pauses.wait(pause);
    }
  }

  /** Sends the event to a queue as the rule. Returns why it was refused, if it was. */
  async #send(delivery: Delivery, queueArn: string, attributes?: MessageAttributes): Promise<Refusal | undefined> {
    const { queues, policiesOf, account } = this.#props;
    if (queues.find(queueArn) === undefined) {
      return { code: 'NO_RESOURCE', message: `The specified queue does not exist: ${queueArn}`, isFinal: true };
    }
    const allowed = isAllowed(policiesOf(queueArn), {
      principal: { service: 'events.amazonaws.com' },
      action: 'sqs:SendMessage',
      resource: queueArn,
      context: {
        'aws:sourcearn': delivery.ruleArn,
        'aws:sourceaccount': account.id,
        'aws:securetransport': 'true',
      },
    });
    if (!allowed) {
      const message = `No policy of ${queueArn} allows events.amazonaws.com to sqs:SendMessage for ${delivery.ruleArn}`;
      return { code: 'NO_PERMISSIONS', message, isFinal: true };
    }
    try {
      await queues.send(queueArn, delivery.body, attributes);
      return undefined;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const code = isThrottling(error) ? 'THROTTLING' : 'ERROR_FROM_TARGET';
      return { code, message: `${error.code}: ${error.message}`, isFinal: false };
    }
  }

  /** The event goes to the dead-letter queue, whole, with the reason in its attributes; without such a queue it is lost. */
  async #bury(delivery: Delivery, refusal: Refusal, retries: number, exhausted?: string): Promise<void> {
    const { dlqArn } = delivery.target;
    const failure =
      dlqArn === undefined
        ? { code: 'NO_RESOURCE', message: 'the target has no dead-letter queue' }
        : await this.#sendToDlq(delivery, dlqArn, {
            RULE_ARN: delivery.ruleArn,
            TARGET_ARN: delivery.target.arn,
            ERROR_CODE: refusal.code,
            ERROR_MESSAGE: refusal.message,
            RETRY_ATTEMPTS: String(retries),
            ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
          });
    this.#write('rule-dlq', delivery, failure, { dlqArn, reason: refusal.code, lost: failure !== undefined });
  }

  /** A dead-letter queue that is busy gets the event as soon as it can; AWS does not say what it does there. */
  async #sendToDlq(delivery: Delivery, dlqArn: string, attributes: MessageAttributes): Promise<Refusal | undefined> {
    for (let retries = 0; ; retries++) {
      const refusal = await this.#send(delivery, dlqArn, attributes);
      if (refusal === undefined || refusal.isFinal || this.#pauses.stopped || retries === DLQ_RETRIES) return refusal;
      await this.#pauses.wait(pauseBefore(retries));
    }
  }

  #write(
    hop: 'rule-delivery' | 'rule-dlq',
    { ruleName, target, eventId }: Delivery,
    failure: { code: string; message: string } | undefined,
    more: Readonly<Record<string, unknown>>,
  ): void {
    const outcome = failure === undefined ? 'delivered' : 'refused';
    this.#props.journal.write(hop, { rule: ruleName, target: target.arn, eventId, outcome, ...failure, ...more });
  }
}

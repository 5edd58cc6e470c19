import type { Account } from './account.ts';
import { AwsError } from './aws-error.ts';
import type { Clock, Timer } from './clock.ts';
import { isAllowed, type PolicyDocument } from './iam.ts';
import type { Journal } from './journal.ts';
import type { MessageAttributes, Queues } from './queues.ts';

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

/** AWS does not publish its schedule; this one starts within a second and settles at a minute. */
const FIRST_RETRY_MS = 500;
const SLOWEST_RETRY_MS = 60_000;
const THROTTLING_CODES = new Set(['ThrottlingException', 'Throttling', 'RequestThrottled', 'SlowDown']);

const DLQ_RETRIES = 20;

/** Milliseconds before the next attempt. */
function backoff(retries: number): number {
  return Math.min(SLOWEST_RETRY_MS, FIRST_RETRY_MS * 2 ** retries) * (0.5 + Math.random() / 2);
}

/**
 * Delivers events to the target queues of rules: retries with exponential backoff and jitter, then hands the event to the
 * target's dead-letter queue. Source: EventBridge user guide, eb-rule-retry-policy and eb-rule-dlq.
 */
export class RuleDelivery {
  readonly #props: RuleDeliveryProps;
  readonly #pauses = new Set<Timer>();
  #stopped = false;

  constructor(props: RuleDeliveryProps) {
    this.#props = props;
  }

  /** Calls off every retry that is still to come. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#pauses) timer.cancel();
    this.#pauses.clear();
  }

  async deliver(delivery: Delivery): Promise<void> {
    const { clock } = this.#props;
    const { target } = delivery;
    const lastMoment = clock.now() + target.maximumEventAgeSeconds * 1000;
    for (let retries = 0; !this.#stopped; retries++) {
      const refusal = await this.#send(delivery, target.arn);
      this.#write('rule-delivery', delivery, refusal, { retries });
      if (refusal === undefined) return;
      if (refusal.isFinal) return this.#bury(delivery, refusal, retries);
      if (retries >= target.maximumRetryAttempts) {
        return this.#bury(delivery, refusal, retries, 'MaximumRetryAttempts');
      }
      const pause = backoff(retries);
      if (clock.now() + pause >= lastMoment) {
        return this.#bury(delivery, refusal, retries, 'MaximumEventAgeInSeconds');
      }
      await this.#pause(pause);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#props.clock.after(ms, () => {
        this.#pauses.delete(timer);
        resolve();
      });
      this.#pauses.add(timer);
    });
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
      const code = THROTTLING_CODES.has(error.code) ? 'THROTTLING' : 'ERROR_FROM_TARGET';
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
      if (refusal === undefined || refusal.isFinal || this.#stopped || retries === DLQ_RETRIES) return refusal;
      await this.#pause(backoff(retries));
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

import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import { DLQ_RETRIES, isThrottling, Pauses, pauseBefore } from '../core/retry.ts';
import type { Access } from '../iam/access.ts';
import type { Journal } from '../journal/journal.ts';
import type { MessageAttributes, Queues } from '../sqs/index.ts';
import type { Storage } from '../storage/storage.ts';
import { busOfRule } from './buses.ts';
import type { Delivery, Refusal } from './delivery.ts';
import { type Burial, PendingDeliveries, type PendingDelivery } from './pending-deliveries.ts';

interface RuleDeliveryProps {
  readonly account: Account;
  readonly queues: Queues;
  /** Judges what rules send, by the queue's policies. */
  readonly access: Pick<Access, 'findServiceDenial'>;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly storage: Storage;
}

/**
 * Delivers events to the target queues of rules: retries with exponential backoff and jitter, then hands the event to the
 * target's dead-letter queue. What has not succeeded at once is kept until it is delivered, buried or lost.
 * Source: EventBridge user guide, eb-rule-retry-policy and eb-rule-dlq.
 */
export class RuleDelivery {
  readonly #props: RuleDeliveryProps;
  readonly #pauses: Pauses;
  readonly #pending: PendingDeliveries;

  constructor(props: RuleDeliveryProps) {
    this.#props = props;
    this.#pauses = new Pauses(props.clock);
    this.#pending = new PendingDeliveries(props.storage);
  }

  /** Goes on with the deliveries that an earlier run of the engine left; for when the queues are there again. */
  resume(): void {
    for (const pending of this.#pending.kept()) void this.#complete(pending);
  }

  /** Calls off every retry that is still to come. They come after the next start. */
  stop(): void {
    this.#pauses.stop();
  }

  /** Begins in the same turn: the event is then in the target queue, or the delivery is kept until it is. */
  deliver(delivery: Delivery): Promise<void> {
    return this.#complete(this.#pending.begin(delivery, this.#props.clock.now()));
  }

  async #complete(pending: PendingDelivery): Promise<void> {
    while (pending.progress.burial === undefined) {
      const pause = pending.progress.due - this.#props.clock.now();
      if (pause > 0) await this.#pauses.wait(pause);
      if (this.#pauses.stopped) return pending.keep();
      if (await this.#attempt(pending)) return;
    }
    await this.#bury(pending, pending.progress.burial);
  }

  /** Tries once. Says whether the event was delivered. */
  async #attempt(pending: PendingDelivery): Promise<boolean> {
    const { delivery, retries, acceptedAt } = pending.progress;
    const { target } = delivery;
    let isTaken = false;
    const sending = this.#send(delivery, target.arn, {}, () => {
      isTaken = true;
      pending.done();
    });
    // Most events are in their queue by now.
    if (!isTaken) pending.keep();
    const refusal = await sending;
    if (refusal === undefined) {
      this.#write('rule-delivery', delivery, undefined, { retries });
      return true;
    }
    const due = this.#props.clock.now() + pauseBefore(retries);
    const lastMoment = acceptedAt + target.maximumEventAgeSeconds * 1000;
    let burial: Burial | undefined;
    if (refusal.isFinal) burial = { refusal };
    else if (retries >= target.maximumRetryAttempts) burial = { refusal, exhausted: 'MaximumRetryAttempts' };
    else if (due >= lastMoment) burial = { refusal, exhausted: 'MaximumEventAgeInSeconds' };
    pending.keep(burial === undefined ? { retries: retries + 1, due } : { burial });
    this.#write('rule-delivery', delivery, refusal, { retries, retryAt: burial === undefined ? due : undefined });
    return false;
  }

  /**
   * Sends the event to a queue as the rule. Returns why it was refused, if it was.
   * @param taken is called in the turn in which the event is in the queue
   */
  async #send(
    delivery: Delivery,
    queueArn: string,
    attributes: MessageAttributes,
    taken: () => void,
  ): Promise<Refusal | undefined> {
    const { queues, access, account } = this.#props;
    if (queues.find(queueArn) === undefined) {
      return { code: 'NO_RESOURCE', message: `The specified queue does not exist: ${queueArn}`, isFinal: true };
    }
    const denial = access.findServiceDenial('events.amazonaws.com', [
      {
        action: 'sqs:SendMessage',
        resource: queueArn,
        context: () => ({ 'aws:sourcearn': delivery.ruleArn, 'aws:sourceaccount': account.id }),
      },
    ]);
    if (denial !== undefined) {
      return { code: 'NO_PERMISSIONS', message: `${denial.message} (for ${delivery.ruleArn})`, isFinal: true };
    }
    try {
      const { body, traceHeader } = delivery;
      await queues.send(queueArn, body, attributes, { taken, ...(traceHeader !== undefined && { traceHeader }) });
      return undefined;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const code = isThrottling(error) ? 'THROTTLING' : 'ERROR_FROM_TARGET';
      return { code, message: `${error.code}: ${error.message}`, isFinal: false };
    }
  }

  /** The event goes to the dead-letter queue, whole, with the reason in its attributes; without such a queue it is lost. */
  async #bury(pending: PendingDelivery, { refusal, exhausted }: Burial): Promise<void> {
    const { delivery, retries } = pending.progress;
    const { dlqArn } = delivery.target;
    const attributes = {
      RULE_ARN: delivery.ruleArn,
      TARGET_ARN: delivery.target.arn,
      ERROR_CODE: refusal.code,
      ERROR_MESSAGE: refusal.message,
      RETRY_ATTEMPTS: String(retries),
      ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    };
    const failure =
      dlqArn === undefined
        ? { code: 'NO_RESOURCE', message: 'the target has no dead-letter queue' }
        : await this.#sendToDlq(pending, dlqArn, attributes);
    // The letter is sent after the next start.
    if (failure === 'stopped') return;
    if (failure !== undefined) pending.done();
    this.#write('rule-dlq', delivery, failure, { dlqArn, reason: refusal.code, lost: failure !== undefined });
  }

  /** A dead-letter queue that is busy gets the event as soon as it can; AWS does not say what it does there. */
  async #sendToDlq(
    pending: PendingDelivery,
    dlqArn: string,
    attributes: MessageAttributes,
  ): Promise<Refusal | 'stopped' | undefined> {
    for (let retries = 0; !this.#pauses.stopped; retries++) {
      const refusal = await this.#send(pending.progress.delivery, dlqArn, attributes, () => pending.done());
      if (refusal === undefined || refusal.isFinal || retries === DLQ_RETRIES) return refusal;
      await this.#pauses.wait(pauseBefore(retries));
    }
    return 'stopped';
  }

  #write(
    hop: 'rule-delivery' | 'rule-dlq',
    { ruleArn, ruleName, target, eventId }: Delivery,
    failure: { code: string; message: string } | undefined,
    more: Readonly<Record<string, unknown>>,
  ): void {
    const outcome = failure === undefined ? 'delivered' : 'refused';
    this.#props.journal.write(hop, {
      bus: busOfRule(ruleArn),
      rule: ruleName,
      target: target.arn,
      eventId,
      outcome,
      ...failure,
      ...more,
    });
  }
}

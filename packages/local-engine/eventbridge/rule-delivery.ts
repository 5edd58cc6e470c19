import type { Clock } from '../core/clock.ts';
import { DLQ_RETRIES, Pauses, pauseBefore } from '../core/retry.ts';
import type { Journal } from '../journal/journal.ts';
import type { TextAttributes } from '../sqs/index.ts';
import type { Storage } from '../storage/storage.ts';
import { busOfRule } from './buses.ts';
import { type GivenUp, PendingDelivery } from './pending-delivery.ts';
import { kindOf, type TargetServices } from './rule-targets.ts';
import { sendToQueue } from './targets/queue.ts';
import type { DeliveryFailure, TargetDelivery } from './targets/target.ts';

interface RuleDeliveryProps extends TargetServices {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly storage: Storage;
}

/**
 * Delivers events to the targets of rules: retries with exponential backoff and jitter, then sends the event to the target's
 * dead-letter queue. A delivery that does not succeed at once is stored until its event is in a queue, or lost.
 * Source: EventBridge user guide, eb-rule-retry-policy and eb-rule-dlq.
 */
export class RuleDelivery {
  readonly #props: RuleDeliveryProps;
  readonly #pauses: Pauses;

  constructor(props: RuleDeliveryProps) {
    this.#props = props;
    this.#pauses = new Pauses(props.clock);
    PendingDelivery.createTable(props.storage);
  }

  /** Continues the deliveries that an earlier run of the engine left. Call it when the targets exist again. */
  resume(): void {
    for (const pending of PendingDelivery.stored(this.#props.storage)) void this.#complete(pending);
  }

  /** Ends all retries; the next start continues them. */
  stop(): void {
    this.#pauses.stop();
  }

  /** Begins in the same turn: after it the target has the event, or the delivery is stored. */
  deliver(delivery: TargetDelivery): Promise<void> {
    const now = this.#props.clock.now();
    const progress = { delivery, acceptedAt: now, retries: 0, due: now };
    return this.#complete(new PendingDelivery(this.#props.storage, progress));
  }

  async #complete(pending: PendingDelivery): Promise<void> {
    while (pending.progress.burial === undefined) {
      const pause = pending.progress.due - this.#props.clock.now();
      if (pause > 0) await this.#pauses.wait(pause);
      if (this.#pauses.stopped) return pending.store();
      if (await this.#attempt(pending)) return;
    }
    await this.#giveUp(pending, pending.progress.burial);
  }

  /** Tries once. Returns whether the event was delivered. */
  async #attempt(pending: PendingDelivery): Promise<boolean> {
    const { delivery, retries, acceptedAt } = pending.progress;
    const { target } = delivery;
    let isTaken = false;
    const sending = this.#send(delivery, () => {
      isTaken = true;
      pending.done();
    });
    // A queue takes most events in this turn.
    if (!isTaken) pending.store();
    const failure = await sending;
    if (failure === undefined) {
      this.#write('rule-delivery', delivery, undefined, { retries });
      return true;
    }
    const due = this.#props.clock.now() + pauseBefore(retries);
    const lastMoment = acceptedAt + target.maximumEventAgeSeconds * 1000;
    let burial: GivenUp | undefined;
    if (failure.isFinal) burial = { refusal: failure };
    else if (retries >= target.maximumRetryAttempts) burial = { refusal: failure, exhausted: 'MaximumRetryAttempts' };
    else if (due >= lastMoment) burial = { refusal: failure, exhausted: 'MaximumEventAgeInSeconds' };
    pending.store(burial === undefined ? { retries: retries + 1, due } : { burial });
    this.#write('rule-delivery', delivery, failure, { retries, retryAt: burial === undefined ? due : undefined });
    return false;
  }

  async #send(delivery: TargetDelivery, taken: () => void): Promise<DeliveryFailure | undefined> {
    const kind = kindOf(delivery.target.arn);
    if (kind !== undefined) return kind.deliver(this.#props, delivery, taken);
    const message = `The local engine does not support the target ${delivery.target.arn}.`;
    return { code: 'NO_RESOURCE', message, isFinal: true };
  }

  /** Sends the whole event to the dead-letter queue, with the reason in its attributes; without such a queue it is lost. */
  async #giveUp(pending: PendingDelivery, { refusal, exhausted }: GivenUp): Promise<void> {
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
    // The next start sends the dead letter.
    if (failure === 'stopped') return;
    if (failure !== undefined) pending.done();
    this.#write('rule-dlq', delivery, failure, { dlqArn, reason: refusal.code, lost: failure !== undefined });
  }

  /** Retries while the dead-letter queue is busy; AWS does not say what it does then. */
  async #sendToDlq(
    pending: PendingDelivery,
    queueArn: string,
    attributes: TextAttributes,
  ): Promise<DeliveryFailure | 'stopped' | undefined> {
    const deadLetter = { queueArn, attributes, taken: () => pending.done() };
    for (let retries = 0; !this.#pauses.stopped; retries++) {
      const failure = await sendToQueue(this.#props, pending.progress.delivery, deadLetter);
      if (failure === undefined || failure.isFinal || retries === DLQ_RETRIES) return failure;
      await this.#pauses.wait(pauseBefore(retries));
    }
    return 'stopped';
  }

  #write(
    hop: 'rule-delivery' | 'rule-dlq',
    { ruleArn, ruleName: rule, target, eventId }: TargetDelivery,
    failure: { code: string; message: string } | undefined,
    more: Readonly<Record<string, unknown>>,
  ): void {
    const outcome = failure === undefined ? 'delivered' : 'refused';
    const where = { bus: busOfRule(ruleArn), rule, target: target.arn };
    this.#props.journal.write(hop, { ...where, eventId, outcome, ...failure, ...more });
  }
}

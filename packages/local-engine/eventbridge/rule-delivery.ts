import type { Clock } from '../core/clock.ts';
import { DLQ_RETRIES, Pauses, pauseBefore } from '../core/retry.ts';
import type { Journal } from '../journal/journal.ts';
import type { TextAttributes } from '../sqs/index.ts';
import type { Storage } from '../storage/storage.ts';
import { readStored } from '../storage/storage-error.ts';
import { type Bus, busOfRule, type Rule } from './buses.ts';
import type { BusEvent } from './put-events.ts';
import { kindOf, type TargetServices } from './rule-targets.ts';
import { sendToQueue } from './targets/queue.ts';
import type { DeliveryFailure, TargetDelivery } from './targets/target.ts';

/** Takes events from their bus to its archives, and to the targets of the rules that match them. */
export class EventRouter {
  readonly #journal: Journal;
  readonly #delivery: Pick<RuleDelivery, 'deliver'>;

  constructor({ journal, delivery }: { journal: Journal; delivery: Pick<RuleDelivery, 'deliver'> }) {
    this.#journal = journal;
    this.#delivery = delivery;
  }

  /**
   * Takes a new event to the bus's archives and to all its rules.
   * @param traceHeader of the request that put it; the targets receive it
   */
  publish(bus: Bus, event: BusEvent, traceHeader?: string): void {
    const body = JSON.stringify(event);
    for (const archive of bus.archives.values()) {
      if (archive.offer(event, body)) {
        this.#journal.write('archived', { archive: archive.props.name, eventId: event.id });
      }
    }
    this.#route(event, body, bus.rules.values(), traceHeader);
  }

  /**
   * Takes a replayed event to these rules, and to no archive.
   * @returns the ARNs of the targets that it was sent to, and whether a rule matched it
   */
  replay(bus: Bus, event: BusEvent, rules: Iterable<Rule>): { isMatched: boolean; targets: readonly string[] } {
    const { id: eventId, source, 'detail-type': detailType, detail, 'replay-name': replay } = event;
    this.#journal.write('event', { bus: bus.name, eventId, source, detailType, detail, replay });
    return this.#route(event, JSON.stringify(event), rules);
  }

  #route(event: BusEvent, body: string, rules: Iterable<Rule>, traceHeader?: string) {
    const { id: eventId, 'replay-name': replay } = event;
    const targets: string[] = [];
    let isMatched = false;
    for (const rule of rules) {
      const reason = rule.isEnabled ? rule.matches.explain(event) : 'the rule is disabled';
      const matched = reason === undefined;
      this.#journal.write('rule', { bus: rule.busName, rule: rule.name, eventId, matched, reason, replay });
      if (!matched) continue;
      isMatched = true;
      for (const target of rule.targets) {
        targets.push(target.arn);
        const delivery = { ruleArn: rule.arn, ruleName: rule.name, target, eventId, body };
        void this.#delivery.deliver(traceHeader === undefined ? delivery : { ...delivery, traceHeader });
      }
    }
    return { isMatched, targets };
  }
}

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
    props.storage.db.exec(TABLE);
  }

  /** Continues the deliveries that an earlier run of the engine left. Call it when the targets exist again. */
  resume(): void {
    const { storage } = this.#props;
    for (const { id, progress } of storage.db.prepare('SELECT * FROM rule_deliveries ORDER BY id').all()) {
      void this.#complete(new PendingDelivery(storage, storedProgress(Number(id), String(progress)), Number(id)));
    }
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

/** How far a delivery is. It is stored as it stands: rename nothing here without reading the old names. */
interface DeliveryProgress {
  readonly delivery: TargetDelivery;
  /** Unix epoch milliseconds of the event's arrival, from which its age counts. */
  readonly acceptedAt: number;
  readonly retries: number;
  /** Unix epoch milliseconds of the next attempt. */
  readonly due: number;
  /** Set when the delivery was given up: only the dead letter is left to send. */
  readonly burial?: GivenUp;
}

/** @throws SyntaxError for what no engine has stored */
function storedProgress(id: number, text: string): DeliveryProgress {
  const stored = { what: `the delivery ${id} of a rule`, table: 'rule_deliveries', text };
  return readStored<DeliveryProgress>(stored, ({ delivery, acceptedAt, retries, due }) => {
    if (typeof delivery?.ruleArn !== 'string') return 'does not name its rule';
    if (typeof delivery.target?.arn !== 'string') return 'does not name its target';
    if (typeof delivery.body !== 'string') return 'has no event';
    return [acceptedAt, retries, due].every(Number.isFinite) ? undefined : 'does not say how far it is';
  });
}

/** Why a delivery was given up. */
interface GivenUp {
  readonly refusal: DeliveryFailure;
  /** Which limit ended the retries, if one did. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

const TABLE = 'CREATE TABLE IF NOT EXISTS rule_deliveries (id INTEGER PRIMARY KEY, progress TEXT NOT NULL)';

/** A delivery, stored from its first failure until the event is in a queue, or lost. */
class PendingDelivery {
  progress: DeliveryProgress;
  readonly #storage: Storage;
  #id: number | undefined;

  constructor(storage: Storage, progress: DeliveryProgress, id?: number) {
    this.#storage = storage;
    this.progress = progress;
    this.#id = id;
  }

  /** Stores it with these changes. */
  store(changes?: Partial<DeliveryProgress>): void {
    if (this.#id !== undefined && changes === undefined) return;
    this.progress = { ...this.progress, ...changes };
    const insert = 'INSERT OR REPLACE INTO rule_deliveries VALUES (?, ?)';
    this.#id = this.#storage.run(insert, this.#id ?? null, JSON.stringify(this.progress));
  }

  done(): void {
    if (this.#id !== undefined) this.#storage.run('DELETE FROM rule_deliveries WHERE id = ?', this.#id);
    this.#id = undefined;
  }
}

import type { Storage } from '../storage/storage.ts';
import { readStored } from '../storage/storage-error.ts';
import type { DeliveryFailure, TargetDelivery } from './targets/target.ts';

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

/** Why a delivery was given up. */
export interface GivenUp {
  readonly refusal: DeliveryFailure;
  /** Which limit ended the retries, if one did. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

/** A delivery, stored from its first failure until the event is in a queue, or lost. */
export class PendingDelivery {
  progress: DeliveryProgress;
  readonly #storage: Storage;
  #id: number | undefined;

  /** @param id of its row; undefined for one that is not stored */
  constructor(storage: Storage, progress: DeliveryProgress, id?: number) {
    this.#storage = storage;
    this.progress = progress;
    this.#id = id;
  }

  static createTable({ db }: Storage): void {
    db.exec('CREATE TABLE IF NOT EXISTS rule_deliveries (id INTEGER PRIMARY KEY, progress TEXT NOT NULL) STRICT');
  }

  /** Those that an earlier run of the engine left, in the order in which they were stored. @throws SyntaxError for what no engine has stored */
  static stored(storage: Storage): PendingDelivery[] {
    const rows = storage.db.prepare('SELECT * FROM rule_deliveries ORDER BY id').all();
    return rows.map(({ id, progress }) => {
      return new PendingDelivery(storage, storedProgress(Number(id), String(progress)), Number(id));
    });
  }

  /** Stores it with these changes. */
  store(changes?: Partial<DeliveryProgress>): void {
    if (this.#id !== undefined && changes === undefined) return;
    this.progress = { ...this.progress, ...changes };
    const insert = 'INSERT OR REPLACE INTO rule_deliveries VALUES (?, ?)';
    this.#id = this.#storage.run(insert, this.#id ?? null, JSON.stringify(this.progress));
  }

  /** Its event is in a queue, or lost. */
  done(): void {
    if (this.#id !== undefined) this.#storage.run('DELETE FROM rule_deliveries WHERE id = ?', this.#id);
    this.#id = undefined;
  }
}

function storedProgress(id: number, text: string): DeliveryProgress {
  const stored = { what: `the delivery ${id} of a rule`, table: 'rule_deliveries', text };
  return readStored<DeliveryProgress>(stored, ({ delivery, acceptedAt, retries, due }) => {
    if (typeof delivery?.ruleArn !== 'string') return 'does not name its rule';
    if (typeof delivery.target?.arn !== 'string') return 'does not name its target';
    if (typeof delivery.body !== 'string') return 'has no event';
    return [acceptedAt, retries, due].every(Number.isFinite) ? undefined : 'does not say how far it is';
  });
}

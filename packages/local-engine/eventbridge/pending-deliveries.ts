import type { StatementSync } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';
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

const TABLE = 'CREATE TABLE IF NOT EXISTS rule_deliveries (id INTEGER PRIMARY KEY, progress TEXT NOT NULL)';

/** A delivery, stored from its first failure until the event is in a queue, or lost. */
export class PendingDelivery {
  progress: DeliveryProgress;
  readonly #deliveries: PendingDeliveries;
  #id: number | undefined;

  constructor(deliveries: PendingDeliveries, progress: DeliveryProgress, id?: number) {
    this.#deliveries = deliveries;
    this.progress = progress;
    this.#id = id;
  }

  /** Stores it with these changes. */
  store(changes?: Partial<DeliveryProgress>): void {
    if (this.#id !== undefined && changes === undefined) return;
    this.progress = { ...this.progress, ...changes };
    this.#id = this.#deliveries.put(this.#id, this.progress);
  }

  done(): void {
    if (this.#id !== undefined) this.#deliveries.remove(this.#id);
    this.#id = undefined;
  }
}

/** The deliveries of rules that have begun and not ended. */
export class PendingDeliveries {
  readonly #storage: Storage;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;

  constructor(storage: Storage) {
    const { db } = storage;
    db.exec(TABLE);
    this.#storage = storage;
    this.#put = db.prepare('INSERT OR REPLACE INTO rule_deliveries VALUES (?, ?)');
    this.#remove = db.prepare('DELETE FROM rule_deliveries WHERE id = ?');
  }

  begin(delivery: TargetDelivery, now: number): PendingDelivery {
    return new PendingDelivery(this, { delivery, acceptedAt: now, retries: 0, due: now });
  }

  /** Oldest first. */
  stored(): PendingDelivery[] {
    const rows = this.#storage.db.prepare('SELECT id, progress FROM rule_deliveries ORDER BY id').all();
    return rows.map(({ id, progress }) => new PendingDelivery(this, JSON.parse(String(progress)), Number(id)));
  }

  /** @param id undefined for a new one @returns its id */
  put(id: number | undefined, progress: DeliveryProgress): number {
    const { lastInsertRowid } = this.#put.run(id ?? null, JSON.stringify(progress));
    this.#storage.changed();
    return Number(lastInsertRowid);
  }

  remove(id: number): void {
    this.#remove.run(id);
    this.#storage.changed();
  }
}

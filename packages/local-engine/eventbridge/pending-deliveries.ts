import type { StatementSync } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';
import type { Delivery, Refusal } from './delivery.ts';

/** A delivery that did not succeed at once: how far it is. */
export interface DeliveryProgress {
  readonly delivery: Delivery;
  /** Unix epoch milliseconds of the event's arrival, from which its age counts. */
  readonly acceptedAt: number;
  /** How often it was tried in vain. */
  readonly retries: number;
  /** Unix epoch milliseconds of the next attempt. */
  readonly due: number;
  /** Why it was given up: what is left to do is the dead letter. */
  readonly burial?: Burial;
}

export interface Burial {
  readonly refusal: Refusal;
  /** Which limit ended the retries, if one did. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

const TABLE = 'CREATE TABLE IF NOT EXISTS rule_deliveries (id INTEGER PRIMARY KEY, progress TEXT NOT NULL)';

/** One delivery on its way: kept from its first failure until the event is in a queue, or lost. */
export class PendingDelivery {
  progress: DeliveryProgress;
  readonly #deliveries: PendingDeliveries;
  #id: number | undefined;

  constructor(deliveries: PendingDeliveries, progress: DeliveryProgress, id?: number) {
    this.#deliveries = deliveries;
    this.progress = progress;
    this.#id = id;
  }

  /** Keeps it, with what is new. */
  keep(changes?: Partial<DeliveryProgress>): void {
    if (this.#id !== undefined && changes === undefined) return;
    this.progress = { ...this.progress, ...changes };
    this.#id = this.#deliveries.put(this.#id, this.progress);
  }

  done(): void {
    if (this.#id !== undefined) this.#deliveries.remove(this.#id);
    this.#id = undefined;
  }
}

/** The deliveries that rules have begun and not ended, as the storage has them. */
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

  begin(delivery: Delivery, now: number): PendingDelivery {
    return new PendingDelivery(this, { delivery, acceptedAt: now, retries: 0, due: now });
  }

  /** Those that are kept, oldest first. */
  kept(): PendingDelivery[] {
    const rows = this.#storage.db.prepare('SELECT id, progress FROM rule_deliveries ORDER BY id').all();
    return rows.map(({ id, progress }) => new PendingDelivery(this, JSON.parse(String(progress)), Number(id)));
  }

  /** @param id undefined for a new one. Returns its id. */
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

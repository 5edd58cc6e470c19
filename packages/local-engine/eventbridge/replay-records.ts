import type { StatementSync } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';
import { isActive, type Replay } from './replay.ts';

/** Source: EventBridge user guide, eb-replay-archived-event. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;

/** All replays of the account, also those that ended: their names stay taken for 90 days. */
export class ReplayRecords {
  readonly #storage: Storage;
  readonly #write: StatementSync;
  readonly #replays: Map<string, Replay>;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.db.exec('CREATE TABLE IF NOT EXISTS replays (name TEXT PRIMARY KEY, replay TEXT NOT NULL)');
    this.#write = storage.db.prepare('INSERT OR REPLACE INTO replays (name, replay) VALUES (?, ?)');
    const rows = storage.db.prepare('SELECT name, replay FROM replays').all() as unknown as { replay: string }[];
    // Records of an earlier version do not count what rules matched.
    const replays = rows.map(({ replay }): Replay => ({ matched: 0, ...JSON.parse(replay) }));
    this.#replays = new Map(replays.map((replay) => [replay.name, replay]));
  }

  save(replay: Replay): void {
    this.#replays.set(replay.name, replay);
    this.#write.run(replay.name, JSON.stringify(replay));
    this.#storage.changed();
  }

  find(name: string): Replay | undefined {
    return this.#replays.get(name);
  }

  all(): readonly Replay[] {
    return [...this.#replays.values()];
  }

  active(): readonly Replay[] {
    return this.all().filter(isActive);
  }

  /** Forgets what ended more than 90 days ago. @param now Unix epoch milliseconds */
  expire(now: number): void {
    for (const { name, endedAt } of this.#replays.values()) {
      if (endedAt === undefined || endedAt >= now - KEPT_MS) continue;
      this.#replays.delete(name);
      this.#storage.db.prepare('DELETE FROM replays WHERE name = ?').run(name);
      this.#storage.changed();
    }
  }
}

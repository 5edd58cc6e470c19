import { type Clock, SkippingClock } from '../core/clock.ts';
import type { Storage } from '../storage/storage.ts';

const TABLE = 'CREATE TABLE IF NOT EXISTS skipped_time (id INTEGER PRIMARY KEY, ms INTEGER NOT NULL) STRICT';
const STORE = 'INSERT OR REPLACE INTO skipped_time VALUES (1, ?)';

/**
 * Moves a clock on by the time that was skipped in earlier runs on the data folder, so that nothing in it is in the future.
 * Call it before anything reads the clock.
 */
export function resumeSkippedTime(clock: Clock, storage: Storage): void {
  storage.db.exec(TABLE);
  const ms = Number(storage.db.prepare('SELECT ms FROM skipped_time').get()?.ms ?? 0);
  if (clock instanceof SkippingClock && ms > clock.skippedMs) clock.skip(ms - clock.skippedMs);
}

/** Skips time, and stores how much was skipped in all. */
export function skipTime(clock: SkippingClock, storage: Storage, ms: number): void {
  storage.db.exec(TABLE);
  // Stored first, since what becomes due may write, and must not be committed without it.
  storage.run(STORE, clock.skippedMs + ms);
  clock.skip(ms);
}

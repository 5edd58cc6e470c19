import { localAccount } from '../../../../packages/local-engine/core/account.ts';
import { SkippingClock } from '../../../../packages/local-engine/core/clock.ts';
import type { Permission } from '../../../../packages/local-engine/iam/access.ts';
import { Faults } from '../../../../packages/local-engine/journal/faults.ts';
import { type Hop, Journal, type JournalEntry } from '../../../../packages/local-engine/journal/journal.ts';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { FACTOR } from '../../../support/limits.ts';

export const ACCOUNT = localAccount('ap-northeast-1', '111122223333');

/** What nearly every part of the engine is made with: time that a test moves, a journal, faults on demand, storage. */
export interface Parts {
  readonly clock: SkippingClock;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly storage: Storage;
}

/** @param storage such as one in a folder. @default - in memory */
export function makeParts(storage: Storage = new Storage()): Parts {
  const clock = new SkippingClock({ timeFactor: FACTOR });
  const journal = new Journal(clock);
  return { clock, journal, faults: new Faults(journal), storage };
}

/** Leave that is never taken. */
export const GRANTED: Permission = { isGranted: () => true, onChange: () => () => {} };

export function entriesOf({ journal }: Pick<Parts, 'journal'>, hop: Hop): JournalEntry[] {
  return journal.entries().filter((entry) => entry.hop === hop);
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves the clock forward, step by step, until `isDone` says so. */
export async function passTime(clock: SkippingClock, stepMs: number, isDone: () => boolean): Promise<void> {
  for (let step = 0; step < 1000; step++) {
    await settle();
    if (isDone()) return;
    clock.skip(stepMs);
  }
  throw new Error(`It has not happened after 1000 steps of ${stepMs} ms.`);
}

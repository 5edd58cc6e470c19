import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** Something that the pipeline promises, tried on a running one. */
export interface Check {
  /** The promise, as a sentence. */
  readonly name: string;
  /** @throws Error if it is broken */
  run(pipeline: Pipeline): Promise<void>;
}

/**
 * Waits until something stands in the journal, or something else that says that it will not.
 * @throws Error with the first sign of trouble, or when neither comes
 */
export async function expectEntry(
  pipeline: Pipeline,
  what: string,
  matches: (entry: JournalEntry) => boolean,
  isTrouble: (entry: JournalEntry) => boolean,
): Promise<JournalEntry> {
  const { journal } = pipeline.engine;
  const entry = await journal.waitFor(what, (each) => matches(each) || isTrouble(each));
  if (!matches(entry)) throw new Error(`Instead of ${what}: ${JSON.stringify(entry)}`);
  return entry;
}

/** Whether an entry says that something was refused or failed that never is in a pipeline that works. */
export function isFailure({ hop, outcome }: JournalEntry): boolean {
  if (hop === 'invocation') return outcome !== 'answered';
  return (hop === 'pipe-delivery' || hop === 'rule-delivery') && outcome === 'refused';
}

/** @throws Error saying what was expected */
export function expectThat(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`Expected: ${what}`);
}

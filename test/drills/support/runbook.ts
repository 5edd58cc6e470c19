import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../../docs/runbook.md');

/** One entry of the runbook. */
export interface RunbookEntry {
  /** Such as `2. Buckets were deleted`. */
  readonly title: string;
  /** Its blocks of commands, in their order. */
  readonly blocks: readonly string[];
}

/** The entries of the runbook: its numbered headings, with the `sh` blocks below each. */
export function runbookEntries(): RunbookEntry[] {
  const [, ...sections] = readFileSync(PAGE, 'utf8').split(/^## /m);
  return sections
    .filter((section) => /^\d+\. /.test(section))
    .map((section) => ({
      title: section.slice(0, section.indexOf('\n')),
      blocks: [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = '']) => commands),
    }));
}

/** @throws Error for a title that the runbook does not have */
export function runbookEntry(title: string): RunbookEntry {
  const entry = runbookEntries().find((found) => found.title === title);
  if (entry === undefined) throw new Error(`docs/runbook.md has no entry "${title}".`);
  return entry;
}

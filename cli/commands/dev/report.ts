import type { FoundStack } from '../../../operations/deployed/stack.ts';
import { URI_ATTRIBUTE } from '../../../operations/deployed/users-table.ts';
import { uriInRecord, userOfRecord } from '../../../operations/journal/journal.ts';
import { readableLogLine } from '../../../operations/journal/readable-log-line.ts';
import { count, displayId } from '../../../operations/messages/display.ts';
import type { Journal } from '../../../packages/local-engine/index.ts';
import { note, print } from '../../output/output.ts';
import { LineLimit } from './line-limit.ts';
import { ProblemGroups } from './problem-groups.ts';
import { ProblemLines } from './problem-lines.ts';

export interface Watched {
  readonly journal: Journal;
  readonly stack: FoundStack;
  readonly userIdAttribute: string;
}

const INTERVAL_MS = 3000;
const MOST_PROBLEMS = 10;
const MOST_REGISTRATIONS = 5;

/** Writes to stderr what goes wrong from now on, each reason once in an interval. Returns what ends that. */
export function reportProblems({ journal, ...watched }: Watched): () => void {
  const problems = new ProblemLines({ ...watched, entries: () => journal.entries() });
  const lines = new LineLimit({
    write: (line) => note(`✖ ${line}\n`),
    most: MOST_PROBLEMS,
    describeOthers: (number) => count(number, 'more problem'),
    afterInterval,
  });
  const groups = new ProblemGroups({ write: (line) => lines.write(line), afterInterval });
  return journal.subscribe((entry) => {
    const problem = problems.read(entry);
    if (problem !== undefined) groups.add(problem);
  });
}

/**
 * Writes the log lines of some functions to stdout from now on. Returns what ends that.
 * @param nameOf the name to show for a function, by its physical name; undefined for one that is not shown
 */
export function reportLogs(journal: Journal, nameOf: (functionName: string) => string | undefined): () => void {
  return journal.subscribe(({ hop, functionName, line }) => {
    const name = hop === 'log' ? nameOf(String(functionName)) : undefined;
    const readable = name === undefined ? undefined : readableLogLine(String(line));
    if (readable !== undefined) print(`${name}: ${readable}\n`);
  });
}

/** Writes a line to stdout for each user whose URI is recorded from now on. Returns what ends that. */
export function reportRegistrations({ journal, userIdAttribute }: Watched): () => void {
  const lines = new LineLimit({
    write: (line) => print(`✔ ${line}\n`),
    most: MOST_REGISTRATIONS,
    describeOthers: (number) => count(number, 'more user'),
    afterInterval,
  });
  return journal.subscribe((entry) => {
    if (entry.hop !== 'stream-record' || entry.eventName !== 'MODIFY') return;
    const uri = uriInRecord(entry, URI_ATTRIBUTE);
    if (uri !== undefined)
      lines.write(`${displayId(userOfRecord(entry, userIdAttribute) ?? '')}  ${displayId(uri, 100)}`);
  });
}

function afterInterval(run: () => void): void {
  setTimeout(run, INTERVAL_MS).unref();
}

import type { FoundStack } from '../../../operations/deployed/stack.ts';
import { URI_ATTRIBUTE } from '../../../operations/deployed/users-table.ts';
import { readableLogLine, uriInRecord, userOfRecord } from '../../../operations/journal/journal.ts';
import { count, displayId } from '../../../operations/messages/display.ts';
import type { Journal } from '../../../packages/local-engine/index.ts';
import { note, print } from '../../output/output.ts';
import { type Problem, ProblemLines } from './problems.ts';

export interface Watched {
  readonly journal: Journal;
  readonly stack: FoundStack;
  readonly userIdAttribute: string;
}

const INTERVAL_MS = 3000;
const MOST_PROBLEMS = 10;
const MOST_REGISTRATIONS = 5;

/** Writes problems to stderr from now on, each reason once in an interval. Returns a function that ends this. */
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
 * Writes the log lines of some functions to stdout from now on. Returns a function that ends this.
 * @param nameOf the name to show for a function, by its physical name; undefined to leave it out
 */
export function reportLogs(journal: Journal, nameOf: (functionName: string) => string | undefined): () => void {
  return journal.subscribe(({ hop, functionName, line }) => {
    const name = hop === 'log' ? nameOf(String(functionName)) : undefined;
    const readable = name === undefined ? undefined : readableLogLine(String(line));
    if (readable !== undefined) print(`${name}: ${readable}\n`);
  });
}

/** Writes a line to stdout for each user whose URI is recorded from now on. Returns a function that ends this. */
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
    if (uri === undefined) return;
    lines.write(`${displayId(userOfRecord(entry, userIdAttribute) ?? '')}  ${displayId(uri, 100)}`);
  });
}

function afterInterval(run: () => void): void {
  setTimeout(run, INTERVAL_MS).unref();
}

export interface ProblemGroupsProps {
  readonly write: (line: string) => void;
  /** Calls back after the time in which problems with the same reason share a line. */
  readonly afterInterval: (run: () => void) => void;
}

/** Users and events that a line names at most. */
const MOST_NAMED = 5;

/**
 * Groups problems by their reason. The first one is printed at once and in full; later ones share a line in each interval,
 * which names their users and events. After an interval without any, the next one is printed in full again.
 */
export class ProblemGroups {
  readonly #props: ProblemGroupsProps;
  /** Users and events since the last line, by reason. */
  readonly #others = new Map<string, Set<string>>();

  constructor(props: ProblemGroupsProps) {
    this.#props = props;
  }

  add({ reason, line, what, who }: Problem): void {
    const others = this.#others.get(reason);
    if (others !== undefined) {
      others.add(who);
      return;
    }
    this.#props.write(line);
    this.#startInterval(reason, what);
  }

  #startInterval(reason: string, what: string): void {
    const others = new Set<string>();
    this.#others.set(reason, others);
    this.#props.afterInterval(() => {
      if (others.size === 0) {
        this.#others.delete(reason);
        return;
      }
      // The journal may no longer name those who waited long.
      others.delete('');
      this.#props.write(`${what}, for the same reason${others.size > 0 ? ` (${named([...others])})` : ''}`);
      this.#startInterval(reason, what);
    });
  }
}

function named(others: readonly string[]): string {
  const left = others.length - MOST_NAMED;
  return [...others.slice(0, MOST_NAMED), ...(left > 0 ? [`and ${count(left, 'other')}`] : [])].join('; ');
}

export interface LineLimitProps {
  readonly write: (line: string) => void;
  /** Lines that are written in one interval. */
  readonly most: number;
  /** The line about the others. */
  readonly describeOthers: (count: number) => string;
  /** Calls back after the time in which that many lines may be written. */
  readonly afterInterval: (run: () => void) => void;
}

/** Writes lines as they come; under load only the first few, and then the number of others, once in an interval. */
export class LineLimit {
  readonly #props: LineLimitProps;
  #written = 0;
  #others = 0;
  #isTiming = false;

  constructor(props: LineLimitProps) {
    this.#props = props;
  }

  write(line: string): void {
    if (this.#written < this.#props.most) {
      this.#written += 1;
      this.#props.write(line);
    } else {
      this.#others += 1;
    }
    if (!this.#isTiming) this.#startInterval();
  }

  #startInterval(): void {
    this.#isTiming = true;
    this.#props.afterInterval(() => {
      this.#isTiming = false;
      if (this.#others === 0) {
        this.#written = 0;
        return;
      }
      this.#props.write(this.#props.describeOthers(this.#others));
      this.#others = 0;
      this.#startInterval();
    });
  }
}

import { count } from '../../../operations/messages/display.ts';
import type { Problem } from './problem-lines.ts';

export interface ProblemGroupsProps {
  readonly write: (line: string) => void;
  /** Calls back after the time in which problems with one reason share a line. */
  readonly afterInterval: (run: () => void) => void;
}

/** Users and events that a line names at most. */
const MOST_NAMED = 5;

/**
 * Prints problems by their reason: the first one at once and in full. Those that follow share a line in each interval, which names
 * their users and events. After an interval without one, the next is printed in full again.
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
      this.#props.write(`${what}, for the same reason (${named([...others])})`);
      this.#startInterval(reason, what);
    });
  }
}

function named(others: readonly string[]): string {
  const left = others.length - MOST_NAMED;
  return [...others.slice(0, MOST_NAMED), ...(left > 0 ? [`and ${count(left, 'other')}`] : [])].join('; ');
}

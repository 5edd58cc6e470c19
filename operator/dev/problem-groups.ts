import { count } from '../display.ts';
import type { Problem } from './problem-lines.ts';

export interface ProblemGroupsProps {
  readonly write: (line: string) => void;
  /** Calls back after the time in which problems with one reason are told together. */
  readonly afterInterval: (run: () => void) => void;
}

/** So many are named of those to whom the same happened. */
const MOST_NAMED = 5;

/**
 * Tells each reason once for all to whom the same happens: the first problem in full and at once; those that follow, once in an
 * interval, by whom they happened to. After an interval without one, the next is told in full again.
 */
export class ProblemGroups {
  readonly #props: ProblemGroupsProps;
  /** To whom it happened since it was told last, by reason. */
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

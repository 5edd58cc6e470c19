import type { OnStack } from '../../deployed/stack.ts';
import type { Condition } from './conditions.ts';

/** What a break would change, with numbers. */
export interface BreakPreview {
  /** In sentences. */
  readonly lines: readonly string[];
  /** Why it cannot be broken now. @default - it can */
  readonly problem?: string;
}

export interface BreakOptions {
  /** Stops it between two steps. */
  readonly signal: AbortSignal;
  /** Called with what was done, in a sentence. */
  readonly onLine: (line: string) => void;
}

/** What damages the running engine, as the drill does it. */
export interface Break {
  /** Changes nothing. */
  preview(on: OnStack): Promise<BreakPreview>;
  /** @throws CommandFailure if it cannot be done */
  run(on: OnStack, options: BreakOptions): Promise<void>;
}

/** Something to look at, or to do. */
export interface LessonStep {
  readonly text: string;
  /** A view of the console: its path with its query. */
  readonly view?: { readonly path: string; readonly name: string };
  /** A command of this CLI without the options that choose the pipeline. */
  readonly command?: string;
}

/** A drill of the runbook, to play on a local engine. */
export interface Lesson {
  /** Such as `all-uris-lost`. */
  readonly id: string;
  /** Heading of the runbook's entry, without its number. */
  readonly title: string;
  /** Number of the runbook's entry. */
  readonly entry: number;
  /** What is broken, and what that teaches. */
  readonly story: string;
  readonly see: readonly LessonStep[];
  readonly todo: readonly LessonStep[];
  /** Absent where it cannot be played on a running engine. */
  readonly play?: {
    readonly break: Break;
    /** A step of the operator for which there is no command. */
    readonly repair?: { readonly text: string; run(on: OnStack): Promise<string> };
    /** When it is fixed. */
    readonly conditions: readonly Condition[];
  };
  /** Why it cannot be played here, where it cannot. */
  readonly notPlayable?: string;
}

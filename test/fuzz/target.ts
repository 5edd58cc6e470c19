import type { Mutator } from './mutator.ts';

/** JSON, so that an input can be shown, repeated and made smaller. Bytes are texts in Latin-1. */
export type Input = unknown;

/** One part of the engine that reads what others wrote. */
export interface FuzzTarget {
  /** For `--target`. */
  readonly name: string;
  /** What share of the inputs it gets, in percent, where no target is named: those that cost more get fewer. */
  readonly share: number;
  /** Makes ready what the inputs are tried on. */
  start(): Promise<RunningTarget>;
}

export interface RunningTarget {
  /** The same input for the same random numbers. */
  generate(mutator: Mutator): Input;
  /**
   * Tries one input: it must be answered rightly, or refused by an error with a name.
   * @returns what is wrong; undefined if nothing is
   */
  check(input: Input): string | undefined | Promise<string | undefined>;
  stop(): Promise<void>;
}

/** A target without anything to make ready. */
export function plainTarget(name: string, share: number, { generate, check }: Omit<RunningTarget, 'stop'>): FuzzTarget {
  return { name, share, start: async () => ({ generate, check, stop: async () => {} }) };
}

type ErrorClass = new (...args: never[]) => Error;

/** Runs what may throw errors of these classes. @returns the error that is none of them, as a problem */
export function refusedBy(classes: readonly ErrorClass[], run: () => string | undefined): string | undefined {
  try {
    return run();
  } catch (error) {
    return classes.some((known) => error instanceof known) ? undefined : problemOf(error);
  }
}

/** An unexpected error, with the place that threw it. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}`;
  const place = error.stack?.split('\n').find((line) => line.includes('/packages/')) ?? '';
  return `${error.name}: ${error.message.split('\n')[0]?.slice(0, 300)}${place.replace(/\(?file:\/\/.*\/packages/, '(packages')}`;
}

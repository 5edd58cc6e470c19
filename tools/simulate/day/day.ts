import type { Engine } from '../../../packages/local-engine/index.ts';
import type { Operators } from '../operators/operators.ts';
import type { World } from '../world/world.ts';
import type { Fates } from './fates.ts';
import type { RunningEngine } from './running-engine.ts';
import type { SignUps } from './sign-ups.ts';

/** A day that runs: what faults may disturb. */
export interface Day {
  readonly world: World;
  /** The engine that runs now: ask for it each time, never keep it. */
  readonly engine: Engine;
  /** Kills it and starts it again, in a day that was planned with that. */
  readonly running: RunningEngine;
  /** What happens to calls of the services on their way. */
  readonly fates: Fates;
  /** Every subscriber of the stage, such as `bucket-service`. */
  readonly services: readonly string[];
  /** Subscribers that are deployed with a bug now. */
  readonly buggy: Set<string>;
  /** Who runs commands. */
  readonly operators: Operators;
  /** The service that writes users' rows. */
  readonly signUps: SignUps;
  /** Calls `happen` at a moment of the day, which lasts at least until then. @param ms after the beginning */
  at(ms: number, happen: () => void): void;
  /** Calls `undo` when the faults end: what was taken away is given back. */
  atEndOfFaults(undo: () => void | Promise<void>): void;
}

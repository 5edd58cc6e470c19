import { availableParallelism } from 'node:os';
import type { Clock, Timer } from '../core/clock.ts';
import type { FunctionEnvironment, FunctionError } from './execution-environment.ts';

/** An environment as the pool sees it. */
type Environment = Pick<FunctionEnvironment, 'isAlive' | 'ready' | 'stop'>;

export interface EnvironmentPoolProps<E extends Environment> {
  readonly start: () => E;
  /** Environments at the same time, those of an earlier code apart. */
  readonly most: number;
  readonly clock: Clock;
  /** Milliseconds of the machine's own time, from any moment on: starts and invocations do not get shorter when a test skips time. */
  readonly machineTime: () => number;
  /** Called when an environment could not start, unless an invocation fails with it. */
  readonly onStartFailed: (failure: FunctionError) => void;
}

/** Waits for a free environment. */
export interface Waiter {
  /** How many invocations wait, the first one included. */
  readonly invocations: () => number;
  /** An environment is free: takes it in the same turn, or leaves it to the next waiter. */
  readonly run: () => void;
  /** The function was killed: it waits no longer. @default - it waits for the next environment */
  readonly killed?: () => void;
}

/** Environments of one function. At least two, since an environment often waits for an answer of another service. */
export const ONE_PER_CORE = Math.max(2, availableParallelism());

/** How long INIT takes, until one is measured. */
const ASSUMED_INIT_MS = 100;

/** A new environment is of use only when its first invocations have compiled its code, which takes longer than INIT. */
const USEFUL_AFTER_INITS = 3;

/** More environments for what waits pay only if it would take this many times as long as until a new one is of use. */
const PAYS_AFTER_STARTS = 10;

/** What the last invocation counts in the expected duration of the next. */
const WEIGHT_OF_LAST = 0.5;

/**
 * The execution environments of one function. An invocation gets the free one that served last, or waits for one in order.
 * Another one is started only if that helps: if none becomes free in the time in which a new one would be of use, or if far more
 * waits than is done in that time. They start one after the other: processes that start at once take processor time from each
 * other and from the running ones, so that even more of them seem to be needed.
 */
export class EnvironmentPool<E extends Environment> {
  #props: EnvironmentPoolProps<E>;
  #starting: E | undefined;
  /** Whether the one that starts does so because INIT has failed for the invocation that waits. */
  #isRetry = false;
  /** Could not start: the next invocation fails with it. */
  #failed: E | undefined;
  #idle: E[] = [];
  /** With the times at which they were taken. */
  readonly #busy = new Map<E, number>();
  /** Environments of an earlier code or configuration, each in its last invocation. */
  readonly #outdated = new Set<E>();
  readonly #waiters: (Waiter & { readonly since: number })[] = [];
  /** Environments that have served nothing: their first invocation is slow. */
  readonly #fresh = new WeakSet<E>();
  #usefulAfterMs = USEFUL_AFTER_INITS * ASSUMED_INIT_MS;
  /** Expected of an invocation, from the last ones; undefined until there was one. */
  #durationMs: number | undefined;
  #nextStart: Timer | undefined;

  constructor(props: EnvironmentPoolProps<E>) {
    this.#props = props;
  }

  /** Whether {@link take} returns an environment. */
  get isFree(): boolean {
    return this.#failed !== undefined || this.#idle.some(({ isAlive }) => isAlive);
  }

  /** The free environment that served last, which is the warmest. Give it back by {@link release}. */
  take(): E | undefined {
    // One that died since its last invocation is dropped.
    this.#idle = this.#idle.filter(({ isAlive }) => isAlive);
    const environment = this.#failed ?? this.#idle.pop();
    this.#failed = undefined;
    if (environment !== undefined) this.#busy.set(environment, this.#props.machineTime());
    return environment;
  }

  /** Waits for an environment, behind those that wait already. @returns a function that ends the waiting */
  wait(waiter: Waiter): () => void {
    const entry = { ...waiter, since: this.#props.clock.now() };
    this.#waiters.push(entry);
    this.#plan();
    return () => {
      const place = this.#waiters.indexOf(entry);
      if (place >= 0) this.#waiters.splice(place, 1);
      this.#plan();
    };
  }

  /** The invocation of an environment has ended. */
  release(environment: E): void {
    const taken = this.#busy.get(environment);
    this.#busy.delete(environment);
    if (this.#outdated.delete(environment)) void environment.stop();
    else if (environment.isAlive) this.#idle.push(environment);
    if (taken !== undefined && !this.#fresh.delete(environment)) {
      const last = this.#props.machineTime() - taken;
      this.#durationMs = WEIGHT_OF_LAST * last + (1 - WEIGHT_OF_LAST) * (this.#durationMs ?? last);
    }
    this.#serve();
  }

  /** Starts an environment, unless there is one. */
  warmUp(): void {
    if (this.#starting === undefined && this.#idle.length + this.#busy.size === 0) this.#start();
  }

  /** Replaces the environments: what waits gets a new one, and running invocations end with the old. */
  renew(props: EnvironmentPoolProps<E>): void {
    this.#props = props;
    for (const environment of this.#busy.keys()) this.#outdated.add(environment);
    this.#busy.clear();
    for (const environment of this.#unused()) void environment.stop();
    this.#start();
  }

  /** Stops every environment, running invocations included. Resolves when their processes have ended. */
  async kill(): Promise<void> {
    const environments = [...this.#busy.keys(), ...this.#outdated, ...this.#unused()];
    for (const waiter of [...this.#waiters]) {
      if (waiter.killed === undefined) continue;
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      waiter.killed();
    }
    this.#plan();
    await Promise.all(environments.map((environment) => environment.stop()));
  }

  /** Removes and returns the environments that serve nothing. */
  #unused(): E[] {
    const unused = [...this.#idle, ...(this.#starting ? [this.#starting] : [])];
    this.#idle = [];
    this.#starting = undefined;
    this.#isRetry = false;
    return unused;
  }

  #start(): void {
    this.#nextStart?.cancel();
    const began = this.#props.machineTime();
    const environment = this.#props.start();
    this.#starting = environment;
    const started = (failure?: FunctionError) => {
      // It was stopped meanwhile.
      if (this.#starting !== environment) return;
      this.#starting = undefined;
      if (failure === undefined) this.#succeeded(environment, this.#props.machineTime() - began);
      else this.#couldNotStart(environment, failure);
    };
    environment.ready().then(() => started(), started);
  }

  #succeeded(environment: E, initMs: number): void {
    this.#isRetry = false;
    this.#usefulAfterMs = USEFUL_AFTER_INITS * initMs;
    this.#fresh.add(environment);
    this.#idle.push(environment);
    this.#serve();
  }

  /**
   * For an invocation that waits, INIT is tried once more. If that fails too, the invocation fails with it; for the others another
   * environment is started. Source: Lambda developer guide, runtime environment lifecycle.
   */
  #couldNotStart(environment: E, failure: FunctionError): void {
    const isRetried = this.#waiters.length > 0 && !this.#isRetry;
    this.#isRetry = isRetried;
    if (isRetried) {
      this.#props.onStartFailed(failure);
      this.#start();
      return;
    }
    this.#failed = environment;
    this.#waiters.shift()?.run();
    if (this.#failed === environment) {
      this.#failed = undefined;
      this.#props.onStartFailed(failure);
    }
    this.#plan();
  }

  #serve(): void {
    while (this.isFree && this.#waiters.length > 0) this.#waiters.shift()?.run();
    this.#plan();
  }

  /** Starts another environment now or later, if that helps what waits. */
  #plan(): void {
    const { clock, most } = this.#props;
    this.#nextStart?.cancel();
    const [first] = this.#waiters;
    if (first === undefined || this.#starting !== undefined || this.#busy.size >= most) return;
    const waitsMs = first.since + this.#usefulAfterMs - clock.now();
    if (this.#busy.size === 0 || waitsMs <= 0 || this.#isLong() || this.#isFarBehind()) this.#start();
    else this.#nextStart = clock.after(waitsMs, () => this.#start());
  }

  /** Whether each running invocation is expected to end only after a new environment would be of use. */
  #isLong(): boolean {
    const lastOfThose = this.#props.machineTime() + this.#usefulAfterMs - (this.#durationMs ?? 0);
    return [...this.#busy.values()].every((taken) => taken > lastOfThose);
  }

  #isFarBehind(): boolean {
    const waiting = this.#waiters.reduce((sum, { invocations }) => sum + invocations(), 0);
    return (waiting * (this.#durationMs ?? 0)) / this.#busy.size > PAYS_AFTER_STARTS * this.#usefulAfterMs;
  }
}

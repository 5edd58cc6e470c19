import { AwsError } from '../core/aws-error.ts';
import type { Journal } from './journal.ts';

/** Before the call takes effect, or after it, so that only its answer is lost. */
type FaultMoment = 'before' | 'after';

/** What a test can have delivered twice, as at-least-once delivery allows. */
type Deliverable = 'stream-record' | 'queue-message';

export interface Fault {
  /** Which call of the operation, counted from now: 1 is the next. @default 1 */
  readonly nth?: number;
  /** How many calls from there on. @default 1 */
  readonly times?: number;
  /** @default 'before' */
  readonly when?: FaultMoment;
  /** What the caller gets instead of its answer. @default - none: the call continues */
  readonly error?: { readonly code: string; readonly status?: number; readonly message?: string };
  /** Runs first, and is awaited: a delay, or a function that is killed. */
  readonly action?: () => void | Promise<void>;
}

interface Armed extends Fault {
  readonly first: number;
  readonly last: number;
}

/**
 * Faults for tests: fails, delays or interrupts the n-th call of an operation, named as in IAM (`s3:CreateBucket`), and
 * delivers records and messages twice.
 */
export class Faults {
  readonly #journal: Journal;
  readonly #calls = new Map<string, number>();
  readonly #armed = new Map<string, Armed[]>();
  #ended = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Sets a fault for an operation such as `s3:CreateBucket`. */
  inject(operation: string, fault: Fault): void {
    const first = (this.#calls.get(operation) ?? 0) + (fault.nth ?? 1);
    const armed = this.#armed.get(operation) ?? [];
    this.#armed.set(operation, [...armed, { ...fault, first, last: first + (fault.times ?? 1) - 1 }]);
  }

  /** Fails the n-th call with an AWS error. Clients retry after a status of 500 or more, and after a throttling code. */
  fail(
    operation: string,
    code: string,
    fault: Omit<Fault, 'error'> & { status?: number; message?: string } = {},
  ): void {
    const { status = 400, message = 'Injected fault.', ...rest } = fault;
    this.inject(operation, { ...rest, error: { code, status, message } });
  }

  /** Delays the n-th call by `ms` milliseconds. */
  delay(operation: string, ms: number, fault: Omit<Fault, 'error' | 'action'> = {}): void {
    this.inject(operation, { ...fault, action: () => new Promise((resolve) => setTimeout(resolve, ms)) });
  }

  /** Delivers the n-th record or message from now twice. */
  duplicate(what: Deliverable, nth = 1): void {
    this.inject(`deliver:${what}`, { nth });
  }

  /** How many times to deliver the next record or message: 2 if a test asked for a duplicate, else 1. */
  copies(what: Deliverable): number {
    return this.#next(`deliver:${what}`).length > 0 ? 2 : 1;
  }

  /** Runs one call of an operation, with the faults that are set for it. */
  async around<T>(operation: string, run: () => Promise<T> | T): Promise<T> {
    const faults = this.#next(operation);
    if (faults.length === 0) return run();
    await this.#strike(operation, faults, 'before');
    const answer = await run();
    await this.#strike(operation, faults, 'after');
    return answer;
  }

  /** The engine ends: calls that a fault is holding never continue. */
  end(): void {
    this.#ended = true;
  }

  #next(operation: string): Armed[] {
    const call = (this.#calls.get(operation) ?? 0) + 1;
    this.#calls.set(operation, call);
    const armed = this.#armed.get(operation);
    if (armed === undefined) return [];
    const left = armed.filter((fault) => fault.last > call);
    if (left.length > 0) this.#armed.set(operation, left);
    else this.#armed.delete(operation);
    return armed.filter((fault) => fault.first <= call && call <= fault.last);
  }

  async #strike(operation: string, faults: readonly Armed[], moment: FaultMoment): Promise<void> {
    for (const { action, error, when = 'before' } of faults) {
      if (when !== moment) continue;
      this.#journal.write('fault', { operation, when, code: error?.code });
      await action?.();
      if (this.#ended) await new Promise(() => {});
      if (error) throw new AwsError(error.code, error.message ?? 'Injected fault.', error.status ?? 400);
    }
  }
}

import { AwsError } from '../core/aws-error.ts';
import type { Journal } from './journal.ts';

/** Before the call takes effect, or after it did, when only its answer is lost. */
export type FaultMoment = 'before' | 'after';

/** What can be delivered a second time: at-least-once delivery, made to happen. */
export type Deliverable = 'stream-record' | 'queue-message';

export interface Fault {
  /** Which call of the operation, counted from now: 1 is the next. @default 1 */
  readonly nth?: number;
  /** How many calls from there on. @default 1 */
  readonly times?: number;
  /** @default 'before' */
  readonly when?: FaultMoment;
  /** What the caller gets instead of its answer. @default none, the call goes on */
  readonly error?: { readonly code: string; readonly status?: number; readonly message?: string };
  /** What happens first, such as a delay, or a function that is killed; it is awaited. */
  readonly action?: () => void | Promise<void>;
}

interface Armed extends Fault {
  readonly first: number;
  readonly last: number;
}

/**
 * Faults on demand, for tests and drills: fails, delays or interrupts the n-th call of an operation, named as in IAM
 * (`s3:CreateBucket`), and delivers records and messages twice.
 */
export class Faults {
  readonly #journal: Journal;
  readonly #calls = new Map<string, number>();
  readonly #armed = new Map<string, Armed[]>();
  #ended = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Arms a fault at an operation such as `s3:CreateBucket`. */
  inject(operation: string, fault: Fault): void {
    const first = (this.#calls.get(operation) ?? 0) + (fault.nth ?? 1);
    const armed = this.#armed.get(operation) ?? [];
    this.#armed.set(operation, [...armed, { ...fault, first, last: first + (fault.times ?? 1) - 1 }]);
  }

  /** Fails the n-th call with a named AWS error; status 500 or above, or a throttling code, makes clients retry. */
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

  /** How many times the next record or message is to be delivered: 1, or 2 where a duplicate was asked for. */
  copies(what: Deliverable): number {
    return this.#next(`deliver:${what}`).length > 0 ? 2 : 1;
  }

  /** Runs one call of an operation under the faults armed for it. */
  async around<T>(operation: string, run: () => Promise<T> | T): Promise<T> {
    const faults = this.#next(operation);
    if (faults.length === 0) return run();
    await this.#strike(operation, faults, 'before');
    const answer = await run();
    await this.#strike(operation, faults, 'after');
    return answer;
  }

  /** Calls that a fault holds up by now never go on: the engine ends. */
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

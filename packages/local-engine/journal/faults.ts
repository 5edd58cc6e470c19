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
  /** Only calls that this function makes count. @default - every caller's */
  readonly functionName?: string;
  /** What it does, in the words of the one who sets it: the journal has it with each call that is struck. */
  readonly effect?: string;
}

/** Stands for every operation, but not for deliveries. */
export const ANY_OPERATION = '*';

/** How deliveries are named among operations. */
const DELIVERY = 'deliver:';

/** What a call is part of. The journal's entry of a fault has it, so that the fault is found where it struck. */
export interface CallContext {
  /** The function that makes the call. */
  readonly functionName?: string | undefined;
  /** The request id of the invocation that makes it. */
  readonly invocation?: string | undefined;
  readonly requestId?: string;
  /** Ids of the stream records that it is about. */
  readonly eventIds?: readonly string[];
  /** Id of the event on a bus that it is about. */
  readonly eventId?: string;
  /** Id of the message that it is about. */
  readonly messageId?: string;
}

/** What a fault does to something that cannot wait. */
interface AtOnce {
  readonly when: FaultMoment;
  readonly error: AwsError;
}

/** A fault that has not struck for the last time. */
export interface ArmedFault {
  readonly id: number;
  readonly operation: string;
  /** How many calls come before the next that it strikes. */
  readonly callsBefore: number;
  /** How many calls it still strikes; may be infinite. */
  readonly strikesLeft: number;
}

interface Armed {
  readonly id: number;
  readonly operation: string;
  readonly fault: Fault;
  /** The calls that it strikes, counted from when it was set. */
  readonly first: number;
  readonly last: number;
  /** Calls until now. */
  calls: number;
}

const NONE: readonly Armed[] = [];

const INJECTED = 'Injected fault.';

/**
 * Faults for tests: fails, delays or interrupts the n-th call of an operation, named as in IAM (`s3:CreateBucket`), and
 * delivers records and messages twice.
 */
export class Faults {
  readonly #journal: Journal;
  #armed: readonly Armed[] = NONE;
  #lastId = 0;
  #ended = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Sets a fault for an operation such as `s3:CreateBucket`. @returns its id */
  inject(operation: string, fault: Fault): number {
    const { nth: first = 1, times = 1 } = fault;
    this.#lastId += 1;
    this.#armed = [...this.#armed, { id: this.#lastId, operation, fault, first, last: first + times - 1, calls: 0 }];
    return this.#lastId;
  }

  /** Those that have not struck for the last time, in the order in which they were set. */
  get armed(): ArmedFault[] {
    return this.#armed.map(({ id, operation, first, last, calls }) => ({
      id,
      operation,
      callsBefore: Math.max(0, first - calls - 1),
      strikesLeft: last - Math.max(calls, first - 1),
    }));
  }

  /** Removes a fault. @returns whether there was one */
  remove(id: number): boolean {
    const left = this.#armed.filter((armed) => armed.id !== id);
    const isFound = left.length < this.#armed.length;
    this.#armed = left;
    return isFound;
  }

  /** Fails the n-th call with an AWS error. Clients retry after a status of 500 or more, and after a throttling code. */
  fail(
    operation: string,
    code: string,
    fault: Omit<Fault, 'error'> & { status?: number; message?: string } = {},
  ): void {
    const { status = 400, message = INJECTED, ...rest } = fault;
    this.inject(operation, { ...rest, error: { code, status, message } });
  }

  /** Delays the n-th call by `ms` milliseconds. */
  delay(operation: string, ms: number, fault: Omit<Fault, 'error' | 'action'> = {}): void {
    this.inject(operation, { ...fault, action: () => new Promise((resolve) => setTimeout(resolve, ms)) });
  }

  /** Delivers the n-th record or message from now twice. */
  duplicate(what: Deliverable, nth = 1): void {
    this.inject(`${DELIVERY}${what}`, { nth });
  }

  /** How many times to deliver the next record or message: 2 if a test asked for a duplicate, else 1. */
  copies(what: Deliverable, context: CallContext = {}): number {
    const operation = `${DELIVERY}${what}`;
    const [fault] = this.#next(operation, context);
    if (fault === undefined) return 1;
    this.#journal.write('fault', { operation, fault: fault.id, effect: 'duplicate', ...context });
    return 2;
  }

  /**
   * Runs one call of an operation, with the faults that are set for it.
   * @param context read only if a fault is set
   */
  async around<T>(operation: string, run: () => Promise<T> | T, context: CallContext = {}): Promise<T> {
    const faults = this.#next(operation, context);
    if (faults.length === 0) return run();
    await this.#strike(operation, faults, 'before', context);
    const answer = await run();
    await this.#strike(operation, faults, 'after', context);
    return answer;
  }

  /**
   * Whether a fault strikes something that cannot wait: a part of a call, or a step of the engine's own work. Only faults with an error
   * and no action count it: an action cannot be awaited. A fault for any operation is not meant.
   * @returns the error, and whether it comes before the effect or after it; undefined if none strikes
   */
  strikeAtOnce(operation: string, context: CallContext = {}): AtOnce | undefined {
    for (const { id, fault } of this.#next(operation, context, false)) {
      const { error, effect, when = 'before' } = fault;
      if (error === undefined) continue;
      const { code, message = INJECTED, status } = error;
      this.#journal.write('fault', { operation, when, code, fault: id, effect, ...context });
      return { when, error: new AwsError(code, message, status) };
    }
    return undefined;
  }

  /** The engine ends: calls that a fault is holding never continue. */
  end(): void {
    this.#ended = true;
  }

  #next(operation: string, context: CallContext, isCall = true): readonly Armed[] {
    if (this.#armed.length === 0) return NONE;
    const striking: Armed[] = [];
    for (const armed of this.#armed) {
      if (!counts(armed, operation, context, isCall)) continue;
      armed.calls += 1;
      if (armed.calls >= armed.first) striking.push(armed);
    }
    const isLast = ({ calls, last }: Armed) => calls >= last;
    if (striking.some(isLast)) this.#armed = this.#armed.filter((armed) => !isLast(armed));
    return striking;
  }

  async #strike(operation: string, faults: readonly Armed[], moment: FaultMoment, context: CallContext): Promise<void> {
    for (const { id, fault } of faults) {
      const { action, error, effect, when = 'before' } = fault;
      if (when !== moment) continue;
      this.#journal.write('fault', { operation, when, code: error?.code, fault: id, effect, ...context });
      await action?.();
      if (this.#ended) await new Promise(() => {});
      if (error) throw new AwsError(error.code, error.message ?? INJECTED, error.status ?? 400);
    }
  }
}

function counts({ operation, fault }: Armed, called: string, context: CallContext, isCall: boolean): boolean {
  if (!isCall && (fault.error === undefined || fault.action !== undefined)) return false;
  const isMeant = operation === called || (operation === ANY_OPERATION && isCall && !called.startsWith(DELIVERY));
  return isMeant && (fault.functionName === undefined || fault.functionName === context.functionName);
}

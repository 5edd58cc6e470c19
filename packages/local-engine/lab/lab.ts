import { AwsError } from '../core/aws-error.ts';
import { SkippingClock } from '../core/clock.ts';
import type { Fault } from '../journal/faults.ts';
import type { LambdaFunction } from '../lambda/index.ts';
import type { ServiceApi } from '../protocols/http.ts';
import type { Services } from '../services.ts';
import { ERROR_CODES } from './error-codes.ts';
import {
  codesOf,
  DELIVERIES,
  type FaultRequest,
  faultRequest,
  type KnownNames,
  listed,
  refusal,
  unknownName,
  wholeNumber,
} from './fault-request.ts';
import { skipTime } from './skipped-time.ts';

type LabServices = Pick<Services, 'clock' | 'journal' | 'faults' | 'functions' | 'pipes' | 'storage'>;

/** A fault that has not struck for the last time. */
export interface FaultView extends FaultRequest {
  readonly id: number;
  /** How many calls come before the next that it strikes. */
  readonly callsBefore: number;
  readonly strikesLeft: number | 'always';
}

/** The longest time that can be skipped at once: a year. */
const LONGEST_SKIP_MS = 366 * 86_400_000;

/** What the caller of a call gets whose answer is lost. SDKs try again after a status of 500. */
const LOST_ANSWER = { code: 'InternalFailure', status: 500, message: 'The answer was lost: an injected fault.' };

/** Breaks the running engine on purpose, and says what is broken. Each change leaves an entry in the journal. */
export class Lab {
  readonly #services: LabServices;
  readonly #operations: KnownNames['operations'];
  readonly #requests = new Map<number, FaultRequest>();

  /** @param apis by the names of their services */
  constructor(services: LabServices, apis: ReadonlyMap<string, Pick<ServiceApi, 'operations'>>) {
    this.#services = services;
    this.#operations = Object.fromEntries(
      Object.keys(ERROR_CODES).map((name) => [name, apis.get(name)?.operations ?? []]),
    );
  }

  /** What there is, and what is broken now. */
  state() {
    const { clock, functions, pipes } = this.#services;
    return {
      version: 1,
      /** Unix epoch milliseconds. */
      now: clock.now(),
      skippedMs: clock instanceof SkippingClock ? clock.skippedMs : 0,
      canSkip: clock instanceof SkippingClock,
      operations: this.#operations,
      deliveries: DELIVERIES,
      codes: ERROR_CODES,
      codesOfAny: codesOf('*'),
      functions: [...functions.values()].map(({ name, running }) => ({ name, running: running.size })),
      pipes: [...pipes.values()].map((pipe) => ({ name: pipe.name, runs: pipe.describe().DesiredState === 'RUNNING' })),
      faults: this.faults(),
    };
  }

  /** In the order in which they were set; faults that were not set here are not among them. */
  faults(): FaultView[] {
    const armed = this.#services.faults.armed;
    for (const id of this.#requests.keys()) if (!armed.some((fault) => fault.id === id)) this.#requests.delete(id);
    return armed.flatMap(({ id, callsBefore, strikesLeft }) => {
      const request = this.#requests.get(id);
      const left = Number.isFinite(strikesLeft) ? strikesLeft : ('always' as const);
      return request === undefined ? [] : [{ id, ...request, callsBefore, strikesLeft: left }];
    });
  }

  /** Sets a fault. @throws AwsError for one that names something unknown, or does not fit */
  inject(body: Readonly<Record<string, unknown>>): FaultView {
    const { faults, journal, functions } = this.#services;
    const request = faultRequest(body, { operations: this.#operations, functions: [...functions.keys()] });
    const id = faults.inject(request.operation, this.#faultOf(request));
    this.#requests.set(id, request);
    journal.write('lab', { action: 'fault', fault: id, ...request });
    return { id, ...request, callsBefore: request.nth - 1, strikesLeft: request.times };
  }

  /** Removes a fault. @throws AwsError if there is none with that id */
  remove(id: number): FaultView {
    const found = this.faults().find((fault) => fault.id === id);
    if (found === undefined) {
      const ids = this.faults().map((fault) => String(fault.id));
      throw unknownName(`There is no armed fault ${id}. Armed: ${listed(ids)}.`);
    }
    const { faults, journal } = this.#services;
    faults.remove(id);
    this.#requests.delete(id);
    journal.write('lab', { action: 'remove', fault: id, operation: found.operation });
    return found;
  }

  /** Removes all faults that were set here. */
  removeAll(): FaultView[] {
    return this.faults().map(({ id }) => this.remove(id));
  }

  /**
   * Moves the clock on, and lets everything happen that becomes due. A running invocation whose timeout is shorter times out.
   * @throws AwsError for a time that cannot be skipped, or a clock that cannot
   */
  skip({ ms, ...others }: Readonly<Record<string, unknown>>) {
    const { clock, journal, storage } = this.#services;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw refusal(`A skip has no member ${unknown}; it has ms.`);
    const length = wholeNumber('ms', ms, LONGEST_SKIP_MS);
    if (!(clock instanceof SkippingClock)) {
      throw new AwsError('Unsupported', 'The clock that this engine was started with cannot skip time.', 409);
    }
    // Before what it leads to.
    journal.write('lab', { action: 'skip', ms: length });
    skipTime(clock, storage, length);
    return { now: clock.now(), skippedMs: clock.skippedMs };
  }

  /** Kills the environments of a function, with their invocations. @throws AwsError if there is no such function */
  async kill(functionName: string): Promise<object> {
    const fn = this.#functionNamed(functionName);
    const invocations = [...fn.running];
    this.#services.journal.write('lab', { action: 'kill', functionName, invocations });
    await fn.kill();
    return { functionName, invocations };
  }

  #functionNamed(name: string): LambdaFunction {
    const { functions } = this.#services;
    const found = functions.get(name);
    if (found !== undefined) return found;
    throw unknownName(`There is no function ${name}. Functions: ${listed([...functions.keys()])}.`);
  }

  #faultOf(request: FaultRequest): Fault {
    const { operation, effect, code = '', delayMs, when, nth, functionName } = request;
    const times = request.times === 'always' ? Number.POSITIVE_INFINITY : request.times;
    const fault = { nth, times, when, effect, ...(functionName !== undefined && { functionName }) };
    switch (effect) {
      case 'error':
        return { ...fault, error: { code, status: codesOf(operation)[code] ?? 400 } };
      case 'lost-answer':
        return { ...fault, error: LOST_ANSWER };
      case 'delay':
        // It does not keep a process alive whose engine has ended.
        return { ...fault, action: () => new Promise((resolve) => setTimeout(resolve, delayMs).unref()) };
      case 'kill':
        return { ...fault, action: () => this.#services.functions.get(functionName ?? '')?.kill() };
      case 'duplicate':
        return fault;
    }
  }
}

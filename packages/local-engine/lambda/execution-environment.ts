import type { Clock } from '../core/clock.ts';
import { traceHeaderOf } from '../protocols/http.ts';
import { type InvocationAnswer, RuntimeProcess, type RuntimeStart } from './runtime-process.ts';

/** An invocation that ended without the handler's answer: it threw, timed out, or its environment died. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  /** Lambda's own name for it, such as `Sandbox.Timedout`, or the name of the error that the handler threw. */
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

/** The error type of an environment that the engine stopped. */
export const STOPPED = 'Runtime.Stopped';

/** What an execution environment is made of. */
export interface EnvironmentProps {
  readonly start: RuntimeStart;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly onLog: (line: string) => void;
}

/** An execution environment as a function uses it: it serves one invocation at a time. */
export interface FunctionEnvironment {
  /** Whether it can serve another invocation. */
  readonly isAlive: boolean;
  /** Resolves when the handler's module is loaded. @throws FunctionError if it cannot be loaded */
  ready(): Promise<void>;
  /**
   * Invokes the handler, once it is ready.
   * @returns what it returned, through JSON
   * @throws FunctionError when it threw, timed out, or the environment died
   */
  invoke(requestId: string, event: unknown): Promise<unknown>;
  /** Ends it at once, with the invocation that it runs. Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** Starts an environment of a function. */
export type StartEnvironment = (props: EnvironmentProps) => FunctionEnvironment;

/** Each environment is a process: what everyone wants but a simulation, which has one process for everything. */
export const startProcess: StartEnvironment = (props) => new ExecutionEnvironment(props);

type Outcome = { readonly answer: InvocationAnswer } | { readonly failure: FunctionError };

/** INIT may take ten seconds. Source: Lambda developer guide, runtime environment lifecycle. */
const INIT_TIMEOUT_MS = 10_000;

/**
 * One execution environment: a process with its own variables and memory limit, which serves one invocation at a time. As on
 * AWS it dies of a timeout, an exit of the process or lack of memory, and is then not used again.
 */
export class ExecutionEnvironment implements FunctionEnvironment {
  readonly #props: EnvironmentProps;
  readonly #process: RuntimeProcess;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #settle: ((outcome: Outcome) => void) | undefined;
  /** The invocation that runs. */
  #requestId: string | undefined;
  #failure: FunctionError | undefined;
  /** Its process has ended, but the reason is not known yet. */
  #hasExited = false;

  constructor(props: EnvironmentProps) {
    this.#props = props;
    // An invocation reports the failure; until then it must not count as unhandled.
    this.#ready.promise.catch(() => {});
    const { start, variables, onLog, clock } = props;
    // In real time: a module does not load faster when a test skips hours.
    const timer = setTimeout(
      () => this.#die('Sandbox.Timedout', 'INIT took more than 10 seconds.'),
      INIT_TIMEOUT_MS * clock.timeFactor,
    );
    this.#process = new RuntimeProcess({
      start,
      variables,
      onLog,
      onMessage: (message) => {
        if (message === 'ready') {
          clearTimeout(timer);
          this.#ready.resolve();
        } else if ('crash' in message) {
          this.#die('Runtime.UnhandledError', message.crash);
        } else if (message.requestId === this.#requestId) {
          this.#settle?.({ answer: message });
        }
      },
      onExit: () => {
        this.#hasExited = true;
      },
      onEnd: ({ errorType, message }) => {
        clearTimeout(timer);
        this.#die(errorType, message);
        this.#ready.reject(this.#failure);
        this.#ended.resolve();
      },
    });
  }

  get isAlive(): boolean {
    return this.#failure === undefined && !this.#hasExited;
  }

  ready(): Promise<void> {
    return this.#ready.promise;
  }

  async invoke(requestId: string, event: unknown): Promise<unknown> {
    await this.ready();
    if (this.#failure) throw this.#failure;
    const { timeoutMs, clock } = this.#props;
    const outcome = await new Promise<Outcome>((resolve) => {
      const timer = clock.limit(timeoutMs, () => {
        this.#die('Sandbox.Timedout', `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
      });
      this.#requestId = requestId;
      this.#settle = (settled) => {
        this.#settle = undefined;
        timer.cancel();
        resolve(settled);
      };
      const traceHeader = traceHeaderOf(requestId);
      const deadline = Date.now() + timeoutMs * clock.timeFactor;
      this.#process.send({ requestId, event, deadline, traceHeader });
    });
    if ('failure' in outcome) throw outcome.failure;
    const { result, error } = outcome.answer;
    if (error) throw new FunctionError(error.errorType, error.errorMessage);
    return result ?? null;
  }

  async stop(): Promise<void> {
    this.#die(STOPPED, 'the environment was stopped.');
    await this.#ended.promise;
  }

  /** Only the first reason counts: it causes the others. */
  #die(errorType: string, message: string): void {
    if (this.#failure !== undefined) return;
    const failure = new FunctionError(errorType, `${this.#props.start.functionName}: ${message}`);
    this.#failure = failure;
    this.#settle?.({ failure });
    this.#process.kill();
  }
}

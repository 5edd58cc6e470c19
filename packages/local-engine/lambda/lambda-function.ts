import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import { EnvironmentPool, type EnvironmentPoolProps, type Waiter } from './environment-pool.ts';
import { type FunctionEnvironment, FunctionError, STOPPED, type StartEnvironment } from './execution-environment.ts';
import type { RuntimeStart } from './runtime-process.ts';

export interface FunctionProps extends RuntimeStart {
  readonly roleArn: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Execution environments at the same time. */
  readonly mostEnvironments: number;
  readonly startEnvironment: StartEnvironment;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Adds a line to the function's log group. Returns false if the role does not allow it. */
  readonly log: (line: string) => boolean;
}

/** A Lambda function. Each of its execution environments serves one invocation at a time. */
export class LambdaFunction {
  readonly name: string;
  readonly arn: string;
  #props: FunctionProps;
  readonly #environments: EnvironmentPool<FunctionEnvironment>;
  readonly #running = new Set<string>();

  constructor(props: FunctionProps) {
    this.#props = props;
    this.name = props.functionName;
    this.arn = props.functionArn;
    this.#environments = new EnvironmentPool(poolProps(props));
  }

  /** The role that it calls AWS with. */
  get roleArn(): string {
    return this.#props.roleArn;
  }

  /** Request ids of the invocations that environments work on. */
  get running(): ReadonlySet<string> {
    return this.#running;
  }

  /** Whether an invocation runs at once; otherwise it waits for an environment. */
  get isFree(): boolean {
    return this.#environments.isFree;
  }

  /** Calls a waiter once, when {@link isFree} is true and it is its turn. @returns a function that ends the waiting */
  whenFree(waiter: Pick<Waiter, 'invocations' | 'run'>): () => void {
    return this.#environments.wait(waiter);
  }

  /**
   * Changes the code or the configuration: new invocations run it, running ones end with the old.
   * Source: Lambda developer guide, runtime environment lifecycle.
   */
  reconfigure(props: FunctionProps): void {
    this.#props = props;
    this.#environments.renew(poolProps(props));
  }

  /** Starts one environment ahead of the next invocation. The journal records a failure. */
  warmUp(): void {
    this.#environments.warmUp();
  }

  /**
   * Invokes the function.
   * @param event what the handler receives
   * @param requestId of this invocation alone
   * @returns what the handler returned, through JSON
   * @throws FunctionError
   */
  async invoke(event: unknown, requestId: string = randomUUID()): Promise<unknown> {
    const environment = this.#environments.take() ?? (await this.#nextFree(requestId));
    const { journal, clock, log, memoryMb } = this.#props;
    const started = performance.now();
    const durationMs = () => Math.round((performance.now() - started) * 10) / 10;
    const note = (fields: Readonly<Record<string, unknown>>) =>
      journal.write('invocation', { functionName: this.name, requestId, durationMs: durationMs(), ...fields });
    this.#running.add(requestId);
    try {
      const result = await environment.invoke(requestId, event);
      note({ outcome: 'answered', result });
      return result;
    } catch (error) {
      const { errorType, message } = error as FunctionError;
      note({ outcome: 'failed', errorType, message });
      if (errorType !== STOPPED) {
        log(failureReport({ requestId, at: clock.now(), durationMs: durationMs(), memoryMb, errorType }));
      }
      throw error;
    } finally {
      this.#running.delete(requestId);
      this.#environments.release(environment);
    }
  }

  /** Kills every environment, as when its host dies: invocations end without an answer. */
  kill(): Promise<void> {
    return this.#environments.kill();
  }

  #nextFree(requestId: string): Promise<FunctionEnvironment> {
    return new Promise((resolve, reject) => {
      const run = () => {
        const environment = this.#environments.take();
        if (environment !== undefined) resolve(environment);
      };
      const killed = () => {
        const failure = new FunctionError(STOPPED, `${this.name}: the function was stopped.`);
        const { errorType, message } = failure;
        const failed = { requestId, durationMs: 0, outcome: 'failed', errorType, message };
        this.#props.journal.write('invocation', { functionName: this.name, ...failed });
        reject(failure);
      };
      this.#environments.wait({ invocations: () => 1, run, killed });
    });
  }
}
function poolProps(props: FunctionProps): EnvironmentPoolProps<FunctionEnvironment> {
  const {
    functionName,
    journal,
    log,
    clock,
    timeoutMs,
    variables,
    mostEnvironments: most,
    startEnvironment,
    ...start
  } = props;
  const onLog = (line: string) => {
    if (log(line)) journal.write('log', { functionName, line });
  };
  return {
    start: () => startEnvironment({ start: { functionName, ...start }, variables, timeoutMs, clock, onLog }),
    most,
    clock,
    machineTime: () => performance.now(),
    onStartFailed: ({ errorType, message }) =>
      journal.write('invocation', { functionName, outcome: 'init-failed', errorType, message }),
  };
}

interface FailureReport {
  readonly requestId: string;
  /** Unix epoch milliseconds at which the invocation ended. */
  readonly at: number;
  readonly durationMs: number;
  readonly memoryMb: number;
  /** Lambda's own name for the error, such as `Sandbox.Timedout`, or the name of the error that the handler threw. */
  readonly errorType: string;
}

/**
 * The line in a function's log about a failed invocation, in Lambda's JSON format. A function cannot log its own timeout or
 * crash: this line shows it.
 * Source: Lambda developer guide, Telemetry API event schema, `platform.report`. It does not say what is an error and what a
 * failure; here an error is what the handler threw.
 */
export function failureReport({ requestId, at, durationMs, memoryMb, errorType }: FailureReport): string {
  const metrics = { durationMs, billedDurationMs: Math.ceil(durationMs), memorySizeMB: memoryMb };
  const failed = { status: errorType.startsWith('Runtime.') ? 'failure' : 'error', errorType };
  const status = errorType === 'Sandbox.Timedout' ? { status: 'timeout' } : failed;
  const record = { requestId, metrics, ...status };
  return JSON.stringify({ time: new Date(at).toISOString(), type: 'platform.report', record });
}

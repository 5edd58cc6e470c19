import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import { ExecutionEnvironment, type FunctionError, STOPPED } from './execution-environment.ts';
import type { RuntimeStart } from './runtime-process.ts';

export interface FunctionProps extends RuntimeStart {
  readonly roleArn: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Adds a line to the function's log group. Returns false if the role does not allow it. */
  readonly log: (line: string) => boolean;
}

/**
 * A Lambda function: execution environments that are started on demand, reused while they live, and replaced when they died.
 * Each serves one invocation at a time.
 */
export class LambdaFunction {
  readonly name: string;
  readonly arn: string;
  #props: FunctionProps;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #busy = new Set<ExecutionEnvironment>();
  /** Environments of an earlier code or configuration, each in its last invocation. */
  readonly #outdated = new Set<ExecutionEnvironment>();

  constructor(props: FunctionProps) {
    this.#props = props;
    this.name = props.functionName;
    this.arn = props.functionArn;
  }

  /** The role that it calls AWS with. */
  get roleArn(): string {
    return this.#props.roleArn;
  }

  /**
   * Changes the code or the configuration: new invocations run it, running ones end with the old.
   * Source: Lambda developer guide, runtime environment lifecycle.
   */
  reconfigure(props: FunctionProps): void {
    this.#props = props;
    for (const environment of this.#busy) this.#outdated.add(environment);
    this.#busy.clear();
    for (const environment of this.#idle.splice(0)) void environment.stop();
    this.warmUp();
  }

  /** Starts one environment ahead of the next invocation. The journal records a failure, and that invocation fails with it too. */
  warmUp(): void {
    if (this.#idle.length + this.#busy.size > 0) return;
    const environment = this.#start();
    this.#idle.push(environment);
    environment.ready().catch(({ errorType, message }: FunctionError) => {
      if (errorType === STOPPED) return;
      this.#props.journal.write('invocation', { functionName: this.name, outcome: 'init-failed', errorType, message });
    });
  }

  /**
   * Invokes the function.
   * @param event what the handler receives
   * @param requestId of this invocation alone
   * @returns what the handler returned, through JSON
   * @throws FunctionError
   */
  async invoke(event: unknown, requestId: string = randomUUID()): Promise<unknown> {
    const { journal, clock, log, memoryMb } = this.#props;
    const environment = this.#takeIdle() ?? this.#start();
    this.#busy.add(environment);
    const started = performance.now();
    const durationMs = () => Math.round((performance.now() - started) * 10) / 10;
    const note = (fields: Readonly<Record<string, unknown>>) =>
      journal.write('invocation', { functionName: this.name, requestId, durationMs: durationMs(), ...fields });
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
      this.#busy.delete(environment);
      if (this.#outdated.delete(environment)) void environment.stop();
      else if (environment.isAlive) this.#idle.push(environment);
    }
  }

  /** Kills every environment, as when its host dies: running invocations end without an answer. */
  async kill(): Promise<void> {
    const environments = [...this.#busy, ...this.#outdated, ...this.#idle.splice(0)];
    await Promise.all(environments.map((environment) => environment.stop()));
  }

  /** The environment that served last, which is the warmest. Dead ones are dropped. */
  #takeIdle(): ExecutionEnvironment | undefined {
    for (;;) {
      const environment = this.#idle.pop();
      if (environment === undefined || environment.isAlive) return environment;
    }
  }

  #start(): ExecutionEnvironment {
    const { journal, log, clock, timeoutMs, variables, ...start } = this.#props;
    return new ExecutionEnvironment({
      start,
      variables,
      timeoutMs,
      clock,
      onLog: (line) => {
        if (log(line)) journal.write('log', { functionName: this.name, line });
      },
    });
  }
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

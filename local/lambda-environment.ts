import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';
import type { Invocation, InvocationAnswer, RuntimeStart } from './lambda-protocol.ts';

/** An invocation that ended without the handler's answer: it threw, timed out, or its environment died. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  /** Lambda's own name for it, such as `Sandbox.Timedout`, or that of the error which the handler threw. */
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

export interface EnvironmentProps {
  readonly start: RuntimeStart;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly onLog: (line: string) => void;
}

/** INIT may take ten seconds. Source: Lambda developer guide, runtime environment lifecycle. */
const INIT_TIMEOUT_MS = 10_000;

/**
 * One execution environment: a worker thread with its own variables and memory limit, which serves one invocation at a
 * time. It dies as on AWS, by a timeout, an exit of the process or lack of memory, and is then not used again.
 */
export class ExecutionEnvironment {
  readonly #props: EnvironmentProps;
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #settle: ((outcome: { answer: InvocationAnswer } | { failure: FunctionError }) => void) | undefined;
  #failure: FunctionError | undefined;

  constructor(props: EnvironmentProps) {
    this.#props = props;
    const { start, variables } = props;
    this.#worker = new Worker(new URL('./lambda-runtime.ts', import.meta.url), {
      workerData: start,
      env: { ...variables },
      stdout: true,
      stderr: true,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: start.memoryMb },
    });
    this.#readLines(this.#worker.stdout);
    this.#readLines(this.#worker.stderr);
    // Before the initialisation listens, so that the reason is known when it hears of the end.
    this.#worker.on('error', (error) => this.#die(describeCrash(error, start)));
    this.#worker.on('exit', (code) =>
      this.#die(new FunctionError('Runtime.ExitError', `${start.functionName}: the runtime exited with code ${code}.`)),
    );
    this.#ready = this.#initialise();
    // The failure reaches whoever invokes; until then it must not count as unhandled.
    this.#ready.catch(() => {});
  }

  get isAlive(): boolean {
    return this.#failure === undefined;
  }

  /** Resolves when the handler's module is loaded. @throws FunctionError if it cannot be */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Invokes the handler. @throws FunctionError */
  async invoke(requestId: string, event: unknown): Promise<unknown> {
    await this.#ready;
    if (this.#failure) throw this.#failure;
    const { timeoutMs, start } = this.#props;
    const outcome = await new Promise<{ answer: InvocationAnswer } | { failure: FunctionError }>((resolve) => {
      const timer = this.#props.clock.after(timeoutMs, () => {
        const message = `${start.functionName}: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
        this.#die(new FunctionError('Sandbox.Timedout', message));
      });
      this.#settle = (settled) => {
        this.#settle = undefined;
        timer.cancel();
        resolve(settled);
      };
      const deadline = Date.now() + timeoutMs;
      this.#worker.postMessage({ requestId, event, deadline } satisfies Invocation);
    });
    if ('failure' in outcome) throw outcome.failure;
    const { result, error } = outcome.answer;
    if (error) throw new FunctionError(error.errorType, error.errorMessage);
    return JSON.parse(result ?? 'null');
  }

  async stop(): Promise<void> {
    this.#die(new FunctionError('Runtime.Stopped', `${this.#props.start.functionName}: the environment was stopped.`));
    await this.#worker.terminate();
  }

  #initialise(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { functionName } = this.#props.start;
      // On the machine's own time: a module loads no faster when a test lets hours pass.
      const timer = setTimeout(() => {
        this.#die(new FunctionError('Sandbox.Timedout', `${functionName}: INIT took more than 10 seconds.`));
      }, INIT_TIMEOUT_MS);
      const failed = () => {
        clearTimeout(timer);
        reject(this.#failure);
      };
      this.#worker.once('exit', failed);
      this.#worker.on('message', (message: 'ready' | InvocationAnswer) => {
        if (message !== 'ready') return this.#settle?.({ answer: message });
        clearTimeout(timer);
        this.#worker.off('exit', failed);
        resolve();
      });
    });
  }

  #die(failure: FunctionError): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#settle?.({ failure });
    void this.#worker.terminate();
  }

  #readLines(stream: Readable): void {
    createInterface({ input: stream }).on('line', this.#props.onLog);
  }
}

function describeCrash(error: unknown, { functionName, memoryMb }: RuntimeStart): FunctionError {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new FunctionError('Runtime.OutOfMemory', `${functionName}: ran out of its ${memoryMb} MB of memory.`);
  }
  return new FunctionError('Runtime.UnhandledError', `${functionName}: ${message ?? String(error)}`);
}

import {
  type EnvironmentProps,
  type FunctionEnvironment,
  FunctionError,
} from '../../../packages/local-engine/index.ts';
import { CLIENT_SETTINGS } from './client-settings.ts';
import type { HandlerModules } from './handler-modules.ts';
import { inScope, outsideScopes, type Scope } from './scope.ts';
import type { World } from './world.ts';

/** How long INIT takes in the simulated world. */
const INIT_MS = [150, 600] as const;

type Handler = (event: unknown, context: object) => Promise<unknown>;

type Outcome = { readonly result: unknown } | { readonly failure: FunctionError };

/** What is special about one INIT; the rest is as always. */
export interface InitFate {
  /** How long it takes. */
  readonly ms?: number;
  /** Lambda's name for the error that it ends with, such as `Runtime.ExitError`. @default - it succeeds */
  readonly fails?: string;
}

/** What all environments of a simulation share. */
export interface Surroundings {
  readonly world: World;
  readonly modules: HandlerModules;
  /** Called at each INIT of a service. */
  readonly initOf: (service: string) => InitFate;
  /** By how much a service's clock is ahead of the machine's, in milliseconds. */
  readonly clockAheadOf: (service: string) => number;
  /** The source of a service's entry point, from the root of the project. */
  readonly handlerOf: (service: string) => string;
}

/** An execution environment in this process: a fresh copy of the service's own modules, with variables and output of its own. */
export class SimulatedEnvironment implements FunctionEnvironment {
  readonly #props: EnvironmentProps;
  readonly #around: Surroundings;
  readonly #scope: Scope;
  readonly #ready: Promise<void>;
  #handler: Handler | undefined;
  #failure: FunctionError | undefined;
  #settle: ((outcome: Outcome) => void) | undefined;

  constructor(props: EnvironmentProps, around: Surroundings) {
    this.#props = props;
    this.#around = around;
    const service = props.variables.POWERTOOLS_SERVICE_NAME ?? props.start.functionName;
    this.#scope = {
      service,
      // Asked for each time: the engine starts environments before the day is planned to its end.
      get clockAheadMs() {
        return around.clockAheadOf(service);
      },
      variables: { ...CLIENT_SETTINGS, ...props.variables },
      onLog: props.onLog,
      isAlive: true,
      die: (errorType, message) => this.#die(errorType, message),
    };
    this.#ready = outsideScopes(() => this.#start());
    // An invocation reports the failure; until then it must not count as unhandled.
    this.#ready.catch(() => {});
  }

  get isAlive(): boolean {
    return this.#failure === undefined;
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  async invoke(requestId: string, event: unknown): Promise<unknown> {
    await this.#ready;
    if (this.#failure) throw this.#failure;
    const { timeoutMs, clock } = this.#props;
    const outcome = await new Promise<Outcome>((resolve) => {
      const timer = clock.limit(timeoutMs, () => {
        this.#die('Sandbox.Timedout', `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
      });
      this.#settle = (settled) => {
        this.#settle = undefined;
        timer.cancel();
        resolve(settled);
      };
      this.#run(requestId, JSON.stringify(event), clock.now() + timeoutMs);
    });
    if ('failure' in outcome) throw outcome.failure;
    return outcome.result;
  }

  async stop(): Promise<void> {
    this.#die('Runtime.Stopped', 'the environment was stopped.');
  }

  async #start(): Promise<void> {
    const { world, modules, initOf, handlerOf } = this.#around;
    const { ms = world.random.between(...INIT_MS), fails } = initOf(this.#scope.service);
    const load = await world.frozen(() => modules.prepare(handlerOf(this.#scope.service)));
    const { [this.#props.start.exportName]: handler } = inScope(this.#scope, load);
    await world.pass(ms);
    if (fails !== undefined) this.#die(fails, 'INIT failed.');
    if (this.#failure) throw this.#failure;
    this.#handler = handler as Handler;
  }

  #run(requestId: string, event: string, deadline: number): void {
    const { start } = this.#props;
    const { world } = this.#around;
    this.#scope.variables._X_AMZN_TRACE_ID = `Root=1-${requestId.replaceAll('-', '').replace(/^.{8}/, '$&-')};Sampled=0`;
    const context = contextOf(requestId, start, remainingUntil(deadline, world));
    const settle = this.#settle;
    const answered = (outcome: Outcome) => {
      // What ended in another way meanwhile answers no more.
      if (this.#settle === settle) outsideScopes(() => settle?.(outcome));
    };
    inScope(this.#scope, async () => this.#handler?.(JSON.parse(event), context)).then(
      (result) => answered({ result: JSON.parse(JSON.stringify(result ?? null)) }),
      (error: unknown) => {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        answered({ failure: new FunctionError(name, message) });
      },
    );
  }

  #die(errorType: string, message: string): void {
    if (this.#failure !== undefined) return;
    const failure = new FunctionError(errorType, `${this.#props.start.functionName}: ${message}`);
    this.#failure = failure;
    this.#scope.isAlive = false;
    outsideScopes(() => this.#settle?.({ failure }));
  }
}

/**
 * Made apart from the environment: a logger keeps its last context, and modules are never unloaded, so that each schedule's engine
 * would stay in memory.
 */
function contextOf(
  awsRequestId: string,
  { functionName, functionArn, memoryMb, logGroup }: EnvironmentProps['start'],
  getRemainingTimeInMillis: () => number,
): object {
  return {
    awsRequestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: logGroup,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis,
  };
}

function remainingUntil(deadline: number, world: World): () => number {
  return () => deadline - world.clock;
}

import { setFlagsFromString } from 'node:v8';
import { aroundCalls } from './around-calls.ts';
import { type LoadedAssembly, readAssemblies } from './cloudformation/assembly.ts';
import type { StackChange } from './cloudformation/stack-update.ts';
import { type DeployedStack, Stacks } from './cloudformation/stacks.ts';
import { type Account, localAccount } from './core/account.ts';
import { AwsError } from './core/aws-error.ts';
import { type Clock, SkippingClock } from './core/clock.ts';
import type { DirectAnswer, DirectRequest } from './gateway/answers.ts';
import { Gateway } from './gateway/gateway.ts';
import { serviceApis } from './gateway/service-apis.ts';
import { RefusalLog } from './gateway/web-origin.ts';
import type { Faults } from './journal/faults.ts';
import type { Journal } from './journal/journal.ts';
import { labApi, resumeSkippedTime } from './lab/index.ts';
import { ONE_PER_CORE, type StartEnvironment } from './lambda/index.ts';
import { createServices, type Services } from './services.ts';
import { Storage } from './storage/storage.ts';
import { hostName } from './web-origin/index.ts';

export interface EngineOptions {
  /**
   * The cloud assemblies to run: folders that `cdk synth` wrote, or what {@link loadAssembly} read of them. They are deployed in this
   * order, so a later one may refer to resources of an earlier one.
   */
  readonly assemblies: readonly (string | LoadedAssembly)[];
  /** 0 takes any free port. @default 4566 */
  readonly port?: number;
  /** @default 'ap-northeast-1' */
  readonly region?: string;
  /** @default '123456789012' */
  readonly accountId?: string;
  /** @default the machine's time, which can be skipped, with {@link timeFactor} */
  readonly clock?: Clock;
  /** How many times longer than on an ordinary machine work may take before a limit ends it. @default 1 */
  readonly timeFactor?: number;
  /** Environment variables for every function, in addition to those of its template. @default - none */
  readonly functionVariables?: Readonly<Record<string, string>>;
  /**
   * Execution environments that each function has at most at the same time: its concurrency. What is beyond waits: messages in
   * their queue, where they stay visible.
   * @default - one for each core of the machine, and at least 2
   */
  readonly environmentsPerFunction?: number;
  /**
   * A folder that keeps everything after the engine's end, created if necessary.
   * @default - nothing is kept
   */
  readonly dataFolder?: string;
  /**
   * Further host names for the engine, in addition to 127.0.0.1, localhost and [::1]. The Host of a request must be one of them, so
   * that a web page whose name is rebound to this machine gets nothing.
   * @default - none
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Whether the journal keeps the values of rows, messages and events, or only keys and types: values may be personal data.
   * @default 'all'
   */
  readonly journalValues?: JournalValues;
  /**
   * Makes an engine without sockets: nothing listens, and clients in its own process hand their requests to
   * {@link Engine.exchange}. Functions are told this address.
   * @default - the engine listens on {@link port}
   */
  readonly inProcessEndpoint?: string;
  /** Starts the execution environments of functions. @default - each is a process */
  readonly startEnvironment?: StartEnvironment;
}

export type JournalValues = 'all' | 'types';

export const DEFAULT_PORT = 4566;
export const DEFAULT_REGION = 'ap-northeast-1';
const DEFAULT_ACCOUNT_ID = '123456789012';

/** A running engine. */
export interface Engine {
  /** Where AWS clients find it, such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly account: Account;
  /** The running stacks; an update replaces the list. */
  readonly stacks: readonly DeployedStack[];
  readonly journal: Journal;
  readonly faults: Faults;
  readonly services: Services;
  /** Answers a request of a client in this process, as it would come over a socket. */
  exchange(request: DirectRequest): Promise<DirectAnswer>;
  /**
   * Updates the running stacks to the assemblies, as CloudFormation's UpdateStack does. Rows, messages, buckets, archives and the
   * journal are kept. All or nothing: if it throws, nothing has changed, unless the error says that the rollback failed, or that
   * only a removal failed, which comes last. A second update waits for the first.
   * @param assemblies what to run, as in the options. @default - the current ones; folders are read again
   * @returns what was added and changed, in order of reference, then what was removed
   * @throws TemplateError for what the engine does not know or cannot change while it runs, AssemblyError for a folder that is not
   * an assembly, Error for an engine that has stopped
   */
  update(assemblies?: EngineOptions['assemblies']): Promise<readonly StackChange[]>;
  /**
   * Calls `listener` if the data folder can no longer be written, for example because the disk is full. After that every call is
   * refused. Stop the engine, and start it again: it continues from what was acknowledged.
   */
  onFailure(listener: (failure: Error) => void): void;
  stop(): Promise<void>;
}

/**
 * Runs the stacks of synthesized apps on this machine, behind one endpoint on 127.0.0.1.
 * @throws TemplateError for what it does not know, AssemblyError for a folder that is not an assembly, StorageError for a data
 * folder that cannot be used, Error for a port in use or an invalid host name
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const {
    timeFactor = 1,
    clock = new SkippingClock({ timeFactor }),
    functionVariables = {},
    environmentsPerFunction = ONE_PER_CORE,
    port = DEFAULT_PORT,
    region = DEFAULT_REGION,
    accountId = DEFAULT_ACCOUNT_ID,
  } = options;
  let { assemblies } = options;
  const hosts = options.allowedHosts?.map(hostName) ?? [];
  const assembled = await readAssemblies(assemblies);
  const storage = new Storage(options.dataFolder);
  const gateway = new Gateway({ lasting: () => lastingOrRefused(storage), allowedHosts: hosts });
  const account = localAccount(region, accountId);
  let stopWork = () => gateway.close();
  try {
    storage.hold();
    storage.claim(account);
    resumeSkippedTime(clock, storage);
    const endpoint = options.inProcessEndpoint ?? (await gateway.listen(port));
    const services = createServices({
      account,
      endpoint,
      clock,
      storage,
      functionVariables,
      environmentsPerFunction,
      ...(options.startEnvironment !== undefined && { startEnvironment: options.startEnvironment }),
      typesOnly: options.journalValues === 'types',
    });
    const stacks = new Stacks(services);
    stopWork = () => stopAll(services, stacks, gateway);
    await services.tables.load();
    await stacks.update(async () => assembled);
    services.delivery.resume();
    services.events.replays.resume();
    services.alarms.start();
    storage.release();
    const { journal, faults } = services;
    const refusals = new RefusalLog(journal, clock);
    const apis = serviceApis({ ...services, stacks });
    gateway.open({
      services: apis,
      control: labApi(services, apis),
      now: () => clock.now(),
      around: aroundCalls(services),
      greeting: () => `Local engine: ${stacks.deployed.map(({ name }) => name).join(', ')} in ${region}\n`,
      ...(storage.doubt !== undefined && { doubt: storage.doubt }),
      refused: (incoming, reason) => refusals.note(incoming, reason),
      failed: (requestId, error) => journal.write('bug', { requestId, stack: (error as Error).stack ?? String(error) }),
    });
    return {
      endpoint,
      account,
      journal,
      faults,
      services,
      exchange: (request) => gateway.exchange(request),
      get stacks() {
        return stacks.deployed;
      },
      update: (wanted) => {
        let before = stacks.deployed;
        const updated = stacks.update(() => {
          before = stacks.deployed;
          return readAssemblies(wanted ?? assemblies);
        });
        // Also if a removal failed.
        return updated.finally(() => {
          if (stacks.deployed !== before) assemblies = wanted ?? assemblies;
        });
      },
      onFailure: (listener) => storage.onFailure(listener),
      stop: async () => {
        await stopWork();
        storage.close();
      },
    };
  } catch (error) {
    // The folder is unchanged, and nothing listens.
    await stopWork();
    storage.abandon();
    throw storage.explain(error);
  }
}

/** Work is finished, or continues after the next start. Nothing writes after the storage is closed. */
async function stopAll(services: Services, stacks: Stacks, gateway: Gateway): Promise<void> {
  await stacks.close();
  services.faults.end();
  services.alarms.stop();
  for (const pipe of services.pipes.values()) pipe.stop();
  for (const mapping of services.mappings.values()) mapping.stop();
  services.events.replays.stop();
  services.delivery.stop();
  services.messageMoves.stop();
  const closed = gateway.close();
  // This ends the calls that wait for messages.
  services.queues.close();
  await closed;
  await Promise.all([...services.functions.values()].map((fn) => fn.kill()));
}

/** In percent of what is alive. V8's own growth is up to 300 %. */
const HEAP_GROWTH = 40;

/**
 * For a process that runs an engine and little else: V8 collects garbage among old objects when these have grown by 40 %. Most
 * entries of the journal grow old and then die, so that the heap would become three times as large as what is alive.
 * V8 reads the flag after each collection.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
}

/** Resolves when the effect of a call is committed; the caller gets an error if it cannot be. */
function lastingOrRefused(storage: Storage): Promise<void> | undefined {
  return storage.lasting()?.catch(({ message }: Error) => {
    throw new AwsError('InternalFailure', message, 500);
  });
}

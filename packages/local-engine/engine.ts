import { readAssemblies } from './cloudformation/assembly.ts';
import type { StackChange } from './cloudformation/stack-update.ts';
import { type DeployedStack, Stacks } from './cloudformation/stacks.ts';
import { type Account, localAccount } from './core/account.ts';
import { AwsError } from './core/aws-error.ts';
import { type Clock, systemClock } from './core/clock.ts';
import { requestIdOf, TRACE_HEADER } from './core/trace-header.ts';
import { type AroundCall, Gateway } from './gateway/gateway.ts';
import { callPermission } from './gateway/permissions.ts';
import { RefusalLog } from './gateway/refusal-log.ts';
import { serviceApis } from './gateway/service-apis.ts';
import { hostName } from './gateway/web-origin.ts';
import type { Faults } from './journal/faults.ts';
import type { Journal } from './journal/journal.ts';
import { S3 } from './s3/index.ts';
import { createServices, type Services } from './services.ts';
import { Storage } from './storage/storage.ts';

export interface EngineOptions {
  /**
   * The cloud assemblies to run: folders that `cdk synth` wrote. They are deployed in that order, so that a later one may
   * refer to what an earlier one made.
   */
  readonly assemblies: readonly string[];
  /** 0 takes any free port. @default 4566 */
  readonly port?: number;
  /** @default 'ap-northeast-1' */
  readonly region?: string;
  /** @default '123456789012' */
  readonly accountId?: string;
  /** @default the machine's time, with {@link timeFactor} */
  readonly clock?: Clock;
  /** How many times longer than on an ordinary machine work may take before a limit ends it. @default 1 */
  readonly timeFactor?: number;
  /** Environment variables for every function, beside those of its template. @default - none */
  readonly functionVariables?: Readonly<Record<string, string>>;
  /**
   * A folder for everything that is to survive the engine's end, made if it is not there.
   * @default - nothing survives it
   */
  readonly dataFolder?: string;
  /**
   * Names by which requests may call the engine, beside 127.0.0.1, localhost and [::1]: their Host must be one of them, so
   * that a web page whose name is rebound to this machine gets nothing.
   * @default - none
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Whether the journal keeps what is in rows, messages and events, or only its keys and types: values may be personal data.
   * @default 'all'
   */
  readonly journalValues?: JournalValues;
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
  /** Those that run now; an update makes it another list. */
  readonly stacks: readonly DeployedStack[];
  readonly journal: Journal;
  readonly faults: Faults;
  readonly services: Services;
  /**
   * Brings the running stacks to what the assemblies say now, as CloudFormation's UpdateStack does: rows, messages,
   * buckets, archives and the journal are kept. All or nothing: when it throws, everything is as it was before, unless the
   * error says that it could not be taken back, or that only a removal, which comes last, has failed.
   * A second update waits for the first.
   * @param assemblies folders to run from now on. @default those of the last update, or of the start, read anew
   * @returns what was added and changed, in order of reference, then what was removed
   * @throws TemplateError for what the engine does not know or cannot change while it runs, Error for a folder that is no
   * assembly or an engine that is stopped
   */
  update(assemblies?: readonly string[]): Promise<readonly StackChange[]>;
  /**
   * Calls `listener` if the data folder cannot be written any more, as when the disk is full. Every call is refused from then
   * on; stop the engine, and start it again from what was acknowledged.
   */
  onFailure(listener: (failure: Error) => void): void;
  stop(): Promise<void>;
}

/**
 * Runs a synthesized assembly on this machine, behind one endpoint on 127.0.0.1.
 * @throws TemplateError for what it does not know, StorageError for a data folder that cannot be used, Error for a port in
 * use, a folder that is no assembly or an allowed host that is no host name
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const {
    timeFactor = 1,
    clock = systemClock({ timeFactor }),
    functionVariables = {},
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
  const { endpoint, services, s3, stacks } = await prepare(storage, account, gateway, async () => {
    const listening = await gateway.listen(port);
    const made = createServices({
      account,
      endpoint: listening,
      clock,
      storage,
      functionVariables,
      typesOnly: options.journalValues === 'types',
    });
    const objects = new S3({ account, storage, clock });
    return { endpoint: listening, services: made, s3: objects, stacks: new Stacks(made) };
  });
  const update: Engine['update'] = (folders) => {
    let before = stacks.deployed;
    const updated = stacks.update(() => {
      before = stacks.deployed;
      return readAssemblies(folders ?? assemblies);
    });
    // Also when something could not be removed.
    return updated.finally(() => {
      if (stacks.deployed !== before) assemblies = folders ?? assemblies;
    });
  };
  /** Everything that is under way is finished or goes on after the next start; nothing writes after the storage's end. */
  const stopWork = async () => {
    await stacks.close();
    services.faults.end();
    for (const pipe of services.pipes.values()) pipe.stop();
    for (const mapping of services.mappings.values()) mapping.stop();
    services.events.replays.stop();
    services.delivery.stop();
    services.messageMoves.stop();
    const closed = gateway.close();
    // Ends the calls that wait for messages.
    services.queues.close();
    await closed;
    await Promise.all([...services.functions.values()].map((fn) => fn.kill()));
    await services.dynamodb.close();
  };
  const stop = async () => {
    await stopWork();
    storage.close();
  };
  try {
    await services.tables.load();
    await stacks.update(async () => assembled);
    services.delivery.resume();
    services.events.replays.resume();
    storage.release();
    const { journal, faults } = services;
    const refusals = new RefusalLog(journal, clock);
    gateway.open({
      services: serviceApis(services, s3, stacks),
      around: aroundCalls(services),
      greeting: () => greeting(stacks, region),
      refused: (incoming, reason) => refusals.note(incoming, reason),
      failed: (requestId, error) => journal.write('bug', { requestId, stack: (error as Error).stack ?? String(error) }),
    });
    return {
      endpoint,
      account,
      journal,
      faults,
      services,
      get stacks() {
        return stacks.deployed;
      },
      update,
      onFailure: (listener) => storage.onFailure(listener),
      stop,
    };
  } catch (error) {
    await stopWork();
    storage.abandon();
    throw storage.explain(error);
  }
}

/** A start that fails changes nothing in the folder, and leaves nothing that listens. */
async function prepare<T>(storage: Storage, account: Account, gateway: Gateway, make: () => Promise<T>): Promise<T> {
  storage.hold();
  try {
    storage.claim(account);
    return await make();
  } catch (error) {
    await gateway.close();
    storage.abandon();
    throw storage.explain(error);
  }
}

/** What a call has done is lasting, or its caller hears that it is not. */
function lastingOrRefused(storage: Storage): Promise<void> | undefined {
  return storage.lasting()?.catch(({ message }: Error) => {
    throw new AwsError('InternalFailure', message, 500);
  });
}

function greeting({ deployed }: Stacks, region: string): string {
  return `Local engine: ${deployed.map(({ name }) => name).join(', ')} in ${region}\n`;
}

/** Every call is judged, runs under the faults armed for it, and leaves its outcome in the journal. */
function aroundCalls(services: Services): AroundCall {
  const { journal, faults } = services;
  const checkPermission = callPermission(services);
  return async (call, run) => {
    const { service, operation, accessKeyId, request, requestId } = call;
    const invocation = requestIdOf(request.headers[TRACE_HEADER]);
    const note = (outcome: Readonly<Record<string, unknown>>) =>
      journal.write('api-call', { service, operation, accessKeyId, requestId, invocation, ...outcome });
    try {
      const response = await faults.around(`${service}:${operation}`, () => {
        checkPermission(call);
        return run();
      });
      note({ status: response.status });
      return response;
    } catch (error) {
      const { code = 'InternalFailure', status = 500, message } = error as Partial<AwsError> & Error;
      note({ status, code, message });
      throw error;
    }
  };
}

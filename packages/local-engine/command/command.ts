import { once } from 'node:events';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { watch } from 'chokidar';
import { DEFAULT_PORT, DEFAULT_REGION, type Engine, type EngineOptions, hostName, startEngine } from '../index.ts';

const HELP = `Usage: local-engine CDK_OUT... [options]

Runs the stacks of a synthesized CDK app on this machine, behind one endpoint for all AWS services.

  CDK_OUT             a folder that cdk synth wrote, usually cdk.out; several run in this order

Options:
  --port <number>     the port to listen on, 0 for any free port (default: ${DEFAULT_PORT})
  --region <name>     the AWS Region of the stacks (default: ${DEFAULT_REGION})
  --data <folder>     keep rows, messages, buckets and archives in this folder, and continue from it at the next start
  --allow-host <n>    accept requests that call the engine by this host name too (repeatable)
  --environments <n>  processes that each function has at most (default: one per core, at least 2)
  --watch             update the running stacks whenever cdk synth has written CDK_OUT again
  --help              show this text`;

/** Errors whose message says what happened and what to do; any other one is a bug, and has its stack. */
const EXPECTED = new Set(['AssemblyError', 'TemplateError', 'StorageError', 'PortError']);

class PortError extends Error {
  override readonly name = 'PortError';
}

class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Surroundings {
  print(line: string): void;
  printError(line: string): void;
  /** Aborted when the engine has to stop. */
  readonly signal: AbortSignal;
}

/**
 * Runs the command until it is stopped.
 * @param args the command's arguments, without Node.js and the script
 * @returns the exit code: 0 after a stop, 1 if the stacks cannot run, 2 for wrong usage
 */
export async function runCommand(
  args: readonly string[],
  { print, printError, signal }: Surroundings,
): Promise<number> {
  try {
    const options = parse(args);
    if (options === 'help') {
      print(HELP);
      return 0;
    }
    await run(options, { print, printError, signal });
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      printError(`error: ${error.message} See: local-engine --help`);
      return 2;
    }
    printError(`error: ${explain(error)}`);
    return 1;
  }
}

type Options = Required<Pick<EngineOptions, 'port' | 'region' | 'allowedHosts'>> & {
  readonly assemblies: readonly string[];
} & Pick<EngineOptions, 'dataFolder' | 'environmentsPerFunction'> & { readonly watch: boolean };

/** @throws UsageError */
function parse(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parseOrRefuse(args);
  if (values.help) return 'help';
  if (positionals.length === 0) throw new UsageError('Name the folder that cdk synth wrote, such as cdk.out.');
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new UsageError(`--port must be a number from 0 to 65535; got "${values.port}".`);
  }
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(values.region)) {
    throw new UsageError(`--region must be the name of an AWS Region, such as eu-west-1; got "${values.region}".`);
  }
  return {
    assemblies: positionals.map((folder) => resolve(folder)),
    port,
    region: values.region,
    allowedHosts: values['allow-host'].map(allowedHost),
    watch: values.watch,
    ...(values.environments !== undefined && { environmentsPerFunction: environments(values.environments) }),
    ...(values.data !== undefined && { dataFolder: values.data === '' ? '' : resolve(values.data) }),
  };
}

function environments(text: string): number {
  const most = Number(text);
  if (/^\d+$/.test(text) && most >= 1 && most <= 1000) return most;
  throw new UsageError(`--environments must be a number from 1 to 1000; got "${text}".`);
}

function allowedHost(text: string): string {
  try {
    return hostName(text);
  } catch (cause) {
    throw new UsageError(`--allow-host: ${(cause as Error).message}`, { cause });
  }
}

function parseOrRefuse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string', default: String(DEFAULT_PORT) },
        region: { type: 'string', default: DEFAULT_REGION },
        data: { type: 'string' },
        'allow-host': { type: 'string', multiple: true, default: [] },
        environments: { type: 'string' },
        watch: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (cause) {
    const [sentence] = (cause as Error).message.split('. ');
    throw new UsageError(`${sentence}.`, { cause });
  }
}

async function run(
  { watch: isWatching, ...options }: Options,
  { print, printError, signal }: Surroundings,
): Promise<void> {
  const engine = await startEngine(options).catch((error: unknown) => {
    throw explainPort(error, options.port);
  });
  const watching = isWatching ? await watchAssemblies(engine, options.assemblies, { print, printError }) : undefined;
  try {
    greet(engine, print);
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), failureOf(engine)]);
  } finally {
    await watching?.close();
    await engine.stop();
  }
}

function greet({ endpoint, account, stacks }: Engine, print: Surroundings['print']): void {
  print(`${stacks.map(({ name }) => name).join(', ')} on ${endpoint}, in ${account.region}. Ctrl-C stops the engine.`);
  print('For the AWS CLI and SDKs:');
  print(`  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${account.region} AWS_DEFAULT_REGION=${account.region}`);
  print('  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local');
}

/** Rejects if the data folder can no longer be written. */
function failureOf(engine: Engine): Promise<never> {
  return new Promise((_resolve, reject) => engine.onFailure(reject));
}

function explainPort(error: unknown, port: number): unknown {
  const advice = 'choose another port with --port (0 takes any free one).';
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new PortError(`port ${port} is in use. Stop the program that uses it, or ${advice}`, { cause: error });
    case 'EACCES':
      return new PortError(`this user may not listen on port ${port}; ${advice}`, { cause: error });
    default:
      return error;
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return EXPECTED.has(error.name) ? error.message : (error.stack ?? error.message);
}

/** A synthesis writes many files; the stacks are updated when it has been quiet for this long. */
const QUIET_MS = 200;

/**
 * Updates the stacks whenever a file in one of the folders changes: templates and manifests stand at their top, and name
 * each asset by its content.
 * @returns when no change can be missed any more
 */
async function watchAssemblies(
  engine: Engine,
  folders: readonly string[],
  { print, printError }: Omit<Surroundings, 'signal'>,
): Promise<{ close(): Promise<void> }> {
  const update = async () => {
    const changes = await engine.update();
    if (changes.length > 0) print(`updated: ${changes.map(({ change, logicalId }) => `${logicalId} ${change}`)}`);
  };
  const notUpdated = (error: unknown) =>
    printError(`not updated: ${explain(error)} The last good version keeps running.`);
  const watcher = watch([...folders], { ignoreInitial: true, depth: 0 });
  let timer: NodeJS.Timeout | undefined;
  let pending: Promise<void> = Promise.resolve();
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      pending = pending.then(update).catch(notUpdated);
    }, QUIET_MS);
  });
  watcher.on('error', notUpdated);
  await new Promise<void>((ready) => watcher.once('ready', ready));
  return {
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
      await pending;
    },
  };
}

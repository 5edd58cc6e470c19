import { spawn } from 'node:child_process';
import {
  chooseTarget,
  DEFAULT_PORT,
  pipelineCommand,
  type Target,
  type TargetOptions,
} from '../operations/aws/target.ts';
import { CommandFailure } from '../operations/messages/errors.ts';
import { note } from './output/output.ts';

/** The highest port. */
const LAST_PORT = 65_535;

/** So far above the engine's port that engines at neighbouring ports find theirs free. */
const ABOVE_ENGINE = 1000;

/** The console's port beside an engine, a fixed one, so that its address stays the same. 0 for any free one. */
export function consolePort(enginePort: number): number {
  return enginePort === 0 || enginePort + ABOVE_ENGINE > LAST_PORT ? 0 : enginePort + ABOVE_ENGINE;
}

/** The usual port of the console for a pipeline. 0 for any free one. */
export function usualConsolePort(options: TargetOptions): number {
  const target = chooseTarget(options, process.env);
  return consolePort('endpoint' in target ? Number(new URL(target.endpoint).port) : DEFAULT_PORT);
}

/** Says so if the console is not at the port that was wanted, which something else has. @param wanted 0 for any */
export function noteOtherPort(wanted: number, url: string): void {
  if (wanted === 0 || new URL(url).port === String(wanted)) return;
  note(`✖ port ${wanted} is in use: the console is at another one, where trace --open does not find it\n`);
}

/** What the console says of itself, as far as it is read here. */
interface Info {
  readonly stack?: unknown;
  readonly account?: unknown;
  readonly region?: unknown;
  readonly endpoint?: unknown;
}

/** The stack that a command works on. */
interface Identity {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
}

/**
 * The address of the console that runs on this machine for the same pipeline.
 * @throws CommandFailure if there is none at the usual port, or one for another pipeline
 */
export async function findConsole(options: TargetOptions, identity: Identity): Promise<string> {
  const target = chooseTarget(options, process.env);
  const port = usualConsolePort(options);
  if (port === 0) {
    throw new CommandFailure(
      'the console of this engine has no usual port: open the address that it printed, or leave out --open',
    );
  }
  const url = `http://127.0.0.1:${port}`;
  const start = pipelineCommand('console', 'stackName' in target ? { stack: target.stackName } : options);
  const info = await fetch(`${url}/api/console`)
    .then((answer) => answer.json() as Promise<Info>)
    .catch((cause: unknown) => {
      throw new CommandFailure(`no console runs at ${url}; start one with ${start}`, { cause });
    });
  if (isSamePipeline(info, target, identity)) return url;
  throw new CommandFailure(`what runs at ${url} is not the console of this pipeline; start one with ${start}`);
}

/** Whether what a console says of itself is said of this pipeline. */
export function isSamePipeline({ endpoint, stack, account, region }: Info, target: Target, own: Identity): boolean {
  if (stack !== own.stack || account !== own.account || region !== own.region) return false;
  return 'endpoint' in target ? isSameEngine(endpoint, target.endpoint) : endpoint === undefined;
}

/** Names of this machine. */
const HERE = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether what a console says of its engine's address is another way to write this one. */
function isSameEngine(said: unknown, endpoint: string): boolean {
  const found = typeof said === 'string' ? URL.parse(said) : null;
  const { hostname, port } = new URL(endpoint);
  if (found === null || found.port !== port) return false;
  return found.hostname === hostname || (HERE.includes(found.hostname) && HERE.includes(hostname));
}

/** The program that opens an address in the browser, by platform. */
const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };

/** Opens an address in the browser; where that is not possible, it says so. */
export function openInBrowser(url: string): void {
  const opener = OPENERS[process.platform] ?? 'xdg-open';
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => note(`✖ no browser could be opened with ${opener}: open ${url} yourself\n`));
  child.unref();
}

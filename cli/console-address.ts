import { spawn } from 'node:child_process';
import { chooseTarget, DEFAULT_PORT, type TargetOptions } from '../operations/aws/target.ts';
import { CommandFailure } from '../operations/messages/errors.ts';
import { note } from './output/output.ts';

/** The highest port. */
const LAST_PORT = 65_535;

/** The console's port beside an engine: one above the engine's, so that its address stays the same. 0 for any free one. */
export function consolePort(enginePort: number): number {
  return enginePort === 0 || enginePort === LAST_PORT ? 0 : enginePort + 1;
}

/** What the console says of itself, as far as it is read here. */
interface Info {
  readonly stack?: unknown;
  readonly place?: unknown;
}

/**
 * The address of the console that runs on this machine for the same pipeline.
 * @throws CommandFailure if there is none at the usual port, or one for another pipeline
 */
export async function findConsole(options: TargetOptions): Promise<string> {
  const target = chooseTarget(options, process.env);
  const enginePort = 'endpoint' in target ? Number(new URL(target.endpoint).port) : DEFAULT_PORT;
  const url = `http://127.0.0.1:${consolePort(enginePort)}`;
  const start = `npx pipeline console${'stackName' in target ? ` --stack ${target.stackName}` : ''}`;
  const info = await fetch(`${url}/api/console`)
    .then((answer) => answer.json() as Promise<Info>)
    .catch((cause: unknown) => {
      throw new CommandFailure(`no console runs at ${url}; start one with ${start}`, { cause });
    });
  const isSame = 'stackName' in target ? info.stack === target.stackName : info.place === 'engine';
  if (isSame) return url;
  throw new CommandFailure(`what runs at ${url} is not the console of this pipeline; start one with ${start}`);
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

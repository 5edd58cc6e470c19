import type { RunningConsole } from '../../../console/server/index.ts';
import { consolePort, noteOtherPort } from '../../console-address.ts';
import { note } from '../../output/output.ts';
import type { DevOptions } from './command.ts';

/**
 * Serves the console beside the engine, which runs on without it if it cannot listen. It is loaded here, after the start, and
 * loads what it shows when someone looks.
 * @returns undefined if it does not run
 */
export async function serveConsole(
  { consolePort: wantedPort, console: isWanted }: DevOptions,
  endpoint: string,
): Promise<RunningConsole | undefined> {
  if (!isWanted) return undefined;
  const { startConsole } = await import('../../../console/server/index.ts');
  const enginePort = Number(new URL(endpoint).port);
  const port = wantedPort ?? consolePort(enginePort);
  const running = await startConsole({
    target: { port: enginePort },
    isWritable: true,
    port,
    onBug: (error) => note(`✖ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  }).catch(({ message }: Error) => {
    note(`✖ the console cannot listen: ${message}; choose another port with --console-port\n`);
    return undefined;
  });
  if (running !== undefined) noteOtherPort(port, running.url);
  return running;
}

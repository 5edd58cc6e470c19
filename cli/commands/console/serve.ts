import { readInfo, startConsole } from '../../../console/server/index.ts';
import { chooseTarget, DEFAULT_PORT } from '../../../operations/aws/target.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { consolePort, openInBrowser } from '../../console-address.ts';
import { stoppable } from '../../output/interruption.ts';
import { note, print } from '../../output/output.ts';
import type { ConsoleOptions } from './command.ts';

/**
 * Serves the console until it is stopped.
 * @throws CommandFailure if there is no such pipeline, or the port cannot be used
 */
export async function serve(options: ConsoleOptions): Promise<void> {
  const isLocal = 'endpoint' in chooseTarget(options, process.env);
  const isWritable = isLocal || options.write === true;
  const { stack, account, region } = await readInfo({ target: options, isWritable });
  const running = await startConsole({
    target: options,
    isWritable,
    port: options.consolePort ?? consolePort(options.port ?? DEFAULT_PORT),
    onBug: (error) => note(`✖ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(`the console cannot listen: ${error.message}; choose another port with --console-port`, {
      cause: error,
    });
  });
  try {
    print(`The console shows ${stack} in ${region}, account ${account}: ${running.url}\n`);
    print(`${isWritable ? '' : 'It is read-only; --write lets it change something. '}Ctrl-C stops it.\n`);
    if (options.open) openInBrowser(running.url);
    await stoppable(aborted);
  } finally {
    await running.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((stopped) => signal.addEventListener('abort', () => stopped(), { once: true }));
}

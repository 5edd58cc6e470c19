import { readInfo, startConsole } from '../../../console/server/index.ts';
import { chooseTarget } from '../../../operations/aws/target.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { noteOtherPort, openInBrowser, usualConsolePort } from '../../console-address.ts';
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
  await stoppable((stopped) =>
    serveUntil(stopped, options, { isWritable, title: `${stack} in ${region}, account ${account}` }),
  );
}

async function serveUntil(
  stopped: AbortSignal,
  options: ConsoleOptions,
  { isWritable, title }: { readonly isWritable: boolean; readonly title: string },
): Promise<void> {
  const port = options.consolePort ?? usualConsolePort(options);
  const running = await startConsole({
    target: options,
    isWritable,
    port,
    onBug: (error) => note(`✖ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(`the console cannot listen: ${error.message}; choose another port with --console-port`, {
      cause: error,
    });
  });
  try {
    print(`The console shows ${title}: ${running.url}\n`);
    print(`${isWritable ? '' : 'It is read-only; --write lets it change something. '}Ctrl-C stops it.\n`);
    noteOtherPort(port, running.url);
    if (options.open) openInBrowser(running.url);
    await aborted(stopped);
  } finally {
    await running.close();
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((stopped) => signal.addEventListener('abort', () => stopped(), { once: true }));
}

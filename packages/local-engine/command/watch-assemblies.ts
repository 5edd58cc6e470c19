import { watch } from 'chokidar';
import type { StackChange } from '../index.ts';

/** A synthesis writes many files; the stacks are updated when it has been quiet for this long. */
const QUIET_MS = 200;

interface Watching {
  /** Brings what runs to what the folders say now. */
  update(): Promise<readonly StackChange[]>;
  /** Takes the changes of an update that made any. */
  onChanged(changes: readonly StackChange[]): void;
  /** Takes the reason why an update failed; the next change tries again. */
  onProblem(error: unknown): void;
}

/**
 * Updates the stacks whenever a file in one of the folders changes: templates and manifests stand at their top, and name
 * each asset by its content.
 * @returns when no change can be missed any more
 */
export async function watchAssemblies(
  folders: readonly string[],
  { update, onChanged, onProblem }: Watching,
): Promise<{ close(): Promise<void> }> {
  const watcher = watch([...folders], { ignoreInitial: true, depth: 0 });
  let timer: NodeJS.Timeout | undefined;
  let pending: Promise<void> = Promise.resolve();
  const reload = async () => {
    try {
      const changes = await update();
      if (changes.length > 0) onChanged(changes);
    } catch (error) {
      onProblem(error);
    }
  };
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      pending = pending.then(reload);
    }, QUIET_MS);
  });
  watcher.on('error', onProblem);
  await new Promise<void>((ready) => watcher.once('ready', ready));
  return {
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
      await pending;
    },
  };
}

import { basename, dirname } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { isWithin } from './is-within.ts';

/**
 * An editor that saves writes more than once. Longer than the 50 ms in which chokidar passes over a second change of the
 * same file, so that what it passed over is on disk by then.
 */
const QUIET_MS = 60;

/** What changes without a meaning for a stack: installed and synthesized files, hidden ones, copies that editors make. */
const IGNORED = /^(node_modules|cdk\.out|dist|\..*|.*~|#.*#)$/;

export interface SourceWatchProps {
  /** Files and folders, also such as are removed and made again. */
  readonly sources: readonly string[];
  /** Takes what keeps it from watching, such as too many files. */
  onProblem(error: Error): void;
}

/** Notices files that are changed, added or removed, from the moment that it starts. */
export class SourceWatch {
  readonly #watcher: FSWatcher;
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #listener: ((changed: readonly string[]) => void) | undefined;

  private constructor({ sources, onProblem }: SourceWatchProps) {
    // By the folders around them: a watched path itself is lost when it is removed and made again, as Git does.
    const roots = [...new Set(sources.map((source) => dirname(source)))];
    const isSource = (path: string) => sources.some((source) => isWithin(path, source));
    const isOnTheWay = (path: string) => sources.some((source) => isWithin(source, path));
    this.#watcher = watch(roots, {
      ignoreInitial: true,
      ignored: (path) => !isOnTheWay(path) && (!isSource(path) || IGNORED.test(basename(path))),
    });
    this.#watcher.on('all', (_event, path) => {
      if (!isSource(path)) return;
      this.#changed.add(path);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#tell(), QUIET_MS);
    });
    this.#watcher.on('error', (error) => onProblem(error as Error));
  }

  /** Resolves when nothing escapes it any more. */
  static async start(props: SourceWatchProps): Promise<SourceWatch> {
    const sourceWatch = new SourceWatch(props);
    await new Promise<void>((ready) => sourceWatch.#watcher.once('ready', ready));
    return sourceWatch;
  }

  /** Calls back with the paths of what has changed since the start, and from now on, once it has come to rest. */
  tell(listener: (changed: readonly string[]) => void): void {
    this.#listener = listener;
    this.#tell();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher.close();
  }

  #tell(): void {
    if (this.#listener === undefined || this.#changed.size === 0) return;
    const paths = [...this.#changed];
    this.#changed.clear();
    this.#listener(paths);
  }
}
